package protect

import (
	"bytes"
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/gate"
)

// Options are the choices of the caller. The zero value is ready for use.
type Options struct {
	// Version is that of Argo CD. Versions before 2.14 have no Prune=confirm, and objects
	// get Prune=false.
	Version deploy.Version
	// State are kinds that hold state, in addition to the built-in ones.
	State []deploy.StateKind
	// Only are the kinds that Edit protects. Nil means all that hold state.
	Only []deploy.StateKind
	// Deployers says how to find the deployers of a checkout. Nil means that none are known.
	// Only Check uses it.
	Deployers func(context.Context, gate.Checkout) (deploy.Options, error)
	// Clusters says which destinations are one cluster. Only Guard uses it.
	Clusters deploy.Clusters
	// Flux asks for the annotation of Flux instead of that of Argo CD.
	Flux bool
	// Production says whether Applications of a set must not be deleted with their objects.
	// Nil means that this holds for none. Only Guard uses it.
	Production func(set string) bool
	// Severity overrides the severity of a rule of Guard.
	Severity map[dupcheck.Rule]dupcheck.Severity
}

func (o Options) tool() deploy.Tool {
	if o.Flux {
		return deploy.FluxKustomization
	}
	return deploy.ArgoCD
}

// annotation protects an object.
func (o Options) annotation() (key, value string) { return o.tool().Annotation(o.Version, false) }

func (o Options) protects(object dupcheck.Object) bool {
	d := deploy.Deployer{Tool: o.tool()}
	return d.OnPrune(o.Version, object) != deploy.Unprotected
}

// edits says whether Edit protects objects of a kind.
func (o Options) edits(gk dupcheck.GroupKind) bool {
	_, kind := deploy.StateOf(o.State, gk)
	return kind.Loss != deploy.NoLoss && (o.Only == nil || slices.ContainsFunc(o.Only, func(k deploy.StateKind) bool { return k.Matches(gk) }))
}

// Edited is a stream of manifests with the annotations.
type Edited struct {
	// Data is the stream with the annotations. It is the unchanged input if there was
	// nothing to do.
	Data []byte
	// Objects is the number of objects in the stream.
	Objects int
	// Added are the objects that got an annotation.
	Added []dupcheck.Object
	// Refused are objects that cannot get one without a change of something else, with the
	// reason.
	Refused []dupcheck.Diagnostic
	// Unread are the parts that could not be understood.
	Unread []dupcheck.Unread
}

// Edit adds the annotation that prevents pruning to every object with state in a stream of
// YAML or JSON. It keeps the options in an existing annotation and every other byte. The
// stream may be a ResourceList, so that Edit does all the work of a KRM function.
func Edit(name string, data []byte, o Options) (p Edited) {
	p.Data = data
	var edits []text.Edit
	for doc := range manifest.Documents(name, data) {
		p.Unread = append(p.Unread, doc.Unread...)
		var lines *document
		for _, object := range doc.Objects {
			id := identity(object)
			if !object.Placeholder {
				p.Objects++
			}
			if id.Name == "" || object.Placeholder || o.protects(object) || !o.edits(id.GroupKind()) {
				continue
			}
			if lines == nil {
				lines = newDocument(data[doc.Parse:doc.End], doc.Parse)
			}
			e, reason := o.edit(object, lines)
			if reason != "" {
				p.refuse(object, id, reason)
				continue
			}
			edits = append(edits, e...)
			p.Added = append(p.Added, object)
		}
	}
	if len(edits) > 0 {
		p.apply(name, edits, o)
	}
	return p
}

func (p *Edited) refuse(object dupcheck.Object, id dupcheck.ID, reason string) {
	p.Refused = append(p.Refused, dupcheck.Diagnostic{
		Rule: Refusal, Severity: dupcheck.Error, ID: id, Message: id.String() + " cannot be protected by an edit: " + reason,
		Declarations: []dupcheck.Declaration{{
			Position: object.At, APIVersion: object.APIVersion, Kind: object.Kind, Namespace: object.Namespace, Name: object.Name,
		}},
		Advice: "add the annotation by hand",
	})
}

