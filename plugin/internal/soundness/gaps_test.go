package soundness

// gaps are changes that the code under test is known not to judge rightly. The
// generator makes none of them. Each says what is missing; it is deleted with the
// gap.
var gaps = []func(base, head tree) bool{
	// An Application that keeps its objects is made anew by another set: it adopts them
	// and prunes those that it no longer has.
	func(base, head tree) bool {
		after := head.makers()
		for name, maker := range base.makers() {
			if after[name] != "" && after[name] != maker {
				return true
			}
		}
		return false
	},
}

// makers are the sets that generate Applications without a finalizer, by the names of
// these. One that two of them generate has either.
func (t tree) makers() map[string]string {
	all := map[string]string{}
	t.each(func(o object) {
		apps, _ := t.generate(o.fields)
		for _, app := range apps {
			if len(list(app, "metadata", "finalizers")) == 0 {
				all[str(app, "metadata", "name")] = o.name
			}
		}
	})
	return all
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
