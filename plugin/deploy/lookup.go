package deploy

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// lookup is a question of a deployer, and the answer that it got.
type lookup struct {
	id     dupcheck.ID
	answer [sha256.Size]byte
}

// found is an object of a deployer or of a root.
type found struct {
	object   dupcheck.Object
	instance string
	node     *node // that deploys it, nil if a root does
}

// pool is all objects of a revision.
type pool struct {
	rev      *Revision
	index    map[dupcheck.ID][]found // without their namespaces; nil if it must be built again
	answers  map[Key]*answer         // as long as there is the index
	written  map[Key][]found         // in files, as far as they were looked for
	kinds    map[string][]writing    // the files that mention a kind, as far as it was looked for
	retraced map[*target]bool        // whose contents a lookup asks for
}

// Lookup returns an object that is declared in the revision, for the control plane of the
// deployer: by a deployer, by a root, or in a manifest that is applied as it is. It
// returns false if there is none, or if there are several that differ. The deployer is
// resolved again if the answer changes.
func (r *Renderer) Lookup(id dupcheck.ID) (o dupcheck.Object, found bool) {
	a := r.ask(id)
	if !a.known || len(a.all) == 0 {
		return o, false
	}
	return a.all[0], true
}

// Declared is Lookup for objects of the tool, which are decoded once; do not change them.
// For an identity without a name it returns all objects of the kind in the namespace, in
// the order of their names, and false if one of them is not known.
func (r *Renderer) Declared(id dupcheck.ID) (d gitops.Declared, known bool) {
	a := r.ask(id)
	return a.declared(), a.known
}

func (r *Renderer) ask(id dupcheck.ID) *answer {
	a := r.revision.pool.ask(r.node.Instance, id)
	r.lookups = append(r.lookups, a.lookup)
	return a
}

// answer is the answer to a question.
type answer struct {
	lookup
	all      []dupcheck.Object
	known    bool
	declared func() gitops.Declared
}

// ask finds the answer to a question once.
func (p *pool) ask(instance string, id dupcheck.ID) *answer {
	if p.index == nil {
		p.makeIndex()
		p.answers = map[Key]*answer{}
	}
	a := p.answers[Key{instance, id}]
	if a == nil {
		a = &answer{}
		a.all, a.known = p.find(instance, id)
		a.lookup = newLookup(id, a.all, a.known)
		a.declared = sync.OnceValue(func() gitops.Declared { return gitops.FromObjects(p.rev.resolver.options.Tool, a.all...) })
		p.answers[Key{instance, id}] = a
	}
	return a
}

func newLookup(id dupcheck.ID, all []dupcheck.Object, known bool) lookup {
	hash := sha256.New()
	for _, o := range all {
		sum := sha256.Sum256(textOf(o))
		_, _ = hash.Write(sum[:])
	}
	if !known {
		return lookup{id: id}
	}
	return lookup{id, [sha256.Size]byte(hash.Sum(nil))}
}

// mostAsked is how often a deployer is resolved again because an answer changed.
const mostAsked = 8

// lookAgain resolves the deployers that got another answer than they would get
// now. It says whether there is any.
func (rev *Revision) lookAgain() (more bool) {
	rev.pool.index = nil
	for _, n := range slices.Clone(rev.nodes) {
		if n.in.isLive() && slices.ContainsFunc(n.lookups, func(l lookup) bool {
			return rev.pool.ask(n.Instance, l.id).lookup != l
		}) {
			if n.asked++; n.asked > mostAsked {
				n.Resolve = nil
				n.Desired = Desired{Unresolved: "it reads objects that depend on those that it deploys", Inputs: rev.resolver.wholeOf(rev.fsys), Nests: true}
				n.lookups = nil
			}
			rev.expand(rev.resolve(n))
			more = true
		}
	}
	return more || len(rev.pool.retraced) > 0
}

// find looks for an object, or for all of a kind.
func (p *pool) find(instance string, id dupcheck.ID) (all []dupcheck.Object, known bool) {
	if id.Name != "" {
		return p.one(instance, id)
	}
	names := map[string]bool{}
	for name := range p.index {
		if name.GroupKind() == id.GroupKind() {
			names[name.Name] = true
		}
	}
	for _, f := range p.inFiles(instance, id) {
		names[f.object.Name] = true
	}
	known = true
	for _, id.Name = range slices.Sorted(maps.Keys(names)) {
		objects, ok := p.one(instance, id)
		all, known = append(all, objects...), known && ok
	}
	return all, known
}

