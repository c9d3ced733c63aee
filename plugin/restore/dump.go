package restore

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// The kinds that matter for volumes. No other object of a dump is parsed, in particular no
// Secret.
var (
	volumeKind      = dupcheck.GroupKind{Kind: "PersistentVolume"}
	claimKind       = dupcheck.GroupKind{Kind: "PersistentVolumeClaim"}
	namespaceKind   = dupcheck.GroupKind{Kind: "Namespace"}
	classKind       = dupcheck.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}
	statefulSetKind = dupcheck.GroupKind{Group: "apps", Kind: "StatefulSet"}
)

// Dump is the state of a cluster at one time: the output of "kubectl get pv,pvc -A" as YAML
// or JSON, the files of a backup by Velero, or manifests. The zero value is an empty dump.
// Its fields must not change after the first call of Add.
type Dump struct {
	// Namespace is the namespace of claims whose manifest has none.
	Namespace string
	// Unread are files, or parts of them, that could not be read. Volumes and Check
	// refuse a dump that has any.
	Unread []dupcheck.Unread

	objects  map[dupcheck.ID]*object
	order    []*object
	digests  map[dupcheck.ID]string
	findings findings
	read     bool // there was an object or a List
}

// Add reads a stream of YAML or JSON documents, which may be Lists. name is the
// file in positions. Equal copies of an object count as one. Add reports errors
// in Unread.
func (d *Dump) Add(name string, data []byte) {
	stream, _, err := manifest.Decode(data)
	if err != nil {
		d.Unread = append(d.Unread, dupcheck.Unread{File: name, Reason: err.Error()})
		return
	}
	var checker dupcheck.Checker
	for doc := range manifest.Documents(name, stream) {
		d.Unread = append(d.Unread, doc.Unread...)
		d.read = d.read || len(doc.Objects) > 0
		var wanted []dupcheck.Object
		for _, o := range doc.Objects {
			relevant := d.relevant(&o)
			if o.Placeholder || relevant {
				checker.Add(o)
			}
			if !o.Placeholder && relevant {
				wanted = append(wanted, o)
			}
		}
		d.addDocument(name, doc, stream[doc.Parse:doc.End], wanted)
	}
	d.takeFindings(checker.Report())
}

// addDocument adds the wanted objects of a document.
func (d *Dump) addDocument(name string, doc manifest.Document, data []byte, wanted []dupcheck.Object) {
	if len(wanted) == 0 && !bytes.Contains(data, []byte("items")) {
		return
	}
	root := tree(data)
	d.read = d.read || text.Child(root, "items") != nil && text.Child(root, "kind") != nil
	if why := cutShort(root); why != "" {
		d.findings.refuse(CutShort, nil, "take the dump again, to its end", "%s", why).At = dupcheck.Position{
			File: name, Line: doc.Line, Column: 1, Document: doc.Index,
		}
	}
	for i := range wanted {
		d.add(&wanted[i], root)
	}
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
	id, _ := dupcheck.NewID(dupcheck.Rules{DefaultNamespace: d.Namespace}, o.APIVersion, o.Kind, o.Namespace, o.Name)
	return id
}

// takeFindings takes the errors of the check of a file, except duplicates, because the
// copies may be in different files.
func (d *Dump) takeFindings(r dupcheck.Report) {
	for _, found := range r.Diagnostics {
		if found.Severity != dupcheck.Error || found.Rule == dupcheck.DuplicateObject || found.Rule == dupcheck.IdenticalObject {
			continue
		}
		f := d.findings.refuse(Malformed, nil, found.Advice, "%s", found.Message)
		f.ID = found.ID
		if len(found.Declarations) > 0 {
			f.At = found.Declarations[0].Position
		}
	}
	d.Unread = append(d.Unread, r.Unread...)
}

// tree parses a document for the order of its fields, or returns nil.
func tree(data []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) != 1 {
		return nil
	}
	return doc.Content[0]
}

// cutShort says why a List does not have all of its items.
func cutShort(root *yaml.Node) string {
	items := text.Child(root, "items")
	if items == nil || text.Child(root, "apiVersion") == nil {
		return ""
	}
	if text.Child(root, "kind") == nil { // kubectl writes it after the items
		return "has items but no kind: it ends too early"
	}
	meta := text.Child(root, "metadata")
	if next := text.Child(meta, "continue"); next != nil && next.Value != "" && next.Tag != "!!null" {
		return "the List goes on: it has a continue token"
	}
	if rest := text.Child(meta, "remainingItemCount"); rest != nil && rest.Value != "0" && rest.Tag != "!!null" {
		return "the List goes on: it has a remainingItemCount"
	}
	return ""
}

// takeShape returns the shape of an object of a document. It empties the nodes of the
// object: each path has only one, and nodes need more memory than anything else.
func takeShape(root *yaml.Node, path string) *shape {
	n := text.NodeAt(root, path)
	if n == nil {
		return nil
	}
	s := newShape(n)
	*n = yaml.Node{}
	return &s
}

// add adds one object.
func (d *Dump) add(o *dupcheck.Object, root *yaml.Node) {
	value, err := o.Body.Value()
	m, ok := cloned(value).(map[string]any)
	x := &object{id: d.id(o), at: o.At, value: m, order: takeShape(root, o.At.Path)}
	var sum string
	if err == nil && ok {
		m["apiVersion"], m["kind"] = o.APIVersion, o.Kind // an item of a typed List has none
		sum, err = digest(x, m)
	}
	if err != nil || !ok {
		d.Unread = append(d.Unread, unreadContent(o.At))
		return
	}
	switch before, there := d.digests[x.id]; {
	case !there:
		if d.objects == nil {
			d.objects, d.digests = map[dupcheck.ID]*object{}, map[dupcheck.ID]string{}
		}
		d.objects[x.id], d.digests[x.id] = x, sum
		d.order = append(d.order, x)
	case before != sum:
		d.findings.refuse(Ambiguous, x, "give one dump only, the last one before the deletion",
			"appears more than once, with different contents")
	}
}

// unreadContent records that the content of an object cannot be read, without any of the
// content, which may be secret.
func unreadContent(at dupcheck.Position) dupcheck.Unread {
	return dupcheck.Unread{File: at.File, Line: at.Line, Reason: "the content cannot be read"}
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

// find returns an object that is in no namespace, or nil.
func (d *Dump) find(kind dupcheck.GroupKind, name string) *object {
	return d.objects[dupcheck.ID{Group: kind.Group, Kind: kind.Kind, Name: name}]
}
