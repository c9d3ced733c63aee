package soundness

// gaps are changes that the code under test is known not to judge rightly. The
// generator makes none of them. Each says what is missing; it is deleted with the
// gap.
var gaps = []func(base, head tree) bool{}

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
