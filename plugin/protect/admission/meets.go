package admission

import (
	"slices"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Takeover returns the guard against giving an object of a kind the mark of another
// deployer. It returns false if there is none. Argo CD leaves no mark on definitions.
func Takeover(m deploy.Mark, gk dupcheck.GroupKind) (Guard, bool) {
	if m == deploy.TrackingID && gk.String() == "CustomResourceDefinition.apiextensions.k8s.io" ||
		slices.ContainsFunc(excluded, func(r resourceRule) bool { return r.matches(gk) }) {
		return Guard{}, false
	}
	return first(plain(), func(g Guard) bool { return slices.Contains(g.marks, m) })
}

// Retarget returns the guard against another target for an object of a kind. It returns
// false if there is none.
func Retarget(gk dupcheck.GroupKind) (Guard, bool) {
	return first(plain(), func(g Guard) bool { return g.group == NoRetarget && g.matches(gk) })
}

// Deletion returns the guard against the deletion of an object, as far as git shows that. It
// returns false if there is none. state are kinds that hold state, in addition to the
// built-in ones. content is that of the object, and namespace that of its Namespace. Either
// is nil if it is not known.
func Deletion(state []deploy.StateKind, gk dupcheck.GroupKind, content, namespace any) (Guard, bool) {
	all := plain()
	if holdsState(state, gk) {
		all = append(slices.Clip(all), states([]dupcheck.GroupKind{gk}))
	}
	return first(all, func(g Guard) bool {
		switch s := g.selects; {
		case g.group != NoDelete, !g.matches(gk), g.declared != nil && content != nil && !g.declared(content):
			return false
		case s != nil && s.ObjectSelector != nil:
			return !isOff(content)
		case s != nil && s.NamespaceSelector != nil:
			return !isOff(namespace)
		}
		return true
	})
}

// plain returns the guards without the kinds that hold state.
var plain = sync.OnceValue(func() []Guard { return guards(nil) })

func first(all []Guard, is func(Guard) bool) (Guard, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return Guard{}, false
}

func (g Guard) matches(gk dupcheck.GroupKind) bool {
	return slices.ContainsFunc(g.policy.MatchConstraints.ResourceRules, func(r resourceRule) bool { return r.matches(gk) })
}

// matches says whether a rule covers a kind whose resource has a regular name.
func (r resourceRule) matches(gk dupcheck.GroupKind) bool {
	resource := strings.TrimSuffix(strings.ToLower(gk.Kind), "s") + "s"
	return slices.Contains(r.APIGroups, gk.Group) && (slices.Contains(r.Resources, resource) || slices.Contains(r.Resources, "*"))
}

// isOff says whether an object has the label Protection with the value "off".
func isOff(object any) bool { return at(object, "metadata", "labels", Protection) == "off" }

// cascades says whether an Application is deleted with its objects, or an
// ApplicationSet with its Applications.
func cascades(content any) bool {
	if at(content, "kind") == "ApplicationSet" {
		return at(content, "spec", "syncPolicy", "preserveResourcesOnDeletion") != true
	}
	finalizers, _ := at(content, "metadata", "finalizers").([]any)
	return slices.ContainsFunc(finalizers, func(f any) bool {
		name, _ := f.(string)
		return slices.Contains(deploy.Finalizers(), name)
	})
}

// at returns the value of a field, or nil.
func at(content any, path ...string) any {
	for _, key := range path {
		fields, _ := content.(map[string]any)
		content = fields[key]
	}
	return content
}
