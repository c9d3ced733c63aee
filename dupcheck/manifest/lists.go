package manifest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// typeMeta is the type that an item of a typed list inherits.
type typeMeta struct{ apiVersion, kind string }

// within is where in the document an object stands.
type within struct {
	items   []int    // indexes of the items of lists, outermost first
	inherit typeMeta // from the typed list around it
	inList  bool     // whether kubectl sees a List around it
}

func (c within) path() string {
	var b []byte
	for i, n := range c.items {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(strconv.AppendInt(append(b, "items["...), int64(n), 10), ']')
	}
	return string(b)
}

// mostLists is how deep lists may be nested. For kubectl one is too many.
const mostLists = 20

// listed says whether the object has a field items that makes it a list for
// kubectl, whatever its kind and apiVersion are: an array, or null (apimachinery,
// pkg/apis/meta/v1/unstructured/helpers.go, decode and decodeToList).
func (o *object) listed() bool {
	items := o.fields[outline.FieldItems]
	return items.shape() == shapeSequence || items.set && items.shape() == shapeNull
}

// nameless says whether nothing gives the object a name. A List has none, unless
// it is an object of that kind, which a CustomResourceDefinition may define.
func (o *object) nameless() bool {
	return o.fields[outline.FieldName].absent() && o.fields[outline.FieldGenerateName].absent()
}

// strayItems says what becomes of an object that only kubectl takes for a
// list.
func strayItems(o *object) dupcheck.Diagnostic {
	what := "array items"
	if o.fields[outline.FieldItems].shape() == shapeNull {
		what = "field items without a value"
	}
	return dupcheck.Diagnostic{
		Rule:    dupcheck.StrayItems,
		Message: fmt.Sprintf("an object of kind %s has a top-level %s; kubectl takes it for a list and drops the object", dupcheck.QuoteAlways(o.Kind), what),
		Advice:  "rename the field, or write a List",
	}
}

// list reads a list and its items.
func (x *extraction) list(v view, o *object, at within) {
	if len(at.items) == 0 && x.item != nil {
		x.outermost = &List{APIVersion: o.APIVersion, Kind: o.Kind}
	}
	if at.inList && x.more() {
		o.ReaderFindings = append(o.ReaderFindings, dupcheck.Diagnostic{
			Rule:    dupcheck.NestedList,
			Message: "a list inside a list; kubectl refuses the whole file",
			Advice:  "move the items of the inner list to the outer one",
		})
	}
	if shape := o.fields[outline.FieldItems].shape(); shape != shapeSequence && shape != shapeNull && x.more() {
		o.ReaderFindings = append(o.ReaderFindings, dupcheck.Diagnostic{
			Rule: dupcheck.InvalidType, Severity: dupcheck.Error,
			Message: "the items of a List are not an array",
			Advice:  "write items as an array",
		})
	}
	// A List's own metadata is ignored (measured as L07), whatever it holds.
	o.ReaderFindings = slices.DeleteFunc(o.ReaderFindings, func(d dupcheck.Diagnostic) bool {
		return strings.HasPrefix(d.Message, "metadata.")
	})
	if len(o.ReaderFindings) > 0 {
		o.Placeholder = true
		x.put(o)
	}
	x.items(o, at)
}

// items reads the objects among the items of a list. It reports an item that is no
// object, unless the list may not be meant for Kubernetes or is reported itself: if it
// has no apiVersion, or a kind that is no list.
func (x *extraction) items(o *object, at within) {
	items := o.fields[outline.FieldItems]
	if items.shape() != shapeSequence {
		return
	}
	// To kpt a ResourceList is a list; to kubectl it is no manifest.
	var inner within
	if o.Kind != "ResourceList" {
		inner = within{inList: true, inherit: itemType(o.APIVersion, o.Kind)}
	}
	certain := o.APIVersion != "" && strings.HasSuffix(o.Kind, "List")
	i := 0
	for item := range items.value.elements {
		if !x.spend() {
			return
		}
		if x.outermost != nil && len(at.items) == 0 {
			x.outermost.Items = append(x.outermost.Items, x.item(item))
		}
		inner.items = append(slices.Clip(at.items), i)
		if certain || x.manifest(item, inner.inherit, 1) {
			x.value(item, inner)
		}
		i++
	}
}

// mostHeld is how deep lists may be nested that are looked into to see whether they
// are any. From a list in a list kubectl takes nothing.
const mostHeld = 4

// manifest says whether an item is an object that kubectl would take, or holds some.
// A mapping without metadata has no name, and is none.
func (x *extraction) manifest(v view, inherit typeMeta, depth int) bool {
	if v.shape() != shapeMapping || depth > mostHeld {
		return false
	}
	var root picked
	x.pick(v, outline.ScopeObject, &root, nil)
	own := typeMeta{root[outline.FieldAPIVersion].name(), root[outline.FieldKind].name()}
	typed := own.apiVersion != "" && own.kind != "" ||
		own == typeMeta{} && inherit.apiVersion != "" && inherit.kind != ""
	return typed && root[outline.FieldMetadata].shape() == shapeMapping ||
		own.kind != "" && x.holds(root[outline.FieldItems], itemType(own.apiVersion, own.kind), depth)
}

// itemType returns the type that an item of a list inherits.
func itemType(apiVersion, kind string) typeMeta {
	return typeMeta{apiVersion, strings.TrimSuffix(kind, "List")}
}

// holds reports whether there are objects among the items of a mapping, which inherit the
// type.
func (x *extraction) holds(items field, inherit typeMeta, depth int) bool {
	if items.shape() != shapeSequence {
		return false
	}
	for item := range items.value.elements {
		if !x.spend() {
			return false
		}
		if x.manifest(item, inherit, depth+1) {
			return true
		}
	}
	return false
}

// stray reports an item of a List that is no object.
func (x *extraction) stray(v view, at within, what string) {
	if !x.more() {
		return
	}
	o := &object{}
	o.Placeholder, o.Set = true, x.set
	o.At = x.position(v)
	o.At.Path = at.path()
	o.ReaderFindings = []dupcheck.Diagnostic{{
		Rule: dupcheck.InvalidType, Severity: dupcheck.Error,
		Message: what + "; kubectl refuses the whole file",
		Advice:  "give the item its apiVersion and kind",
	}}
	x.put(o)
}

// sequence looks at a document that is a sequence, such as a JSON patch. A sequence of
// whole objects is a mistake that every tool handles in its own way.
func (x *extraction) sequence(v view) {
	for element := range v.elements {
		if !x.spend() {
			return
		}
		if element.shape() != shapeMapping {
			continue
		}
		var root picked
		x.pick(element, outline.ScopeObject, &root, nil)
		if root[outline.FieldAPIVersion].shape() == shapeText && root[outline.FieldKind].shape() == shapeText &&
			root[outline.FieldMetadata].shape() == shapeMapping {
			x.unread(element, dupcheck.Invalid, "a sequence of objects without a List around it, which kubectl refuses")
			return
		}
	}
}
