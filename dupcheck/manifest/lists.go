package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// typeMeta is what an item of a typed list inherits.
type typeMeta struct{ apiVersion, kind string }

// within is where in the document an object stands.
type within struct {
	items   []int    // indexes of the items of lists, outermost first
	inherit typeMeta // from the typed list around it
	inList  bool     // whether kubectl sees a List around it
}

func (c within) path() string {
	var b strings.Builder
	for i, n := range c.items {
		if i > 0 {
			b.WriteByte('.')
		}
		fmt.Fprintf(&b, "items[%d]", n)
	}
	return b.String()
}

// mostLists is how deep lists may be nested. For kubectl one is too many.
const mostLists = 20

// list reads the items of a list.
func (x *extraction) list(v view, o *object, items field, at within) {
	if at.inList && x.more() {
		o.Found = append(o.Found, dupcheck.Diagnostic{
			Rule:    dupcheck.NestedList,
			Message: "a list inside a list; kubectl refuses the whole file",
			Advice:  "move the items of the inner list to the outer one",
		})
	}
	if shape := items.shape(); shape != shapeSequence && shape != shapeNull && x.more() {
		o.Found = append(o.Found, dupcheck.Diagnostic{
			Rule: dupcheck.InvalidType, Severity: dupcheck.Error,
			Message: "the items of a List are not an array",
			Advice:  "write items as an array",
		})
	}
	// A List's own metadata is ignored (measured as L07), whatever it holds.
	o.Found = slices.DeleteFunc(o.Found, func(d dupcheck.Diagnostic) bool {
		return strings.HasPrefix(d.Message, "metadata.")
	})
	if len(o.Found) > 0 {
		o.Aside = true
		x.put(o)
	}
	if items.shape() != shapeSequence {
		return
	}
	// To kpt a ResourceList is a list; to kubectl it is no manifest.
	resources := o.Kind == "ResourceList"
	inner := within{inList: !resources}
	if !resources {
		inner.inherit = typeMeta{o.APIVersion, strings.TrimSuffix(o.Kind, "List")}
	}
	i := 0
	for item := range items.value.elements() {
		if !x.spend() {
			return
		}
		inner.items = append(slices.Clip(at.items), i)
		x.value(item, inner)
		i++
	}
}

// stray reports an item of a List that is no object.
func (x *extraction) stray(v view, at within, what string) {
	if !x.more() {
		return
	}
	o := &object{}
	o.Aside, o.Set = true, x.set
	o.At = x.position(v)
	o.At.Path = at.path()
	o.Found = []dupcheck.Diagnostic{{
		Rule: dupcheck.InvalidType, Severity: dupcheck.Error,
		Message: what + "; kubectl refuses the whole file",
		Advice:  "give the item its apiVersion and kind",
	}}
	x.put(o)
}

// sequence looks at a document that is a sequence, such as a JSON patch. One
// of whole objects is a mistake that every tool answers in its own way.
func (x *extraction) sequence(v view) {
	for element := range v.elements() {
		if !x.spend() {
			return
		}
		if element.shape() != shapeMapping {
			continue
		}
		root := x.pick(element, rootFields, nil, "")
		if root[fieldAPIVersion].shape() == shapeText && root[fieldKind].shape() == shapeText &&
			root[fieldMetadata].shape() == shapeMapping {
			x.unread(element, "a sequence of objects without a List around it, which kubectl refuses")
			return
		}
	}
}
