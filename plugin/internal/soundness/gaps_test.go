package soundness

// gaps are changes that the code under test is known not to judge rightly. The
// generator makes none of them. Each says what is missing; it is deleted with the
// gap.
var gaps = []func(base, head tree) bool{
	// An ApplicationSet is declared twice: the last one counts, and impact takes what
	// both generate.
	func(base, head tree) bool { return declaresSetTwice(base) || declaresSetTwice(head) },
}

// suspends says whether there is a Kustomization that is suspended. An object that
// moves to one counts as moved, which the limit of objects does not count; it is
// pruned.
func suspends(t tree) bool {
	found := false
	t.each(func(o object) { found = found || is(o.fields, "spec", "suspend") })
	return found
}

func declaresSetTwice(t tree) bool {
	seen := map[key]bool{}
	twice := false
	t.each(func(o object) {
		twice = twice || o.kind == "ApplicationSet" && seen[o.key]
		seen[o.key] = true
	})
	return twice
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
