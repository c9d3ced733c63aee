package manifest

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// extraction reads the objects out of one document.
type extraction struct {
	file      string
	document  int
	set       string
	line      int  // of the document's first line, for findings without a place of their own
	later     bool // the document is not the first of its file
	emit      func(dupcheck.Object, error) bool
	body      func(v view, at within, o *dupcheck.Object) dupcheck.Body
	item      func(v view) Item // the place of an item; nil if no caller asked for it
	outermost *List             // that was found, if it is
	left      int               // fields and items that may still be looked at
	findings  int               // that were made in the document
	stopped   bool              // the consumer wants no more, or left is used up
}

// object is one object while it is being read.
type object struct {
	dupcheck.Object
	fields picked
}

// spend takes one field or item from the budget. Aliases can make a document
// of any number of them.
func (x *extraction) spend() bool {
	if x.stopped {
		return false
	}
	if x.left--; x.left < 0 {
		x.unread(nil, dupcheck.Invalid, "aliases expand to more than the document may hold")
		x.stopped = true
	}
	return !x.stopped
}

// mostFindings is how many a document may have. If that many things are wrong, the
// document is wrong.
const mostFindings = 1000

// more says whether there is room for one more finding.
func (x *extraction) more() bool {
	x.findings++
	return x.findings <= mostFindings
}

// finish reports what went wrong while a document was read.
func (x *extraction) finish(doc *yamlDocument) {
	if doc != nil && doc.overrun {
		x.unread(nil, dupcheck.Invalid, "more merged fields than can be looked at")
	}
	if x.findings > mostFindings {
		x.unread(nil, dupcheck.Invalid, fmt.Sprintf("more than %d findings; the others are not listed", mostFindings))
	}
}

// value reads whatever stands at v.
func (x *extraction) value(v view, at within) {
	switch {
	case len(at.items) > mostLists:
		x.unread(v, dupcheck.Invalid, fmt.Sprintf("lists nested more than %d deep", mostLists))
		x.stopped = true
	case v.templated():
		x.unread(v, dupcheck.Template, "a template; "+renderHint)
	case v.shape() == shapeMapping:
		x.mapping(v, at)
	case at.inList:
		x.stray(v, at, "an item of a List is not a mapping")
	case v.shape() == shapeSequence && len(at.items) == 0:
		x.sequence(v)
	case v.shape() == shapeText && !x.later && likePointer([]byte(v.text())):
		x.unread(v, dupcheck.Invalid, "begins like a git LFS pointer and is not one; check it out again")
	}
}

// mapping reads a mapping, which may be an object, a list of objects, or
// anything else.
func (x *extraction) mapping(v view, at within) {
	o := x.header(v, at)
	if o == nil || x.stopped || !x.readable(o) {
		return
	}
	if o.Kind == "List" && (o.fields[outline.FieldItems].set || o.nameless()) || strings.HasSuffix(o.Kind, "List") && o.listed() {
		x.list(v, o, at)
		return
	}
	if o.listed() && x.more() {
		o.ReaderFindings = append(o.ReaderFindings, strayItems(o))
	}
	if o.APIVersion != "" || o.fields[outline.FieldMetadata].shape() == shapeMapping {
		o.CRD = x.crd(o)
		o.Body = x.body(v, at, &o.Object)
		x.put(o)
	}
	x.items(o, at)
}

func (x *extraction) put(o *object) {
	if !x.stopped && !x.emit(o.Object, nil) {
		x.stopped = true
	}
}

// header reads the identity of a mapping. It returns nil if the mapping is no
// manifest at all.
func (x *extraction) header(v view, at within) *object {
	o := &object{}
	x.pick(v, outline.ScopeObject, &o.fields, &o.Object)
	apiVersion, kind := o.fields[outline.FieldAPIVersion], o.fields[outline.FieldKind]
	hasMetadata := o.fields[outline.FieldMetadata].shape() == shapeMapping
	switch {
	case !apiVersion.absent() && !kind.absent():
		o.APIVersion, o.Kind = apiVersion.string(), kind.string()
	case apiVersion.absent() && kind.absent() && at.inherit.kind != "":
		o.APIVersion, o.Kind = at.inherit.apiVersion, at.inherit.kind
	case apiVersion.absent() && kind.absent() && at.inList:
		// kubectl refuses such an item (measured as L06). Elsewhere a mapping
		// without a type is simply another kind of file.
		x.stray(v, at, "an item of a List has neither apiVersion nor kind")
		return nil
	case apiVersion.absent() && kind.absent():
		return nil
	case !hasMetadata && (kind.absent() || !x.holds(o.fields[outline.FieldItems], typeMeta{}, 0)):
		return nil
	default:
		o.APIVersion, o.Kind = apiVersion.string(), kind.string()
	}
	if hasMetadata {
		x.pick(o.fields[outline.FieldMetadata].value, outline.ScopeMetadata, &o.fields, &o.Object)
	}
	o.Name = o.fields[outline.FieldName].string()
	o.Namespace = o.fields[outline.FieldNamespace].string()
	o.GenerateName = o.fields[outline.FieldGenerateName].string()
	o.Set = x.set
	o.At = x.at(v, o, at)
	x.annotate(o)
	x.types(o)
	return o
}

// at returns the place of the object: that of its name, or of the value in place of the
// name.
func (x *extraction) at(v view, o *object, at within) dupcheck.Position {
	for _, id := range [...]outline.Field{outline.FieldName, outline.FieldGenerateName, outline.FieldKind} {
		if f := o.fields[id]; !f.absent() {
			v = f.value
			break
		}
	}
	p := x.position(v)
	p.Path = at.path()
	return p
}

// crd reads the definition in a CustomResourceDefinition.
func (x *extraction) crd(o *object) *dupcheck.CRD {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	if o.Kind != "CustomResourceDefinition" || group != "apiextensions.k8s.io" || o.fields[outline.FieldSpec].shape() != shapeMapping {
		return nil
	}
	f := &o.fields
	x.pick(f[outline.FieldSpec].value, outline.ScopeSpec, f, nil)
	if f[outline.FieldNames].shape() == shapeMapping {
		x.pick(f[outline.FieldNames].value, outline.ScopeNames, f, nil)
	}
	crd := &dupcheck.CRD{Group: f[outline.FieldGroup].string(), Scope: f[outline.FieldScope].string(), Kind: f[outline.FieldDefines].string(), Plural: f[outline.FieldPlural].string()}
	if crd.Group == "" || crd.Kind == "" {
		return nil
	}
	return crd
}

// unread reports that something in the document cannot be understood.
func (x *extraction) unread(v view, code dupcheck.Code, reason string) {
	if x.stopped {
		return
	}
	line := x.line
	if v != nil {
		if at, _ := v.place(); at > 0 {
			line = at
		}
	}
	if !x.emit(dupcheck.Object{}, &dupcheck.Unread{File: x.file, Line: line, Reason: reason, Code: code}) {
		x.stopped = true
	}
}
