package impact

import (
	"maps"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// marks are the labels and annotations of an object, either of which speaks to
// Flux.
type marks [2]map[string]string

// marksOf reads the content of an object. Where that is not known, the
// annotations of the object are all there is.
func marksOf(object dupcheck.Object) marks {
	m := marks{{}, maps.Clone(object.Annotations)}
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

// say whether one of them is there. Letter case does not count in the value
// (fluxcd/pkg ssa/utils/meta.go, AnyInMetadata).
func (m marks) say(name, value string) bool {
	key := "kustomize.toolkit.fluxcd.io/" + name
	return strings.EqualFold(m[0][key], value) || strings.EqualFold(m[1][key], value)
}

// unapplied returns the mark because of which Flux never applies an object, nor
// deletes one that has it in the cluster (kustomize-controller v1.9, apply, and
// fluxcd/pkg ssa/manager_apply.go, shouldSkipApply). It is "" if there is none.
func (m marks) unapplied() string {
	switch {
	case m.say("reconcile", "disabled"):
		return "reconcile: disabled"
	case m.say("ssa", "ignore"):
		return "ssa: Ignore"
	}
	return ""
}

// fluxKeeps says whether Flux lets an object be. It reads the marks that the
// object has in the cluster (kustomize-controller v1.9, deleteObjects). Those in
// git are there only if Flux has applied them: it does not apply an object that
// is marked to be let alone, and with "ssa: IfNotPresent" none that is there.
func fluxKeeps(object dupcheck.Object) keep {
	m := marksOf(object)
	if m.say("prune", "disabled") && m.unapplied() == "" && !m.say("ssa", "ifnotpresent") {
		return keeps
	}
	return unprotected
}

// fluxIgnores says why the marks of an object in git do not keep it, or "" if it
// has none that might.
func fluxIgnores(o *Owner, object dupcheck.Object) string {
	if o.Tool != FluxKustomization {
		return ""
	}
	m := marksOf(object)
	if mark := m.unapplied(); mark != "" {
		return "in spite of " + mark + ", which Flux looks for in the cluster and does not bring there"
	}
	if m.say("prune", "disabled") && m.say("ssa", "ifnotpresent") {
		return "in spite of prune: disabled, which with ssa: IfNotPresent Flux brings to the cluster only with a new object"
	}
	return ""
}

// takes says whether an owner applies what it has in git.
func takes(o *Owner, object dupcheck.Object) bool {
	return o.Tool != FluxKustomization || marksOf(object).unapplied() == ""
}
