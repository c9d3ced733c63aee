package restore

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// The kinds that a recovery of volumes looks at. Nothing else of a dump is
// even parsed, above all no Secret.
var (
	volumeKind      = dupcheck.GroupKind{Kind: "PersistentVolume"}
	claimKind       = dupcheck.GroupKind{Kind: "PersistentVolumeClaim"}
	namespaceKind   = dupcheck.GroupKind{Kind: "Namespace"}
	classKind       = dupcheck.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}
	statefulSetKind = dupcheck.GroupKind{Group: "apps", Kind: "StatefulSet"}
)

// Dump is what is known of a cluster at one time: what "kubectl get pv,pvc -A"
// has printed, as YAML or JSON, the files of a backup by Velero, or manifests.
// The zero value is an empty dump. Its fields must not change once something was
// added.
type Dump struct {
	// Namespace is that of claims whose manifest names none.
	Namespace string
	// Unread is what could not be read. A recovery must not go by a dump that
	// has any.
	Unread []dupcheck.Unread

	objects  map[dupcheck.ID]*object
	order    []*object
	digests  map[dupcheck.ID]string
	findings findings
	read     bool // whether there was any object or List
}

// Add reads a stream of YAML or JSON documents, which may be Lists. name is the
// file in positions. Copies of an object that are equal count as one.
func (d *Dump) Add(name string, data []byte) {
	text, _, err := manifest.Decode(data)
	if err != nil {
		d.Unread = append(d.Unread, dupcheck.Unread{File: name, Reason: err.Error()})
		return
	}
	var checker dupcheck.Checker
	for doc := range manifest.Documents(name, text) {
		d.Unread = append(d.Unread, doc.Unread...)
		for _, o := range doc.Objects {
			if o.Aside || d.relevant(&o) {
				checker.Add(o)
			}
		}
		d.document(name, text[doc.Parse:doc.End], doc)
	}
	d.complain(checker.Report())
}

func (d *Dump) relevant(o *dupcheck.Object) bool {
	switch d.id(o).GroupKind() {
	case volumeKind, claimKind, namespaceKind, classKind, statefulSetKind:
		return true
	}
	return false
}

// id is the identity of a declaration, or the zero ID.
func (d *Dump) id(o *dupcheck.Object) dupcheck.ID {
	id, err := dupcheck.NewID(dupcheck.Rules{DefaultNamespace: d.Namespace}, o.APIVersion, o.Kind, o.Namespace, o.Name)
	if err != nil {
		return dupcheck.ID{}
	}
	return id
}

// complain takes over what the check of a file has found, but for duplicates,
// which may be in different files.
func (d *Dump) complain(r dupcheck.Report) {
	for _, found := range r.Diagnostics {
		switch {
		case found.Severity != dupcheck.Error, found.Rule == dupcheck.DuplicateObject, found.Rule == dupcheck.IdenticalObject:
			continue
		}
		f := Finding{Rule: Malformed, Refuses: true, ID: found.ID, Message: found.Message, Advice: found.Advice}
		if len(found.Declarations) > 0 {
			f.At = found.Declarations[0].Position
		}
		d.findings = append(d.findings, f)
	}
	d.Unread = append(d.Unread, r.Unread...)
}

// document takes the objects of one document.
func (d *Dump) document(name string, text []byte, doc manifest.Document) {
	wanted := false
	d.read = d.read || len(doc.Objects) > 0
	for i := range doc.Objects {
		wanted = wanted || d.relevant(&doc.Objects[i])
	}
	if !wanted && !bytes.Contains(text, []byte("items")) {
		return
	}
	root := tree(text)
	d.read = d.read || child(root, "items") != nil && child(root, "kind") != nil
	at := dupcheck.Position{File: name, Line: doc.Line, Column: 1, Document: doc.Index}
	if why := cutShort(root); why != "" {
		d.findings = append(d.findings, Finding{
			Rule: CutShort, Refuses: true, At: at, Message: why, Advice: "take the dump again, to its end",
		})
	}
	for i := range doc.Objects {
		if o := &doc.Objects[i]; !o.Aside && d.relevant(o) {
			d.take(o, root)
		}
	}
}

