package protect

import (
	"context"
	"io/fs"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/gate"
)

// deployed finds the deployers of the objects of a tree.
type deployed struct {
	Tree
	options Options
	byHand  map[string]bool // names of kustomizations that a user applies
	files   int             // that deployers make objects of
	inputs  map[deploy.Key][]string
	// entered are the objects of kustomizations that no deployer deploys and that had to
	// be rendered all the same, and entries the files that these read, by their names.
	entered []dupcheck.Object
	entries map[string][]string
}

// filesOf returns the files that decide about the findings of an object, besides its own:
// those of its deployers, and those of the objects inside of it.
func (x *deployed) filesOf(g *guard, id dupcheck.ID) (files []string) {
	for _, s := range g.because[id] {
		files = append(append(files, s.object.At.File), x.entries[s.object.At.Origin]...)
		for _, d := range g.makers(s) {
			files = append(append(files, d.At.File), x.inputs[d.Key()]...)
		}
	}
	return files
}

// rendered takes an object of a target that no deployer deploys.
func (x *deployed) rendered(o dupcheck.Object) {
	x.Declared.Merge(gitops.FromObjects(gitops.ArgoCD, o))
	if x.byHand[o.At.Origin] {
		x.ByHand = append(x.ByHand, o)
	} else {
		x.Rest = append(x.Rest, o)
	}
}

// checkout resolves the deployers that deploy something of the requested directories, and
// returns the files from which they make objects.
func (x *deployed) checkout(ctx context.Context, c gate.Checkout) (own map[string]bool, err error) {
	o, err := x.options.Deployers(ctx, c)
	if err != nil {
		return nil, err
	}
	o.Origins = true
	resolver := deploy.NewResolver(o)
	rev, err := resolver.Read(c.FS)
	if err != nil {
		return nil, err
	}
	sources := deploy.SourcesOf(rev)
	reached := func() func(deploy.Key) bool {
		return func(k deploy.Key) bool { return sources.Reaches(k, c.Within) }
	}
	if err := resolver.Resolve(ctx, reached, rev); err != nil {
		return nil, err
	}
	x.take(rev.Snapshot(), sources, c)
	for e := range sources.Entries() {
		x.entry(e, c)
	}
	own = sources.Covered()
	for name := range own {
		if c.Within(name) {
			x.files++
		}
	}
	return own, nil
}

// take takes the deployers that deploy something of the requested directories. It skips a
// deployer that lies beside a kustomization if it is also declared elsewhere.
func (x *deployed) take(s deploy.Snapshot, sources deploy.Sources, c gate.Checkout) {
	listed := map[deploy.Key]bool{}
	for _, d := range s.Deployers {
		listed[d.Key()] = listed[d.Key()] || !d.Unlisted
		if d.Root != "" && !d.Unlisted {
			x.byHand[c.Name(d.Root)] = true
		}
	}
	s.Deployers = slices.DeleteFunc(s.Deployers, func(d deploy.Deployer) bool {
		return d.Unlisted && listed[d.Key()] || !sources.Reaches(d.Key(), c.Within) && !c.Within(d.At.File)
	})
	for i := range s.Deployers {
		k := s.Deployers[i].Key()
		for _, name := range sources.Inputs(k) {
			x.inputs[k] = append(x.inputs[k], c.Name(name))
		}
		x.name(&s.Deployers[i], c)
	}
	s = s.Told(c.Name)
	for i := range s.Unexpanded {
		s.Unexpanded[i].At.File = c.Name(s.Unexpanded[i].At.File)
	}
	x.Snapshot.Deployers = append(x.Snapshot.Deployers, s.Deployers...)
	x.Snapshot.Unexpanded = append(x.Snapshot.Unexpanded, s.Unexpanded...)
}

// entry takes the objects of a kustomization that no deployer deploys.
func (x *deployed) entry(e deploy.Entry, c gate.Checkout) {
	if !c.Within(e.Dir) {
		return
	}
	name := c.Name(e.Dir)
	for input := range e.Inputs() {
		x.entries[name] = append(x.entries[name], c.Name(input))
	}
	for _, o := range e.Objects {
		o.Set, o.At.File, o.At.Origin = c.Set(e.Dir), c.Name(o.At.File), name
		x.entered = append(x.entered, o)
	}
}

// name gives the objects of a deployer the names that positions have, and drops those of
// files that were not requested.
func (x *deployed) name(d *deploy.Deployer, c gate.Checkout) {
	d.At.File = c.Name(d.At.File)
	var objects []dupcheck.Object
	for _, o := range d.Desired.Objects {
		_, err := fs.Stat(c.FS, o.At.Origin)
		isTarget := err == nil && fs.ValidPath(o.At.Origin)
		switch {
		case o.At.Origin != "" && !isTarget: // it is of another repository, or of another revision
		case !c.Within(o.At.File) && !(isTarget && c.Within(o.At.Origin)):
			continue
		default:
			if o.At.File = c.Name(o.At.File); isTarget {
				o.At.Origin = c.Name(o.At.Origin)
			}
		}
		o.Set = d.Instance
		objects = append(objects, o)
		if d.Tool == deploy.ArgoCD {
			x.Declared.Merge(gitops.FromObjects(gitops.ArgoCD, o))
		}
	}
	d.Desired.Objects = objects
}
