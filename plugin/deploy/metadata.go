package deploy

import (
	"maps"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// metadata has the labels and annotations of an object. Flux reads both.
type metadata [2]map[string]string

// metadataOf reads the content of an object. If that is not known, it has only the
// annotations of the object.
func metadataOf(object dupcheck.Object) metadata {
	m := metadata{{}, maps.Clone(object.Annotations)}
	if object.Body == nil {
		return m
	}
	value, err := object.Body.Value()
	if err != nil {
		return m
	}
	root, _ := value.(map[string]any)
	metadata, _ := root["metadata"].(map[string]any)
	for i, field := range []string{"labels", "annotations"} {
		all, _ := metadata[field].(map[string]any)
		for key, v := range all {
			if text, ok := v.(string); ok {
				if m[i] == nil {
					m[i] = map[string]string{}
				}
				m[i][key] = text
			}
		}
	}
	return m
}

// says looks for a label or annotation of Flux. Letter case does not count in the value
// (fluxcd/pkg ssa/utils/meta.go, AnyInMetadata).
func (m metadata) says(name, value string) bool {
	key := "kustomize.toolkit.fluxcd.io/" + name
	return strings.EqualFold(m[0][key], value) || strings.EqualFold(m[1][key], value)
}

// unapplied returns the label or annotation because of which Flux never applies an
// object, nor deletes one that has it in the cluster (kustomize-controller v1.9, apply,
// and fluxcd/pkg ssa/manager_apply.go, shouldSkipApply). It is "" if there is none.
func (m metadata) unapplied() string {
	switch {
	case m.says("reconcile", "disabled"):
		return "reconcile: disabled"
	case m.says("ssa", "ignore"):
		return "ssa: Ignore"
	}
	return ""
}

// fluxProtection reports whether Flux keeps an object. It reads the labels and
// annotations that the object has in the cluster (kustomize-controller v1.9,
// deleteObjects). Those in git are there only if Flux has applied them: Flux does not
// apply an object that opts out, and with "ssa: IfNotPresent" it does not apply an
// existing one.
func fluxProtection(object dupcheck.Object) Protection {
	m := metadataOf(object)
	if m.says("prune", "disabled") && m.unapplied() == "" && !m.says("ssa", "ifnotpresent") {
		return Keep
	}
	return Unprotected
}

// Ignored says why the metadata of an object in git does not keep it. It is empty if no
// metadata might.
func (d *Deployer) Ignored(object dupcheck.Object) string {
	if d.Tool != FluxKustomization {
		return ""
	}
	m := metadataOf(object)
	if entry := m.unapplied(); entry != "" {
		return "in spite of " + entry + ", which Flux looks for in the cluster and does not bring there"
	}
	if m.says("prune", "disabled") && m.says("ssa", "ifnotpresent") {
		return "despite prune: disabled, which Flux with ssa: IfNotPresent applies only when it creates the object"
	}
	return ""
}

// Applies says whether deployers of a tool apply an object that they have in git.
func (t Tool) Applies(object dupcheck.Object) bool {
	switch t {
	case ArgoCD:
		return !Skipped(object)
	case FluxKustomization:
		return metadataOf(object).unapplied() == ""
	}
	return true
}

// Changes says whether they also apply it where it is already.
func (t Tool) Changes(object dupcheck.Object) bool {
	return t.Applies(object) && (t != FluxKustomization || !metadataOf(object).says("ssa", "ifnotpresent"))
}

// WithoutNamespace says which object has no namespace although its kind needs one, for a
// tool without a default namespace. It returns "" if there is none.
func WithoutNamespace(objects []dupcheck.Object) string {
	for _, o := range objects {
		id := gitops.IDOf(o)
		if o.Namespace == "" && dupcheck.BuiltInScope(id.GroupKind()) == "Namespaced" {
			return "it has no namespace for " + dupcheck.Quote(ShortName(id))
		}
	}
	return ""
}