// one looks for an object, which may not exist. An object with several declarations is
// not known.
func (p *pool) one(instance string, id dupcheck.ID) (one []dupcheck.Object, known bool) {
	var all []found
	for _, f := range p.index[dupcheck.ID{Group: id.Group, Kind: id.Kind, Name: id.Name}] {
		namespace := f.object.Namespace
		if namespace == "" && f.node != nil {
			namespace = f.node.Destination.Namespace
		}
		if f.instance == instance && namespace == id.Namespace {
			all = append(all, f)
		}
	}
	if slices.ContainsFunc(all, func(f found) bool { return f.node != nil }) { // it changes the objects of a root
		all = slices.DeleteFunc(all, func(f found) bool { return f.node == nil })
	}
	for _, f := range all {
		if f.object.Body == nil && f.node != nil {
			p.retrace(f.node)
			return nil, false // until it is rendered again
		}
	}
	if len(all) == 0 {
		all = p.inFiles(instance, id)
	}
	for _, f := range all {
		if !bytes.Equal(textOf(f.object), textOf(all[0].object)) {
			return nil, false
		}
		one = []dupcheck.Object{all[0].object}
	}
	return one, true
}

// retrace asks for the contents of the objects that a deployer renders.
func (p *pool) retrace(n *node) {
	for _, t := range n.targets {
		if t.failed == nil && !p.rev.resolver.traced[t.key] {
			p.rev.resolver.traced[t.key] = true
			p.retraced[t] = true
			delete(p.rev.resolver.results, t.key)
		}
	}
}

// makeIndex indexes the objects of deployers and roots.
func (p *pool) makeIndex() {
	p.index = map[dupcheck.ID][]found{}
	add := func(o dupcheck.Object, instance string, n *node) {
		name := gitops.IDOf(o)
		name.Namespace = ""
		p.index[name] = append(p.index[name], found{o, instance, n})
	}
	for _, g := range p.rev.live() {
		for _, n := range g.nodes {
			for _, o := range n.Desired.Objects {
				add(o, n.Instance, n)
			}
		}
	}
	for _, x := range p.rev.roots {
		if !x.consumed && p.rev.declared {
			for _, o := range x.desired(p.rev.resolver).Objects {
				add(o, x.instance, nil)
			}
		}
	}
}

// writing is a file of a control plane.
type writing struct{ file, instance string }

// mention are the files that mention a kind. Each is read once for all control planes.
func (p *pool) mention(kind string) (all []writing) {
	if known, ok := p.kinds[kind]; ok {
		return known
	}
	for _, name := range p.rev.files {
		if data, err := fs.ReadFile(p.rev.fsys, name); err == nil && bytes.Contains(data, []byte(kind)) {
			all = append(all, writing{name, p.rev.resolver.options.Instance(name)})
		}
	}
	p.kinds[kind] = all
	return all
}

// inFiles looks for an object in the manifests, or for all of a kind.
func (p *pool) inFiles(instance string, id dupcheck.ID) (all []found) {
	asked := Key{instance, id}
	if known, ok := p.written[asked]; ok {
		return known
	}
	defer func() { p.written[asked] = all }()
	for _, w := range p.mention(id.Kind) {
		if w.instance != instance && w.instance != "" {
			continue
		}
		if data, err := fs.ReadFile(p.rev.fsys, w.file); err != nil || !bytes.Contains(data, []byte(id.Name)) {
			continue
		}
		for _, o := range p.rev.resolver.file(p.rev.fsys, w.file).Objects {
			if at := gitops.IDOf(o); at.GroupKind() == id.GroupKind() && (id.Name == "" || at.Name == id.Name) && at.Namespace == id.Namespace {
				all = append(all, found{object: o})
			}
		}
	}
	return all
}

// textOf returns the content of an object as JSON, or nil if it is not known.
func textOf(o dupcheck.Object) []byte {
	if b, ok := o.Body.(render.Body); ok {
		return b.JSON
	}
	return job.ContentOf(o)
}
