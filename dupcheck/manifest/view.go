package manifest

// shape is what kind of value a view shows.
type shape uint8

const (
	shapeNull shape = iota
	shapeText
	shapeMapping
	shapeSequence
	shapeOther // a number or a boolean
	shapeBroken
)

// view is a value inside a manifest, from any source: a YAML node, a range of JSON text,
// or a decoded value. The identity of an object is read from it, once for all three. A
// scanner that builds no tree can be a fourth: it needs only the fields in fields.go.
type view interface {
	shape() shape
	// text is the string, or what stands in the source for a number or a
	// boolean.
	text() string
	// entries yields the fields of a mapping in order. A field given twice
	// comes twice; readers let the last one count, as Kubernetes does.
	entries(yield func(entry) bool)
	// elements yields the members of a sequence.
	elements(yield func(view) bool)
	// place is the line and column of the value, or zeros.
	place() (line, column int)
	// templated says that the value is no value yet: text in double braces outside of
	// quotes, which YAML reads as a mapping of a mapping.
	templated() bool
}

// entry is a field of a mapping.
type entry struct {
	key   string
	value view
	// merged says that the field comes from a merge key "<<".
	merged bool
}
