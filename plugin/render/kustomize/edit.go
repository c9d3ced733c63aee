package kustomize

import (
	"cmp"
	"encoding/json"
	"maps"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// rewrite changes the replacement of a kustomization.
func (c *inputs) rewrite(file string, change func(*types.Kustomization) error, config string) error {
	var k types.Kustomization
	if err := k.Unmarshal(c.Job.Built(file)); err != nil {
		return checkout.Errorf(checkout.Invalid, "it is not a valid kustomization")
	}
	k.FixKustomization()
	if err := change(&k); err != nil {
		return err
	}
	text, err := json.Marshal(k)
	if err != nil {
		return checkout.Errorf(checkout.Invalid, "it cannot be changed")
	}
	configs := c.Job.Rewrites[file].Configs
	if config != "" {
		configs = append(configs, config)
	}
	c.Job.Rewrites[file] = job.Rewrite{Text: text, Configs: configs}
	return nil
}

// edit changes the kustomization of the target as its deployer does, and adds the files
// that the changes read.
func (c *inputs) edit() error {
	edits := c.Job.Kustomize
	if edits.IsZero() {
		return nil
	}
	k := c.Kustomization(c.Job.Dir)
	patches, failed := patchesOf(edits)
	for _, component := range edits.Components {
		failed = checkout.Both(failed, c.reference(k, checkout.Reference{Field: "components", Path: component, Use: checkout.AsDirectory}))
	}
	for _, p := range patches {
		if p.Path != "" {
			failed = checkout.Both(failed, c.reference(k, checkout.Reference{Field: "patches", Path: p.Path, Use: checkout.AsPatch}))
		}
	}
	if failed == nil {
		failed = c.rewrite(k.File, func(t *types.Kustomization) error { apply(edits, patches, t); return nil }, "")
	}
	return checkout.Wrap(failed, "%s, as it is deployed", checkout.Named(k.File))
}

func patchesOf(edits job.Kustomize) (out []types.Patch, err error) {
	for _, text := range edits.Patches {
		var p types.Patch
		if json.Unmarshal(text, &p) != nil {
			return nil, checkout.Errorf(checkout.Invalid, "a patch for it is not valid")
		}
		out = append(out, p)
	}
	return out, nil
}

// apply makes the changes (argo-cd v3.6 util/kustomize/kustomize.go, Build).
func apply(edits job.Kustomize, patches []types.Patch, t *types.Kustomization) {
	t.NamePrefix = cmp.Or(edits.NamePrefix, t.NamePrefix)
	t.NameSuffix = cmp.Or(edits.NameSuffix, t.NameSuffix)
	t.Namespace = cmp.Or(edits.Namespace, t.Namespace)
	t.Components = append(t.Components, edits.Components...)
	t.Patches = append(t.Patches, patches...)
	if len(edits.Labels) > 0 {
		t.Labels = append(t.Labels, types.Label{Pairs: edits.Labels})
	}
	if len(edits.Annotations) > 0 && t.CommonAnnotations == nil {
		t.CommonAnnotations = map[string]string{}
	}
	maps.Copy(t.CommonAnnotations, edits.Annotations)
}
