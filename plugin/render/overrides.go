package render

import (
	"encoding/json"
	"maps"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// changes says whether anything is changed.
func (k Kustomize) changes() bool {
	return k.NamePrefix != "" || k.NameSuffix != "" || k.Namespace != "" ||
		len(k.Components)+len(k.Patches)+len(k.Labels)+len(k.Annotations) > 0
}

// references are the paths that the changes add.
func (k Kustomize) references() (out []checkout.Reference, reason string) {
	for _, component := range k.Components {
		out = append(out, checkout.Reference{Field: "components", Path: component, Use: checkout.AsDirectory})
	}
	patches, reason := k.patches()
	for _, p := range patches {
		if p.Path != "" {
			out = append(out, checkout.Reference{Field: "patches", Path: p.Path, Use: checkout.AsPatch})
		}
	}
	return out, reason
}

func (k Kustomize) patches() (out []types.Patch, reason string) {
	for _, text := range k.Patches {
		var p types.Patch
		if err := json.Unmarshal(text, &p); err != nil {
			return nil, "a patch for it is not valid"
		}
		out = append(out, p)
	}
	return out, ""
}

// apply returns the kustomization with the changes (argo-cd v3.6
// util/kustomize/kustomize.go, Build).
func (k Kustomize) apply(text []byte) ([]byte, string) {
	var t types.Kustomization
	if err := t.Unmarshal(text); err != nil {
		return nil, "it is no valid kustomization"
	}
	if k.NamePrefix != "" {
		t.NamePrefix = k.NamePrefix
	}
	if k.NameSuffix != "" {
		t.NameSuffix = k.NameSuffix
	}
	if k.Namespace != "" {
		t.Namespace = k.Namespace
	}
	t.Components = append(t.Components, k.Components...)
	patches, reason := k.patches()
	if reason != "" {
		return nil, reason
	}
	t.Patches = append(t.Patches, patches...)
	if len(k.Labels) > 0 {
		t.Labels = append(t.Labels, types.Label{Pairs: k.Labels})
	}
	if len(k.Annotations) > 0 && t.CommonAnnotations == nil {
		t.CommonAnnotations = map[string]string{}
	}
	maps.Copy(t.CommonAnnotations, k.Annotations)
	out, err := yaml.Marshal(t)
	if err != nil {
		return nil, "it cannot be changed"
	}
	return out, ""
}

// override changes the kustomization of the root, and adds what the changes
// read.
func (c *closure) override() string {
	k := c.Kustomization(c.job.Dir)
	if !c.job.Kustomize.changes() {
		return ""
	}
	references, reason := c.job.Kustomize.references()
	for _, e := range references {
		if reason == "" {
			reason = c.reference(k, e)
		}
	}
	if reason == "" {
		c.job.Files[k.File], reason = c.job.Kustomize.apply(c.job.Files[k.File])
	}
	if reason != "" {
		return dupcheck.Quote(k.File) + ", as it is deployed: " + reason
	}
	return ""
}
