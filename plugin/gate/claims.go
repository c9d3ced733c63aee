package gate

import (
	"cmp"
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// claim says which targets use a file, and how.
type claim struct {
	in   *repository
	at   string // the file in its checkout
	role render.Role
	root *target
	more []*target // other targets that were rendered with the file
	// asIs says that Argo CD or Flux deploys the file unrendered. Then no claim
	// takes it out of the plain manifests.
	asIs bool
}

// claim finds the files that belong to targets. If several targets use a file, one
// that was rendered wins, and then the role that makes objects of the file.
func (x *files) claim() {
	for _, root := range x.roots {
		for file, role := range root.inputs {
			name := root.display(file)
			c := x.claims[name]
			switch {
			case c == nil:
				x.claims[name] = &claim{in: root.repository, at: file, role: role, root: root}
			case root.weight(role) > c.root.weight(c.role):
				c.more = append(c.more, c.root)
				c.role, c.root = role, root
			default:
				c.more = append(c.more, root)
			}
		}
	}
	for _, c := range x.claims {
		c.more = slices.DeleteFunc(c.more, func(r *target) bool { return !r.resolved() })
		c.asIs = manifest.HasExtension(c.at) && c.in.tree.Deployed(c.at)
	}
}

// weight orders claims. A role that makes objects weighs more than one that changes
// objects of others.
func (r *target) weight(role render.Role) int {
	w := 2 * int(role)
	if r.seen() {
		w++
	}
	return w
}

// list yields the files below a directory that have to be read, and records the
// state of the others. It fits manifest.Tree.List.
func (x *files) list(name string) (iter.Seq[manifest.Listed], bool) {
	c, at := x.directory(name)
	if c == nil {
		return nil, false
	}
	return func(yield func(manifest.Listed) bool) {
		for _, f := range c.tree.Files(at) {
			if listed, ok := x.listed(c, at, name, f); ok && !yield(listed) {
				return
			}
		}
	}, true
}

// directory returns the checkout of a named directory, and its path there.
func (x *targets) directory(name string) (*repository, string) {
	for _, c := range x.repositories {
		for _, d := range c.dirs {
			if d.name == name {
				return c, d.at
			}
		}
	}
	return nil, ""
}

// listed says how to read a file, or returns false if its state is known.
func (x *files) listed(c *repository, dir, name string, f checkout.File) (manifest.Listed, bool) {
	below, _ := checkout.Rest(f.Path, dir)
	l := manifest.Listed{Path: cmp.Or(below, "."), Type: f.Type, Unread: f.Unread, Code: f.Code}
	shown := path.Join(name, below)
	cl := x.claims[shown]
	switch {
	case !x.account.meets(c.top, f.Path):
		return l, false
	case f.Out != "" && cl != nil && cl.root.seen() && cl.role != render.Data:
		x.account.set(usedBy(cl, shown))
		return l, false
	case f.Out != "":
		x.account.leave(dupcheck.FileState{File: shown, State: dupcheck.LeftOut, Reason: f.Out}, c.display(f.OutBy))
		return l, false
	case f.Unread != "":
	case cl != nil && !cl.asIs && x.settles(cl, shown):
		if x.o.Policy.Strict && cl.role >= render.Patch && manifest.HasExtension(shown) && cl.root.seen() {
			x.shadowed(shown)
			return l, true
		}
		return l, false
	case f.Type == 0 && !manifest.HasExtension(f.Path) && !manifest.IsJsonnet(f.Path):
		x.account.set(dupcheck.FileState{File: shown, State: dupcheck.NotManifest})
		return l, false
	case manifest.IsProgram(f.Path) && c.tree.Deployed(f.Path):
		l.Unread = "Argo CD evaluates it, as a file of a directory that it deploys: name it as an argument"
	}
	x.account.expect(shown)
	return l, true
}

// settles records the state of a claimed file, or returns false if the file must be read
// first.
func (x *files) settles(cl *claim, name string) bool {
	switch {
	case manifest.HasExtension(name) && cl.role < render.Patch, cl.role == render.Data && !cl.root.seen():
		return false
	case cl.root.seen():
		x.account.set(usedBy(cl, name))
	default:
		x.account.leave(x.unreadWith(cl, name), cl.root.name)
	}
	return true
}

// claimed counts, for each target, the files that were compared as its objects.
func (x *files) claimed() map[string]int {
	out := map[string]int{}
	for _, root := range x.roots {
		for _, role := range root.inputs {
			if role == render.Source && root.seen() {
				out[root.name]++
			}
		}
	}
	return out
}

// usedBy is the state of an input of a rendered target.
func usedBy(cl *claim, name string) dupcheck.FileState {
	if cl.role == render.Source {
		return dupcheck.FileState{File: name, State: dupcheck.Compared, Target: cl.root.name}
	}
	return dupcheck.FileState{File: name, State: dupcheck.Input, Target: cl.root.name}
}

// unreadWith is the state of an input of a target that could not be rendered.
func (x *files) unreadWith(cl *claim, name string) dupcheck.FileState {
	s := dupcheck.FileState{File: name, State: dupcheck.NotRead, Reason: x.reason(cl.root), Target: cl.root.name}
	if cl.role == render.Setting {
		s.Reason = "" // the unresolved target is reported already
	}
	if allowed, ok := x.allowed.Part(cl.root.name, s.Reason, cl.root.outcome.Causes()...); ok && x.covers(cl) {
		s.State, s.Reason = dupcheck.LeftOut, "let pass by "+allowed.Setting
	}
	return s
}

// covers reports whether an allowance for a target also covers a file of it: if the file
// is in the target's directory, or in a directory with an allowance of its own. If a
// kustomization cannot be read, its files are unknown, so each of them needs an
// allowance.
func (x *files) covers(cl *claim) bool {
	if _, ok := x.allowed.Part(cl.in.display(cl.at), "", cl.root.outcome.Causes()...); ok {
		return true
	}
	if k := cl.root.tree.Kustomization(path.Dir(cl.root.File)); cl.root.Kind == checkout.Kustomization && k != nil && k.Broken != nil {
		return cl.role == render.Setting
	}
	for dir := path.Dir(cl.at); ; dir = path.Dir(dir) {
		if dir == cl.root.Dir {
			return true
		}
		if _, ok := x.allowed.Part(cl.in.display(dir), "", cl.root.outcome.Causes()...); ok {
			return true
		}
		if dir == "." {
			return false
		}
	}
}

// letPass removes a missing submodule from the unread parts of a file if an
// allowance names it.
func (x *files) letPass(in *collector, file *manifest.File) {
	file.Unread = slices.DeleteFunc(file.Unread, func(u dupcheck.Unread) bool {
		if u.Code != dupcheck.Absent {
			return false
		}
		allowed, ok := x.allowed.Part(u.File, u.Reason, u.Code)
		if ok {
			file.Skipped, file.LeftOut = "let pass by "+allowed.Setting+": "+u.Reason, true
			allowed.File, allowed.Line = u.File, u.Line
			in.report.Allowed = append(in.report.Allowed, allowed)
		}
		return ok
	})
}

// takeFile adds a file that was read. The sources of a target are not added: the
// objects that were rendered from them are.
func (x *files) takeFile(in *collector, file manifest.File) {
	x.quiet.met(&file)
	if x.isShadow(file.Name) {
		x.shadows = append(x.shadows, file.Objects...)
		return
	}
	x.letPass(in, &file)
	cl := x.claims[file.Name]
	if cl == nil || cl.asIs || file.Skipped != "" || !x.account.expects(file.Name) {
		x.account.read(in, file)
		return
	}
	if file.More { // it has too many objects to hold back
		cl.asIs = true
		x.account.read(in, file)
		return
	}
	switch root := cl.root; {
	case cl.role == render.Data:
		if len(file.Objects) == 0 { // it may be any text
			x.account.input(file, root)
			return
		}
	case cl.role == render.Setting:
		// The renderer reads only the first document. Other documents, and a
		// first one that is an object, may be deployed by something else.
		file.Objects = slices.DeleteFunc(file.Objects, func(o dupcheck.Object) bool {
			_, err := dupcheck.NewID(dupcheck.Rules{}, o.APIVersion, o.Kind, o.Namespace, o.Name)
			return o.At.Document == 0 && (err != nil || manifest.IsKustomization(file.Name))
		})
		if len(file.Objects) == 0 {
			x.settleSetting(cl, file)
			return
		}
	case cl.role == render.Template && !root.seen():
		x.account.leave(x.unreadWith(cl, file.Name), root.name)
		return
	case cl.role == render.Template && x.rendersAll(cl, file):
		if x.o.Policy.Strict {
			x.shadows = append(x.shadows, file.Objects...)
		}
		x.account.input(file, root)
		return
	}
	x.account.read(in, file)
}

// settleSetting records a file such as a kustomization or a Chart.yaml.
func (x *files) settleSetting(cl *claim, file manifest.File) {
	if cl.root.seen() {
		x.account.input(file, cl.root)
		return
	}
	x.account.leave(x.unreadWith(cl, file.Name), cl.root.name)
}

// rendersAll reports whether a target renders every object that the text of a file
// declares. A target may leave files out. Text with placeholders declares nothing.
func (x *files) rendersAll(cl *claim, file manifest.File) bool {
	return slices.ContainsFunc(append([]*target{cl.root}, cl.more...), func(r *target) bool { return r.renders(file.Objects) })
}

// nameless is an identity without a namespace, which a renderer may set.
type nameless struct{ group, kind, name, generateName string }

func namelessOf(o dupcheck.Object) nameless {
	i := identityOf(o)
	return nameless{i.group, i.kind, i.name, i.generateName}
}

// renders says whether a target renders some objects. Each rendered object answers
// for one declared object only.
func (r *target) renders(objects []dupcheck.Object) bool {
	if r.rendered == nil {
		r.rendered = map[nameless][]string{}
		for _, o := range r.declared.Objects() {
			r.rendered[namelessOf(o)] = append(r.rendered[namelessOf(o)], o.Namespace)
		}
	}
	left := maps.Clone(r.rendered)
	for _, o := range objects {
		if o.Placeholder || o.Kind == "" || o.APIVersion == "" {
			continue
		}
		key := namelessOf(o)
		i := slices.IndexFunc(left[key], func(namespace string) bool { return o.Namespace == "" || o.Namespace == namespace })
		if i < 0 {
			return false
		}
		left[key] = slices.Delete(slices.Clone(left[key]), i, i+1)
	}
	r.rendered = left
	return true
}
