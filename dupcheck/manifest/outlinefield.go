package manifest

// scope is a mapping, or sequence, of which fields are kept.
type scope uint8

const (
	scopeNone scope = iota
	scopeObject
	scopeMetadata
	scopeAnnotations
	scopeSpec
	scopeNames
	scopeItems // a sequence of objects
)

// field returns which of the scope's fields a key is, or -1, its name, and the
// scope of its value.
func (s scope) field(key []byte) (i int, name string, inside scope) {
	switch s {
	case scopeObject:
		switch string(key) {
		case "apiVersion":
			return 0, "apiVersion", scopeNone
		case "kind":
			return 1, "kind", scopeNone
		case "metadata":
			return 2, "metadata", scopeMetadata
		case "items":
			return 3, "items", scopeItems
		case "spec":
			return 4, "spec", scopeSpec
		}
	case scopeMetadata:
		switch string(key) {
		case "name":
			return 0, "name", scopeNone
		case "namespace":
			return 1, "namespace", scopeNone
		case "generateName":
			return 2, "generateName", scopeNone
		case "annotations":
			return 3, "annotations", scopeAnnotations
		}
	case scopeAnnotations:
		for i, known := range knownAnnotations {
			if string(key) == known {
				return i, known, scopeNone
			}
		}
	case scopeSpec:
		switch string(key) {
		case "group":
			return 0, "group", scopeNone
		case "scope":
			return 1, "scope", scopeNone
		case "names":
			return 2, "names", scopeNames
		}
	case scopeNames:
		switch string(key) {
		case "kind":
			return 0, "kind", scopeNone
		case "plural":
			return 1, "plural", scopeNone
		}
	}
	return -1, "", scopeNone
}

// scalarField says whether a field should be a scalar, so that anything else is
// worth the parser's time.
func scalarField(name string) bool {
	switch name {
	case "metadata", "items", "spec", "annotations", "names", "":
		return false
	}
	return true
}
