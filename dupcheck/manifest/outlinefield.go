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

// kept is a field that is kept, or none. What is behind keptAnnotation are
// knownAnnotations.
type kept uint8

const (
	keptNone kept = iota // also the root and the items of lists
	keptAPIVersion
	keptKind
	keptMetadata
	keptItems
	keptSpec
	keptName
	keptNamespace
	keptGenerateName
	keptAnnotations
	keptGroup // and what follows: of a CustomResourceDefinition
	keptScope
	keptNames
	keptDefines
	keptPlural
	keptAnnotation
)

var keptKeys = append([]string{
	"", "apiVersion", "kind", "metadata", "items", "spec", "name", "namespace", "generateName", "annotations",
	"group", "scope", "names", "kind", "plural",
}, knownAnnotations...)

func (f kept) key() string { return keptKeys[f] }

// field returns which of the scope's fields a key is, and the scope of its
// value.
func (s scope) field(key []byte) (f kept, inside scope) {
	switch s {
	case scopeObject:
		switch string(key) {
		case "apiVersion":
			return keptAPIVersion, scopeNone
		case "kind":
			return keptKind, scopeNone
		case "metadata":
			return keptMetadata, scopeMetadata
		case "items":
			return keptItems, scopeItems
		case "spec":
			return keptSpec, scopeSpec
		}
	case scopeMetadata:
		switch string(key) {
		case "name":
			return keptName, scopeNone
		case "namespace":
			return keptNamespace, scopeNone
		case "generateName":
			return keptGenerateName, scopeNone
		case "annotations":
			return keptAnnotations, scopeAnnotations
		}
	case scopeAnnotations:
		for i, known := range knownAnnotations {
			if string(key) == known {
				return keptAnnotation + kept(i), scopeNone
			}
		}
	case scopeSpec:
		switch string(key) {
		case "group":
			return keptGroup, scopeNone
		case "scope":
			return keptScope, scopeNone
		case "names":
			return keptNames, scopeNames
		}
	case scopeNames:
		switch string(key) {
		case "kind":
			return keptDefines, scopeNone
		case "plural":
			return keptPlural, scopeNone
		}
	}
	return keptNone, scopeNone
}

// scalar says whether a field should be a scalar, so that anything else is
// worth the parser's time.
func (f kept) scalar() bool {
	switch f {
	case keptMetadata, keptItems, keptSpec, keptAnnotations, keptNames, keptNone:
		return false
	}
	return true
}
