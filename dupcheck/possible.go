package dupcheck

import (
	"fmt"
	"maps"
	"slices"
)

// reportPossible finds declarations that are one object or two, depending on facts that
// the input does not have: one names a namespace and the other does not, and all else is
// equal. It is a second pass and merges nothing, so that equality of IDs stays an
// equivalence.
func (r *run) reportPossible() {
	if r.rules.off(PossibleDuplicate) || !slices.ContainsFunc(r.index, func(e entry) bool { return e.floating }) {
		return
	}
	bare := func(i int32) key { return r.keyOf(i).bare() }
	for k, met := range r.meetings(hashBare, bare) {
		var involved []int32
		namespaces, defaults := map[string]bool{}, map[string]bool{}
		met = settled(met)
		for _, e := range met {
			if e.floating {
				defaults[r.rules.defaultNamespace(r.objects.at(e.object))] = true
			}
		}
		for _, e := range met {
			switch o := r.objects.at(e.object); {
			case e.floating && len(defaults) > 1: // of a kind whose scope is not known
				namespaces[shownNamespace(r.rules.defaultNamespace(o))] = true
			case e.floating:
			case defaults[o.Namespace]:
				continue // certainly the same as one without a namespace
			default:
				namespaces[shownNamespace(o.Namespace)] = true
			}
			involved = append(involved, e.object)
		}
		if len(defaults) > 0 && len(namespaces) > 0 {
			r.add(r.possible(k, involved, slices.Sorted(maps.Keys(namespaces)), met[0].unsure, defaults[""]))
		}
	}
}

func shownNamespace(namespace string) string { return quotePart(Brief(namespace), "._:-") }

// possible describes declarations of which some name one of the namespaces and some name
// none. unsure says that the scope of their kind is unknown, and open that there is no
// known default namespace.
func (r *run) possible(k key, involved []int32, namespaces []string, unsure, open bool) Diagnostic {
	in, condition, or := "namespace ", "they are one object if that is the default namespace", ", or "
	if len(namespaces) > 1 {
		in, condition, or = "namespaces ", "two of them are one object if the default namespace is one of these", ", and all "
	}
	var advice string
	switch {
	case !unsure:
		advice = "name the namespace in every manifest, or say what the default namespace is"
	case open:
		condition += or + "if the kind is cluster-scoped"
		advice = "say what the default namespace is, and add the CRD of the kind or say that it is cluster-scoped"
	default:
		condition = "they are one object if the kind is cluster-scoped"
		advice = "add the CRD of the kind, or say that it is cluster-scoped"
	}
	return Diagnostic{
		Rule: PossibleDuplicate, Set: k.set, ID: k.ID, Declarations: r.declarations(involved), Advice: advice,
		Message: fmt.Sprintf("%s is declared without a namespace and in %s%s; %s", k.ID.brief(), in, join(namespaces), condition),
	}
}
