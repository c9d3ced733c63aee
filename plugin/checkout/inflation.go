package checkout

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"
)

// Inflation is a chart that a kustomization inflates.
type Inflation struct {
	types.HelmGlobals
	types.HelmChart
}

// Home returns the place where kustomize looks for the directory of the chart, as seen
// from the kustomization (kustomize v5.8.2, HelmChartInflationGenerator, absChartHome).
func (i Inflation) Home() string {
	home := cmp.Or(i.ChartHome, types.HelmDefaultHome)
	if i.Version != "" && i.Repo != "" {
		return path.Join(home, i.Name+"-"+i.Version)
	}
	return home
}

// Dir returns the directory of the chart from the top of the tree, for a kustomization in
// a directory. It is no valid path if it is not in the tree.
func (i Inflation) Dir(kustomization string) string {
	if path.IsAbs(i.Home()) {
		return i.Home()
	}
	return path.Join(kustomization, i.Home(), i.Name)
}

// InflationsOf returns the charts that the fields of a kustomization name.
func InflationsOf(k types.Kustomization) (all []Inflation) {
	k.FixKustomization()
	var globals types.HelmGlobals
	if k.HelmGlobals != nil {
		globals = *k.HelmGlobals
	}
	for _, c := range k.HelmCharts {
		all = append(all, Inflation{globals, c})
	}
	return all
}

// inflationKind is the kind of the built-in generator that inflates a chart.
const inflationKind = "HelmChartInflationGenerator"

// Inflations splits the configurations of generators into charts, and the text of all
// others. kustomize reads them as objects, unlike its own files, in which "y" is true.
func Inflations(text []byte) (all []Inflation, rest []byte) {
	var others [][]byte
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var node yaml.Node
		if d.Decode(&node) != nil {
			return all, bytes.Join(others, []byte("---\n"))
		}
		if one, ok := inflation(&node); ok {
			all = append(all, one)
		} else if other, err := yaml.Marshal(&node); err == nil && len(node.Content) > 0 && node.Content[0].Tag != "!!null" {
			others = append(others, other)
		}
	}
}

func inflation(document *yaml.Node) (one Inflation, ok bool) {
	var value any
	if document.Decode(&value) != nil {
		return one, false
	}
	var header struct{ Kind string }
	data, err := json.Marshal(value)
	ok = err == nil && json.Unmarshal(data, &header) == nil && header.Kind == inflationKind && json.Unmarshal(data, &one) == nil
	return one, ok
}

// Inflates returns the directories of the charts of the tree that the kustomization of
// a directory inflates.
func (t *Tree) Inflates(dir string) (dirs []string) {
	k := t.Kustomization(dir)
	if k == nil {
		return nil
	}
	all := k.Inflations
	for _, r := range k.References {
		text := []byte(r.Path)
		if r.Field != "generators" {
			continue
		}
		if !strings.Contains(r.Path, "\n") {
			file, err := k.Resolve(r)
			if err != nil || !IsFile(t.fsys, file) {
				continue
			}
			if text, err = ReadFile(t.fsys, file, mostKustomization); err != nil {
				continue // the target that reads it says so
			}
		}
		more, _ := Inflations(text)
		all = append(all, more...)
	}
	for _, one := range all {
		if at := one.Dir(dir); fs.ValidPath(at) && HasChart(t.fsys, at) {
			dirs = append(dirs, at)
		}
	}
	return dirs
}
