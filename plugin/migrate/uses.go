package migrate

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// rerouter changes the references to files that are split.
type rerouter struct{ *planner }

// collectUses records for every source the references to it.
func (p rerouter) collectUses() {
	slices.SortFunc(p.documents, func(a, b *document) int { return strings.Compare(a.file, b.file) })
	for _, d := range slices.Concat(p.documents, p.untracked) {
		d.refs = append(d.refs, p.inConfigurations(d)...)
		for i := range d.refs {
			r := &d.refs[i]
			if s := p.sources[r.target]; s != nil {
				s.uses = append(s.uses, r)
			}
		}
	}
}

// inConfigurations finds the files that the configurations of built-in plugins name. They
// are read as data, with any content.
func (p rerouter) inConfigurations(d *document) []reference {
	var out []reference
	for _, r := range d.refs {
		if r.Use != checkout.AsConfig || r.unresolved != nil || manifest.IsKustomization(r.target) {
			continue
		}
		text := []byte(r.Path) // that stands in the file itself
		if r.target != "" {
			text, _, _ = p.repo.readFile(r.target) // one that is missing names nothing
		}
		charts, _ := checkout.Inflations(text)
		d.helm = d.helm || len(charts) > 0
		for _, raw := range checkout.InlinePaths(text) {
			in := d.reference(checkout.Reference{Where: "a plugin's configuration", Path: raw, Node: r.Node})
			if checkout.CodeOf(in.unresolved) == checkout.Remote || p.sources[in.target] != nil || p.repo.known[in.target] {
				out = append(out, in) // and not just a string
			}
		}
	}
	return out
}

// followLinks refuses sources with a symbolic link on their path, because such a reference
// could not be told from one to another file.
func (p rerouter) followLinks() error {
	for _, link := range p.repo.links {
		if s := p.linked(link); s != nil {
			p.refuse(s.path, 0, "the symbolic link "+checkout.Named(link)+" leads to it")
		}
	}
	folded := map[string]string{}
	for _, s := range p.sorted() {
		folded[fold.String(s.path)] = s.path
	}
	for _, d := range p.documents {
		for i := range d.refs {
			r := &d.refs[i]
			if s := p.linked(r.target); s != nil {
				p.refuse(r.file, r.line(), checkout.Reasonf("%s leads to %s through a symbolic link; name the file itself",
					r.Quoted(), checkout.Named(s.path)))
			}
			if alike := folded[fold.String(r.target)]; alike != "" && alike != r.target && !p.repo.known[r.target] {
				p.refuse(r.file, r.line(), checkout.Reasonf("%s leads to %s where file names have no case; write it alike",
					r.Quoted(), checkout.Named(alike)))
			}
		}
	}
	return nil
}

// linked returns the source that a path leads to through symbolic links of the
// repository, or nil.
func (p rerouter) linked(name string) *source {
	in := p.repo.files.Tree.Look(path.Dir(name))
	if len(p.repo.links) == 0 || in.Blocked == "" && in.Entries[path.Base(name)].IsRegular() {
		return nil // a file itself, or none
	}
	there, err := p.repo.root.Stat(filepath.FromSlash(name))
	if err != nil || !there.Mode().IsRegular() {
		return nil
	}
	for _, s := range p.sorted() {
		if info, err := p.repo.root.Lstat(filepath.FromSlash(s.path)); err == nil && os.SameFile(info, there) {
			return s
		}
	}
	return nil
}

// reroute rewrites the references to the sources.
func (p rerouter) reroute() error {
	for _, d := range p.documents {
		p.rerouteDocument(d)
	}
	for _, d := range p.untracked {
		for i := range d.refs {
			if s := p.sources[d.refs[i].target]; s != nil {
				p.refuse(d.file, d.refs[i].line(), "names "+checkout.Named(s.path)+", but git does not track it, so it is not rewritten; add it, or move it away")
			}
		}
	}
	return nil
}

// rerouteDocument rewrites one kustomization or Kptfile.
func (p rerouter) rerouteDocument(d *document) {
	if d.broken != "" {
		p.checkBroken(d)
		return
	}
	var edits []entryEdit
	for i := range d.refs {
		r := &d.refs[i]
		s := p.sources[r.target]
		if s == nil || len(s.files) == 0 {
			continue
		}
		e, reason := p.edit(r, s)
		if reason != "" {
			p.refuse(r.file, r.line(), reason)
			continue
		}
		edits = append(edits, e)
		p.plan.Edits = append(p.plan.Edits, Edit{File: r.file, Line: r.line(), Field: r.Where, Old: r.Path, New: e.paths})
	}
	if len(edits) == 0 {
		return
	}
	data, err := rewrite(d.data, d.root, edits)
	if e, ok := err.(*editError); ok {
		p.refuse(d.file, e.line, "this entry cannot be rewritten: "+checkout.Text(e.reason))
		return
	}
	p.rewritten[d.file] = data
}

// edit makes the edit of one reference, or says why there is none.
func (p rerouter) edit(r *reference, s *source) (entryEdit, checkout.Reason) {
	name := checkout.Named(s.path)
	switch {
	case isData(r):
		return entryEdit{}, checkout.Reasonf("%s cannot be split: %s, and it is used as manifests, too; give each use a file of its own, or leave it out", name, whyData(r))
	case r.Use == checkout.AsDirectory || r.Use == checkout.AsBase:
		return entryEdit{}, checkout.Reasonf("%s names the file %s where a directory should be", r.Where, name)
	case r.Use == asFunction && len(s.files) != 1:
		return entryEdit{}, checkout.Reasonf("%s cannot be split: %s reads one object, and it has %d", name, r.Where, len(s.files))
	case r.Fixed != "":
		return entryEdit{}, checkout.Reasonf("the reference to %s cannot be rewritten: %s; write it as a plain entry on a line of its own", name, r.Fixed)
	}
	names := each(s.files, func(f File) string { return strings.TrimPrefix(f.Path, path.Dir(s.path)+"/") })
	return entryEdit{r.Node, r.Item, besides(r.Path, names)}, ""
}

// checkBroken refuses a plan if a file that cannot be understood seems to name a source.
func (p rerouter) checkBroken(d *document) {
	for _, s := range p.sorted() {
		if line := mentionedAt(d.data, s.path); line > 0 {
			p.refuse(d.file, line, checkout.Reasonf("names %s, but %s, so it cannot be rewritten", checkout.Named(s.path), d.broken))
		}
	}
}

// mentionedAt returns the first line that names a file, or 0.
func mentionedAt(data []byte, file string) int {
	if !bytes.Contains(data, []byte(path.Base(file))) {
		return 0
	}
	for i, line := range strings.Split(string(data), "\n") {
		if mentions(line, file) {
			return i + 1
		}
	}
	return 0
}