// apply makes the edits and checks the result. If the result does not read as it should,
// nothing is changed.
func (p *Edited) apply(name string, edits []text.Edit, o Options) {
	if out, ok := text.Apply(p.Data, edits); ok && o.verified(name, p.Data, out, p.Added) {
		p.Data = out
		return
	}
	for _, object := range p.Added {
		p.refuse(object, identity(object), "the result would not read as it should")
	}
	p.Added = nil
}

// verified says whether after is before with the objects protected, and without any other
// change.
func (o Options) verified(name string, before, after []byte, added []dupcheck.Object) bool {
	was, is := objects(name, before), objects(name, after)
	return slices.EqualFunc(was, is, func(a, b dupcheck.Object) bool {
		edited := slices.ContainsFunc(added, func(x dupcheck.Object) bool { return x.At == a.At })
		return identity(a) == identity(b) && o.protects(b) == (edited || o.protects(a)) && o.sameBut(a, b, edited)
	})
}

func objects(name string, data []byte) (all []dupcheck.Object) {
	for o, err := range manifest.Parse(name, data) {
		if err == nil {
			all = append(all, o)
		}
	}
	return all
}

// sameBut says whether two objects have the same content, except for the annotation of an
// edited one. A list inside a list is an object without content, whose items are objects of
// their own.
func (o Options) sameBut(was, is dupcheck.Object, edited bool) bool {
	if was.Body == nil || is.Body == nil {
		return was.Body == nil && is.Body == nil && !edited
	}
	a, errA := was.Body.Value()
	b, errB := is.Body.Value()
	if edited {
		a, b = o.without(a), o.without(b)
	}
	return errA == nil && errB == nil && reflect.DeepEqual(a, b)
}

// without returns the content without the annotation, and without annotations if there is no
// other.
func (o Options) without(v any) any {
	object, _ := v.(map[string]any)
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	object, metadata, annotations = maps.Clone(object), maps.Clone(metadata), maps.Clone(annotations)
	key, _ := o.annotation()
	delete(annotations, key)
	if metadata == nil {
		return v
	}
	metadata["annotations"] = annotations
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	object["metadata"] = metadata
	return object
}

// document is the text of one document and its offset.
type document struct {
	*text.Text
	data []byte
	from int
	root *yaml.Node
}

func newDocument(data []byte, from int) *document {
	d := &document{Text: text.New(data), data: data, from: from}
	var node yaml.Node
	if yaml.Unmarshal(data, &node) == nil && len(node.Content) > 0 {
		d.root = node.Content[0]
	}
	return d
}

// edit finds the place for the annotation of an object.
func (o Options) edit(object dupcheck.Object, doc *document) (e []text.Edit, reason string) {
	node := text.NodeAt(doc.root, object.At.Path)
	metadata, reason := plainMapping(node, "metadata")
	if reason != "" {
		return e, reason
	}
	annotations, reason := plainMapping(metadata, "annotations")
	switch {
	case reason == missing:
		key, value := o.annotation()
		return doc.insert(metadata, "annotations", "", key, value)
	case reason != "":
		return e, reason
	}
	key, wanted := o.annotation()
	value := text.Child(annotations, key)
	if value == nil {
		return doc.insert(annotations, key, wanted)
	}
	return doc.prepend(value, o, annotations.Style&yaml.FlowStyle != 0)
}

const missing = "it has none"

