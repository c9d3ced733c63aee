package migrate

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// targetCheck refuses new files that cannot be written, or that would not be read like the
// old ones.
type targetCheck struct{ *planner }

// checkTargets makes sure that every new file can be written to its place.
func (p targetCheck) checkTargets() error {
	p.checkFolders()
	if err := p.checkIgnored(); err != nil {
		return err
	}
	if err := p.checkAttributes(); err != nil {
		return err
	}
	p.warnTwice()
	return nil
}

// checkFolders makes sure that no file is in the way, not even one with a name that some
// file systems take for the same.
func (p targetCheck) checkFolders() {
	taken := map[string]map[string]string{} // folder -> folded name -> name
	claimed := map[string]string{}
	for _, s := range p.sorted() {
		if s.refused {
			continue
		}
		for _, f := range s.files {
			dir := path.Dir(f.Path)
			if taken[dir] == nil {
				taken[dir] = map[string]string{}
				for name := range p.repo.files.Tree.Look(dir).Entries {
					taken[dir][fold.String(name)] = name
				}
			}
			there := taken[dir][fold.String(path.Base(f.Path))]
			if there != "" && path.Join(dir, there) != s.path {
				p.refuse(s.path, f.Line, "the new file "+checkout.Named(f.Path)+" would take the place of "+checkout.Named(path.Join(dir, there)))
			}
			key := fold.String(f.Path)
			if other := claimed[key]; other != "" {
				p.refuse(s.path, f.Line, "the new file "+checkout.Named(f.Path)+" would also come out of "+checkout.Named(other))
			}
			claimed[key] = s.path
		}
	}
}

// newPaths returns the paths of all new files.
func (p targetCheck) newPaths() []string {
	var out []string
	for _, s := range p.sorted() {
		for _, f := range s.files {
			out = append(out, f.Path)
		}
	}
	return out
}

// checkIgnored refuses new files that git would never see.
func (p targetCheck) checkIgnored() error {
	ignored, err := p.repo.ignoredAmong(p.ctx, p.newPaths())
	if err != nil {
		return err
	}
	for _, s := range p.sorted() {
		for _, f := range s.files {
			if why := ignored[f.Path]; why != "" {
				p.refuse(s.path, f.Line, "git would ignore the new file "+checkout.Named(f.Path)+" ("+why+")")
				break
			}
		}
	}
	return nil
}

// checkedAttributes decide how git treats the bytes of a file. A file that git-crypt
// encrypts is one with a filter.
var checkedAttributes = []string{"filter", "text", "eol", "crlf", "working-tree-encoding", "ident"}

// checkAttributes refuses new files that git would treat differently from the old one: a
// Secret that is encrypted by its path would be committed in plain text.
func (p targetCheck) checkAttributes() error {
	paths := append(p.newPaths(), each(p.sorted(), (*source).name)...)
	values, err := p.repo.attributes(p.ctx, paths, checkedAttributes)
	if err != nil {
		return err
	}
	for _, s := range p.sorted() {
		if filter := values[s.path]["filter"]; p.repo.filters[filter] {
			p.refuse(s.path, 0, checkout.Reasonf("git passes it through the filter %s, a command of the repository's own configuration, which is not run", dupcheck.QuoteAlways(filter)))
		}
		p.compareAttributes(s, values)
	}
	return nil
}

func (p targetCheck) compareAttributes(s *source, values map[string]map[string]string) {
	for _, name := range checkedAttributes {
		before := values[s.path][name]
		i := slices.IndexFunc(s.files, func(f File) bool { return values[f.Path][name] != before })
		if i < 0 {
			continue
		}
		f := s.files[i]
		reason := checkout.Reasonf(".gitattributes gives the new file %s another %s: %s instead of %s",
			checkout.Named(f.Path), name, dupcheck.Quote(values[f.Path][name]), dupcheck.Quote(before))
		if name == "filter" && before != "unspecified" && before != "unset" {
			reason += "; content that is encrypted now would be committed in clear"
		}
		p.refuse(s.path, f.Line, reason)
	}
}

// warnTwice warns where a new file and one that stays declare the same object. They did so
// before, but two files in one directory make it obvious.
func (p targetCheck) warnTwice() {
	checkers := map[string]*dupcheck.Checker{}
	for _, s := range p.sorted() {
		if s.isPatch() {
			continue
		}
		dir := path.Dir(s.path)
		if checkers[dir] == nil {
			checkers[dir] = &dupcheck.Checker{Rules: p.options.Split.Rules}
		}
		for _, o := range s.objects {
			checkers[dir].Add(o)
		}
	}
	other := p.patchesAndData()
	for _, s := range p.singles {
		if c := checkers[path.Dir(s.path)]; c != nil && !other[s.path] {
			c.Add(s.object)
		}
	}
	for _, c := range checkers {
		r, _ := c.Report().Without(p.options.Split.Ignore)
		for _, d := range r.Diagnostics {
			p.warnTwiceOf(d)
		}
	}
}

// patchesAndData returns the files whose objects are not resources.
func (p targetCheck) patchesAndData() map[string]bool {
	out := map[string]bool{}
	for _, d := range p.documents {
		for _, r := range d.refs {
			if r.Use != checkout.AsManifest {
				out[r.target] = true
			}
		}
	}
	return out
}

func (p targetCheck) warnTwiceOf(d dupcheck.Diagnostic) {
	if d.Severity != dupcheck.Error || len(d.Declarations) < 2 {
		return
	}
	stays := slices.IndexFunc(d.Declarations, func(o dupcheck.Declaration) bool { return p.sources[o.File] == nil })
	goes := slices.IndexFunc(d.Declarations, func(o dupcheck.Declaration) bool { return p.sources[o.File] != nil })
	if stays < 0 || goes < 0 {
		return
	}
	kept, gone := d.Declarations[stays], d.Declarations[goes]
	dir := path.Dir(gone.File)
	p.plan.Warnings = append(p.plan.Warnings, Warning{File: kept.File, Line: kept.Line, Text: checkout.Reasonf(
		"%s/ would hold %s twice: here, and in a new file made of %s:%d",
		checkout.Named(dir), d.ID, checkout.Named(gone.File), gone.Line)})
}
