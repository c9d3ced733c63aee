package kustomizer

import (
	"bytes"
	"errors"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/kustomize/kyaml/yaml/merge2"
)

// MergeValues merges the values of a chart as kustomize does: those of a file, and those of
// a kustomization, which override the file unless fileWins is set (v5.8.2,
// HelmChartInflationGenerator, replaceValuesInline). The caller has called Enter.
func MergeValues(file []byte, inline map[string]any, fileWins bool) (map[string]any, error) {
	ofFile, err := yaml.Parse(string(file))
	if err != nil {
		return nil, err
	}
	ofField, err := yaml.FromMap(inline)
	if err != nil {
		return nil, err
	}
	from, into := ofField, ofFile
	if fileWins {
		from, into = ofFile, ofField
	}
	out, err := merge2.Merge(from, into, yaml.MergeOptions{})
	switch {
	case err != nil:
		return nil, err
	case out == nil:
		return nil, errors.New("no values are left")
	}
	return out.Map()
}

// HelmGenerated is the annotation of an object that helm rendered. It keeps kustomize from
// setting its namespace.
const HelmGenerated = konfig.HelmGeneratedAnnotation

// Annotated returns the objects of a resource as kustomize reads them, with one annotation
// added. The caller has called Enter.
func Annotated(resource []byte, key, value string) ([]byte, error) {
	all, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes(resource)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, r := range all {
		if err := r.PipeE(yaml.SetAnnotation(key, value)); err != nil {
			return nil, err
		}
		one, err := r.RNode.String()
		if err != nil {
			return nil, err
		}
		out.WriteString("---\n" + one)
	}
	return out.Bytes(), nil
}
