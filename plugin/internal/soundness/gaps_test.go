package soundness

import "slices"

// gaps are changes that the code under test is known not to judge rightly. The
// generator makes none of them. Each says what is missing; it is deleted with the
// gap.
var gaps = []func(base, head tree) bool{
	// The GitRepository that "flux bootstrap" makes is the checkout, whichever branch
	// it names: that it names another one is not told.
	func(base, head tree) bool {
		return !same(base, head, sourceGroup, "spec", "ref") || !same(base, head, sourceGroup, "spec", "url")
	},
	// An ApplicationSet that no root deploys is renamed: an unseen root may prune the
	// old one with its Applications.
	func(base, head tree) bool {
		left := head.written()
		return slices.ContainsFunc(base.hand(), func(dir string) bool {
			return slices.ContainsFunc(base.handObjects(dir).objects, func(o object) bool { return o.kind == "ApplicationSet" && !left[o.key] })
		})
	},
}

// same says whether the objects of a group that are in both trees have one value in
// a field.
func same(base, head tree, group string, keys ...string) bool {
	before := map[key]any{}
	base.each(func(o object) { before[o.key] = at(o.fields, keys...) })
	equal := true
	head.each(func(o object) {
		old, ok := before[o.key]
		equal = equal && (o.group != group || !ok || text(fields{"": old}) == text(fields{"": at(o.fields, keys...)}))
	})
	return equal
}

// each calls f for the objects that stand in any file.
func (t tree) each(f func(object)) {
	for _, name := range t.names() {
		docs, _ := documents(t[name])
		for _, doc := range docs {
			if o, err := newObject(doc); err == nil {
				f(o)
			}
		}
	}
}

func isGap(base, head tree) bool {
	for _, gap := range gaps {
		if gap(base, head) {
			return true
		}
	}
	return false
}
