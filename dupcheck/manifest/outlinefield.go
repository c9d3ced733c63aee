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

// fieldID is a field that is kept, or none. What is behind fieldIDAnnotation are
// knownAnnotations.
type fieldID uint8

const (
	fieldIDNone fieldID = iota // also the root and the items of lists
	fieldIDAPIVersion
	fieldIDKind
	fieldIDMetadata
	fieldIDItems
	fieldIDSpec
	fieldIDName
	fieldIDNamespace
	fieldIDGenerateName
	fieldIDAnnotations
	fieldIDGroup // and what follows: of a CustomResourceDefinition
	fieldIDScope
	fieldIDNames
	fieldIDDefines
	fieldIDPlural
	fieldIDAnnotation
)

var fieldIDKeys = append([]string{
	"", "apiVersion", "kind", "metadata", "items", "spec", "name", "namespace", "generateName", "annotations",
	"group", "scope", "names", "kind", "plural",
}, knownAnnotations...)

func (f fieldID) key() string { return fieldIDKeys[f] }

// field returns which of the scope's fields a key is, and the scope of its
// value.
func (s scope) field(key []byte) (f fieldID, inside scope) {
	switch s {
	case scopeObject:
		switch string(key) {
		case "apiVersion":
			return fieldIDAPIVersion, scopeNone
		case "kind":
			return fieldIDKind, scopeNone
		case "metadata":
			return fieldIDMetadata, scopeMetadata
		case "items":
			return fieldIDItems, scopeItems
		case "spec":
			return fieldIDSpec, scopeSpec
		}
	case scopeMetadata:
		switch string(key) {
		case "name":
			return fieldIDName, scopeNone
		case "namespace":
			return fieldIDNamespace, scopeNone
		case "generateName":
			return fieldIDGenerateName, scopeNone
		case "annotations":
			return fieldIDAnnotations, scopeAnnotations
		}
	case scopeAnnotations:
		for i, known := range knownAnnotations {
			if string(key) == known {
				return fieldIDAnnotation + fieldID(i), scopeNone
			}
		}
	case scopeSpec:
		switch string(key) {
		case "group":
			return fieldIDGroup, scopeNone
		case "scope":
			return fieldIDScope, scopeNone
		case "names":
			return fieldIDNames, scopeNames
		}
	case scopeNames:
		switch string(key) {
		case "kind":
			return fieldIDDefines, scopeNone
		case "plural":
			return fieldIDPlural, scopeNone
		}
	}
	return fieldIDNone, scopeNone
}

// scalar says whether a field should be a scalar, so that anything else is
// worth the parser's time.
func (f fieldID) scalar() bool {
	switch f {
	case fieldIDMetadata, fieldIDItems, fieldIDSpec, fieldIDAnnotations, fieldIDNames, fieldIDNone:
		return false
	}
	return true
}