// plainMapping returns a mapping that exists once and is used nowhere else.
func plainMapping(n *yaml.Node, key string) (value *yaml.Node, reason string) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, "its place in the file is not clear"
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch {
		case n.Content[i].Kind != yaml.ScalarNode || n.Content[i].Tag == "!!merge":
			return nil, "its " + key + " may come from a merge key"
		case n.Content[i].Value == key && value != nil:
			return nil, "its " + key + " appears twice"
		case n.Content[i].Value == key:
			value = n.Content[i+1]
		}
	}
	switch {
	case value == nil:
		return nil, missing
	case value.Kind != yaml.MappingNode || value.Anchor != "" || len(value.Content) == 0 && value.Style&yaml.FlowStyle == 0:
		return nil, "its " + key + " is empty, or shared by an anchor"
	}
	for i := 0; i+1 < len(value.Content); i += 2 {
		if value.Content[i].Tag == "!!merge" {
			return nil, "its " + key + " has a merge key"
		}
	}
	return value, ""
}

// insert puts a key before the first one of a mapping. An empty value stands for a mapping
// with the next key.
func (d *document) insert(n *yaml.Node, words ...string) (e []text.Edit, reason string) {
	at := d.Offset(n.Line, n.Column)
	if n.Style&yaml.FlowStyle != 0 {
		if at < 0 || d.data[at] != '{' {
			return e, "its place in the file is not clear"
		}
		inserted := flowText(words, d.json(n))
		if len(n.Content) > 0 {
			inserted += ", "
		}
		return []text.Edit{d.put(at+1, inserted)}, ""
	}
	first := n.Content[0]
	at = d.Offset(first.Line, first.Column)
	if at < 0 || !bytes.HasPrefix(bytes.TrimLeft(d.data[at:], `"'`), []byte(first.Value)) {
		return e, "its place in the file is not clear"
	}
	start := bytes.LastIndexByte(d.data[:at], '\n') + 1
	indent := string(d.data[start:at])
	if strings.Trim(indent, " ") != "" {
		return e, "its place in the file is not clear"
	}
	newline := "\n"
	if end := bytes.IndexByte(d.data[at:], '\n'); end > 0 && d.data[at+end-1] == '\r' {
		newline = "\r\n"
	}
	inserted := words[0] + ":"
	if len(words) == 2 {
		inserted += " " + words[1]
	} else {
		inserted += newline + indent + "  " + words[2] + ": " + words[3]
	}
	return []text.Edit{d.put(at, inserted+newline+indent)}, ""
}

// json says whether the keys of a flow mapping are quoted, as JSON requires.
func (d *document) json(n *yaml.Node) bool {
	return len(n.Content) > 0 && n.Content[0].Style&yaml.DoubleQuotedStyle != 0 || bytes.HasPrefix(bytes.TrimSpace(d.data), []byte("{"))
}

func flowText(words []string, quoted bool) string {
	q := func(s string) string {
		if quoted {
			return `"` + s + `"`
		}
		return s
	}
	if len(words) == 2 {
		return q(words[0]) + ": " + q(words[1])
	}
	return q(words[0]) + ": {" + q(words[2]) + ": " + q(words[3]) + "}"
}

// prepend puts the option before the existing ones: since 3.4 the first one of each name
// counts.
func (d *document) prepend(value *yaml.Node, o Options, flow bool) (e []text.Edit, reason string) {
	options := deploy.SyncOptions(value.Value)
	switch {
	case o.Flux:
		return e, "its annotation has another value"
	case slices.Contains(options, "Prune=true"):
		return e, "it asks for Prune=true"
	case value.Kind != yaml.ScalarNode || value.Anchor != "" || value.ShortTag() != "!!str":
		return e, "its annotation is not a plain string"
	}
	start, end, quote, ok := d.Scalar(value)
	if !ok {
		return e, "its annotation is not on one line"
	}
	_, option := o.annotation()
	if len(options) > 0 {
		option += ","
	}
	if flow && quote == "" && !strings.ContainsAny(value.Value, `"\`) { // a comma would end it
		return []text.Edit{d.put(start, `"`+option), d.put(end, `"`)}, ""
	}
	return []text.Edit{d.put(start, option)}, ""
}

// put inserts a text at an offset of the document.
func (d *document) put(at int, inserted string) text.Edit {
	return text.Edit{Start: d.from + at, End: d.from + at, Text: inserted}
}
