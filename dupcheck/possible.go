package dupcheck

import (
	"fmt"
	"maps"
	"slices"
)

// reportPossible finds declarations that are one object or two, depending on
// what the input does not say: those that differ only in that one names a
// namespace and the other does not. It is a second pass and merges nothing,
// so that equality of IDs stays an equivalence.
func (r *run) reportPossible() {
	if r.rules.off(PossibleDuplicate) || !slices.ContainsFunc(r.index, func(e entry) bool { return e.floating }) {
		return
	}
	bare := func(i int32) key { return r.keyOf(i).bare() }
	for k, met := range r.meetings(hashBare, bare) {
		var involved []int32
		namespaces := map[string]bool{}
		floating := false
		for _, e := range settled(met) {
			namespace := r.objects.at(e.object).Namespace
			switch {
			case e.floating:
				floating = true
			case namespace == r.rules.DefaultNamespace:
				continue // certainly the same as one without a namespace
			default:
				namespaces[quotePart(Brief(namespace), "._:-")] = true
			}
			involved = append(involved, e.object)
		}
		if floating && len(namespaces) > 0 {
			r.add(r.possible(k, involved, slices.Sorted(maps.Keys(namespaces)), met[0].unsure))
		}
	}
}

// possible describes declarations of which some name one of the namespaces,
// and some none. unsure says that the scope of their kind is unknown.
func (r *run) possible(k key, involved []int32, namespaces []string, unsure bool) Diagnostic {
	in, condition, or := "namespace ", "they are one object if that is the default namespace", ", or "
	if len(namespaces) > 1 {
		in, condition, or = "namespaces ", "two of them are one object if the default namespace is one of these", ", and all "
	}
	var advice string
	switch {
	case !unsure:
		advice = "name the namespace in every manifest, or say what the default namespace is"
	case r.rules.DefaultNamespace == "":
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