// tree parses a document for the order of its fields. Anchors, aliases and
// merge keys are for the other parser to understand: there is no order then.
func tree(text []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) != 1 {
		return nil
	}
	return doc.Content[0]
}

// child returns the value of a key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// cutShort says why a List does not have all of its items.
func cutShort(root *yaml.Node) string {
	items := child(root, "items")
	if items == nil || child(root, "apiVersion") == nil {
		return ""
	}
	if child(root, "kind") == nil { // kubectl writes it after the items
		return "has items but no kind: it ends too early"
	}
	meta := child(root, "metadata")
	if next := child(meta, "continue"); next != nil && next.Value != "" && next.Tag != "!!null" {
		return "the List goes on: it has a continue token"
	}
	if rest := child(meta, "remainingItemCount"); rest != nil && rest.Value != "0" && rest.Tag != "!!null" {
		return "the List goes on: it has a remainingItemCount"
	}
	return ""
}

// node returns the node of an object in its document, where path is that of
// its position, and takes it out: there is only one object at a path, and nodes
// need more memory than anything else.
func (p path) node(root *yaml.Node) *yaml.Node {
	if p == "" {
		return root
	}
	var list *yaml.Node
	last := 0
	for step := range strings.SplitSeq(string(p), ".") {
		index, ok := strings.CutPrefix(step, "items[")
		i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		items := child(root, "items")
		if !ok || err != nil || items == nil || items.Kind != yaml.SequenceNode || i >= len(items.Content) {
			return nil
		}
		list, last, root = items, i, items.Content[i]
	}
	list.Content[last] = nil
	return root
}

// path is the place of an object in its document, such as "items[3]".
type path string

// take takes one object in.
func (d *Dump) take(o *dupcheck.Object, root *yaml.Node) {
	value, err := o.Body.Value()
	m, ok := value.(map[string]any)
	if err != nil || !ok {
		d.Unread = append(d.Unread, dupcheck.Unread{File: o.At.File, Line: o.At.Line, Reason: "the content cannot be read"})
		return
	}
	m, _ = cloned(m).(map[string]any)
	m["apiVersion"], m["kind"] = o.APIVersion, o.Kind // an item of a typed List has none
	x := &object{id: d.id(o), at: o.At, value: m, order: shapeOf(path(o.At.Path).node(root))}
	sum, err := digest(x, m)
	if err != nil {
		d.Unread = append(d.Unread, dupcheck.Unread{File: o.At.File, Line: o.At.Line, Reason: "the content cannot be understood"})
		return
	}
	switch before, there := d.digests[x.id]; {
	case !there:
		d.put(x, sum)
	case before != sum:
		d.findings.refuse(Ambiguous, x, "give one dump only, the last one before the deletion",
			"is there more than once, with different contents")
	}
}

func (d *Dump) put(x *object, sum string) {
	if d.objects == nil {
		d.objects, d.digests = map[dupcheck.ID]*object{}, map[dupcheck.ID]string{}
	}
	d.objects[x.id], d.digests[x.id] = x, sum
	d.order = append(d.order, x)
}

// Blank says that the dump has neither an object nor a List: kubectl has
// printed nothing, not even that there is nothing.
func (d *Dump) Blank() bool { return !d.read }

// Empty says that the dump has no volume and no claim.
func (d *Dump) Empty() bool {
	return len(d.all(volumeKind)) == 0 && len(d.all(claimKind)) == 0
}

// all returns the objects of a kind in the order in which they were added.
func (d *Dump) all(kind dupcheck.GroupKind) []*object {
	var out []*object
	for _, o := range d.order {
		if o.id.GroupKind() == kind {
			out = append(out, o)
		}
	}
	return out
}

func (d *Dump) find(kind dupcheck.GroupKind, namespace, name string) *object {
	return d.objects[dupcheck.ID{Group: kind.Group, Kind: kind.Kind, Namespace: namespace, Name: name}]
}
