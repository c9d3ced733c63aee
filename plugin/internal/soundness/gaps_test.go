package soundness

// gaps are changes that the code under test is known not to judge rightly. The
// generator makes none of them. Each says what is missing; it is deleted with the
// gap.
var gaps = []func(base, head tree) bool{
	// Two Applications that a set generates have one name, which no API server takes:
	// Argo CD leaves both alone since 3.2, and so deletes those that it had.
	func(_, head tree) bool {
		found := false
		head.each(func(o object) {
			seen := map[string]bool{}
			apps, _ := head.generate(o.fields)
			for _, app := range apps {
				name := str(app, "metadata", "name")
				found = found || seen[name] && !validName.MatchString(name)
				seen[name] = true
			}
		})
		return found
	},
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
