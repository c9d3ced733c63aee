package manifest

// scope is a mapping, or sequence, of which fields are looked at.
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

// fieldID is a field that makes an identity, or tells what a mapping is, or none.
// Values after fieldAnnotation are knownAnnotations.
type fieldID uint8

const (
	fieldNone fieldID = iota // also the root and the items of lists
	fieldAPIVersion
	fieldKind
	fieldMetadata
	fieldItems
	fieldSpec
	fieldName
	fieldNamespace
	fieldGenerateName
	fieldAnnotations
	fieldGroup // and what follows: of a CustomResourceDefinition
	fieldScope
	fieldNames
	fieldDefines
	fieldPlural
	fieldAnnotation
)

// fieldTable says of each field what it is called, in which scope it is, and of which
// scope its value is.
var fieldTable = func() (all [32]struct {
	name       string
	in, inside scope
},
) {
	add := func(in scope, first fieldID, names ...string) {
		for i, name := range names {
			all[first+fieldID(i)].name, all[first+fieldID(i)].in = name, in
		}
	}
	add(scopeObject, fieldAPIVersion, "apiVersion", "kind", "metadata", "items", "spec")
	add(scopeMetadata, fieldName, "name", "namespace", "generateName", "annotations")
	add(scopeSpec, fieldGroup, "group", "scope", "names")
	add(scopeNames, fieldDefines, "kind", "plural")
	add(scopeAnnotations, fieldAnnotation, knownAnnotations...)
	all[fieldMetadata].inside, all[fieldItems].inside, all[fieldSpec].inside = scopeMetadata, scopeItems, scopeSpec
	all[fieldAnnotations].inside, all[fieldNames].inside = scopeAnnotations, scopeNames
	return all
}()

// fieldsByLength are the fields of a scope by how long their names are.
var fieldsByLength = func() (all [scopeItems + 1][64][]fieldID) {
	for f, info := range fieldTable {
		all[info.in][len(info.name)] = append(all[info.in][len(info.name)], fieldID(f))
	}
	return all
}()

// fieldOf returns which of a scope's fields a key is, or none.
func fieldOf[T string | []byte](s scope, key T) fieldID {
	if len(key) >= len(fieldsByLength[s]) {
		return fieldNone
	}
	for _, f := range fieldsByLength[s][len(key)] {
		if fieldTable[f%32].name == string(key) {
			return f
		}
	}
	return fieldNone
}

// scalar says whether a field should be a scalar, so that anything else is
// worth the parser's time.
func (f fieldID) scalar() bool {
	return 1<<f&(1<<fieldNone|1<<fieldMetadata|1<<fieldItems|1<<fieldSpec|1<<fieldAnnotations|1<<fieldNames) == 0
}

// identityFields are the fields that make an identity.
var identityFields = [...]fieldID{fieldAPIVersion, fieldKind, fieldName, fieldNamespace, fieldGenerateName}

// path is the field as messages name it.
func (f fieldID) path() string {
	if fieldTable[f].in == scopeMetadata {
		return "metadata." + fieldTable[f].name
	}
	return fieldTable[f].name
}
