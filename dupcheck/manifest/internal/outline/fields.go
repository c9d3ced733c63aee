package outline

// Scope is a mapping, or sequence, of which fields are looked at.
type Scope uint8

// The scopes: none, the mappings that hold fields of an object, and a sequence of
// objects.
const (
	ScopeNone Scope = iota
	ScopeObject
	ScopeMetadata
	ScopeAnnotations
	ScopeSpec
	ScopeNames
	ScopeItems
)

// Field is a field that makes an identity, or tells what a mapping is, or none.
// Values after FieldAnnotation are Annotations.
type Field uint8

// The fields, scope by scope: of an object, of its metadata, and of the spec and the
// names of a CustomResourceDefinition. FieldNone is also that of the root and of the
// items of lists.
const (
	FieldNone Field = iota
	FieldAPIVersion
	FieldKind
	FieldMetadata
	FieldItems
	FieldSpec
	FieldName
	FieldNamespace
	FieldGenerateName
	FieldAnnotations
	FieldGroup
	FieldScope
	FieldNames
	FieldDefines
	FieldPlural
	FieldAnnotation
)

// fieldTable says of each field what it is called, in which scope it is, and of which
// scope its value is.
var fieldTable = func() (all [32]struct {
	name       string
	in, inside Scope
},
) {
	add := func(in Scope, first Field, names ...string) {
		for i, name := range names {
			all[first+Field(i)].name, all[first+Field(i)].in = name, in
		}
	}
	add(ScopeObject, FieldAPIVersion, "apiVersion", "kind", "metadata", "items", "spec")
	add(ScopeMetadata, FieldName, "name", "namespace", "generateName", "annotations")
	add(ScopeSpec, FieldGroup, "group", "scope", "names")
	add(ScopeNames, FieldDefines, "kind", "plural")
	add(ScopeAnnotations, FieldAnnotation, Annotations...)
	all[FieldMetadata].inside, all[FieldItems].inside, all[FieldSpec].inside = ScopeMetadata, ScopeItems, ScopeSpec
	all[FieldAnnotations].inside, all[FieldNames].inside = ScopeAnnotations, ScopeNames
	return all
}()

// fieldsByLength are the fields of a scope by how long their names are.
var fieldsByLength = func() (all [ScopeItems + 1][64][]Field) {
	for f, info := range fieldTable {
		all[info.in][len(info.name)] = append(all[info.in][len(info.name)], Field(f))
	}
	return all
}()

// Fields yields the fields of a scope.
func (s Scope) Fields(yield func(Field) bool) {
	for f, info := range fieldTable {
		if info.in == s && !yield(Field(f)) {
			return
		}
	}
}

// Name is what the field is called.
func (f Field) Name() string { return fieldTable[f].name }

// FieldOf returns which of a scope's fields a key is, or none.
func FieldOf[T string | []byte](s Scope, key T) Field {
	if len(key) == 0 || len(key) >= len(fieldsByLength[s]) {
		return FieldNone
	}
	for _, f := range fieldsByLength[s][len(key)] {
		if name := fieldTable[f%32].name; name[0] == key[0] && name == string(key) {
			return f
		}
	}
	return FieldNone
}

// Scalar says whether a field should be a scalar, so that anything else is
// worth the parser's time.
func (f Field) Scalar() bool {
	return 1<<f&(1<<FieldNone|1<<FieldMetadata|1<<FieldItems|1<<FieldSpec|1<<FieldAnnotations|1<<FieldNames) == 0
}

// Path is the field as messages name it.
func (f Field) Path() string {
	if fieldTable[f].in == ScopeMetadata {
		return "metadata." + fieldTable[f].name
	}
	return fieldTable[f].name
}
