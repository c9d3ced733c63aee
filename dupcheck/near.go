package dupcheck

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/internal/fold"
)

// reportNear finds different objects that people, file systems or controllers
// are likely to take for one.
func (r *run) reportNear() {
	if !r.folds || r.rules.off(NearDuplicate) {
		return // and so no search among a million of short names
	}
	nearKey := func(i int32) key { return r.nearKey(r.keyOf(i)) }
	for k, met := range r.meetings(hashNear, nearKey) {
		met = settled(met)
		ids := map[ID]bool{}
		indexes := make([]int32, len(met))
		for i, e := range met {
			ids[r.keyOf(e.object).ID] = true
			indexes[i] = e.object
		}
		if len(ids) > 1 {
			r.add(r.near(k.set, slices.SortedFunc(maps.Keys(ids), ID.Compare), indexes))
		}
	}
}

// nearKey returns the key under which an identity meets those that are easily
// taken for it.
func (r *run) nearKey(k key) key {
	k.Group = foldPart(k.Group)
	if to, ok := theFacts().successor[k.Group]; ok {
		k.Group = to
	}
	k.Kind, k.Namespace, k.Name = r.foldKind(k.Kind), foldPart(k.Namespace), foldPart(k.Name)
	if r.rules.OpenShift && k.Kind == "projectrequest" && (k.Group == "" || k.Group == "project.openshift.io") {
		// Creating a ProjectRequest creates the Namespace of its name
		// (aliases.tsv, verdict VIRTUAL).
		k.Group, k.Kind, k.Namespace = "", "namespace", ""
	}
	return k
}

// foldPart folds a part of an ID, unless it is too long for a name: folding takes a
// hundred times as long as comparing.
func foldPart(s string) string {
	if len(s) > 4*mostBrief {
		return s
	}
	return fold.String(s)
}

// foldKind folds a kind. There are few kinds, and folding always changes them.
func (r *run) foldKind(kind string) string {
	folded, ok := r.folded[kind]
	if !ok {
		if r.folded == nil {
			r.folded = map[string]string{}
		}
		folded = foldPart(kind)
		r.folded[kind] = folded
	}
	return folded
}

// near describes identities that are easily taken for one, with all of their
// declarations. Its ID is the least of them.
func (r *run) near(set string, ids []ID, indexes []int32) Diagnostic {
	names := make([]string, len(ids))
	how := "differ only in case or in the form of their characters"
	advice := "rename one, or ignore the pair if it is meant"
	for i, id := range ids {
		names[i] = id.brief()
		if foldPart(id.Group) != foldPart(ids[0].Group) {
			how = "differ only in their group, and one group replaced the other; both may act on the same things"
			advice = "remove the one in the old group, or ignore the pair if it is meant"
		}
	}
	if slices.ContainsFunc(ids, func(id ID) bool { return foldPart(id.Kind) != foldPart(ids[0].Kind) }) {
		how = "meet: creating the ProjectRequest creates the Namespace"
		advice = "remove one of them"
	}
	return Diagnostic{
		Rule: NearDuplicate, Set: set, ID: ids[0], Declarations: r.declarations(indexes),
		Message: fmt.Sprintf("%s %s", join(names), how), Advice: advice,
	}
}
