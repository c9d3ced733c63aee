package migrate

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strconv"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// warner warns about other files that name a file which is split.
type warner struct{ *planner }

// warn collects what other tools would do with the new files.
func (p warner) warn() error {
	for _, m := range p.gitops {
		d := gitops.Parse(gitops.ArgoCD|gitops.Flux, "", m.path, m.data)
		for _, app := range d.Applications {
			p.object(app.Head).sources(app, app.At)
		}
		for _, set := range d.ApplicationSets {
			g := p.object(set.Head)
			g.sources(set.Templates()[0], set.At.Below("spec", "template"))
			for i, raw := range set.Spec.Generators {
				g.generator(raw, set.At.Below("spec", "generators", strconv.Itoa(i)), 0)
			}
		}
		for _, k := range d.Kustomizations {
			p.object(k.Head).fluxPath(k)
		}
	}
	p.warnMentions()
	return nil
}

// gitopsObject is an object that says which files are deployed.
type gitopsObject struct {
	planner *planner
	name    string
}

func (p warner) object(h gitops.Head) *gitopsObject {
	return &gitopsObject{p.planner, h.Object.Kind + " " + dupcheck.QuoteAlways(h.Metadata.Name)}
}

func (g *gitopsObject) warnf(at dupcheck.Position, prunes bool, format string, args ...any) {
	g.planner.plan.Warnings = append(g.planner.plan.Warnings, Warning{
		File: at.File, Line: at.Line, Prunes: prunes, Text: checkout.Text(g.name+" ") + checkout.Reasonf(format, args...),
	})
}

// sources looks at the sources of an Application.
func (g *gitopsObject) sources(app gitops.Application, at gitops.Locator) {
	for i, s := range app.Spec.All() {
		if s.Path != "" {
			g.source(s, at.Below(app.Spec.SourcePath(i)...))
		}
	}
}

// directory is a source of Argo CD that deploys the files of a directory unchanged.
type directory struct {
	gitops.Directory
	path    string
	pattern bool // of an ApplicationSet, with wildcards for its parameters
	where   dupcheck.Position
}

var parameter = regexp.MustCompile(`\{\{.*?\}\}`)

func (g *gitopsObject) source(s gitops.Source, at gitops.Locator) {
	where := at.Of("path")
	d := directory{path: s.Dir(), where: where}
	if s.Directory != nil {
		d.Directory = *s.Directory
	}
	if parameter.MatchString(s.Path) {
		d.path, d.pattern = parameter.ReplaceAllString(d.path, "**"), true
	}
	d.Include = parameter.ReplaceAllString(d.Include, "*")
	d.Exclude = parameter.ReplaceAllString(d.Exclude, "*")
	switch {
	case d.Include != "":
		d.where = at.Of("directory", "include")
	case d.Exclude != "":
		d.where = at.Of("directory", "exclude")
	}
	explicit := d.Recurse || d.Include != "" || d.Exclude != ""
	for _, file := range g.planner.sorted() {
		switch {
		case file.path == d.path && file.renames():
			g.warnf(where, true, "has the file %s as its path, which will be removed", checkout.Named(file.path))
		case explicit || s.Helm == nil && s.Kustomize == nil && !s.HasPlugin() && warner{g.planner}.plain(&d, file.path):
			g.compare(d, file)
		}
	}
}

// plain says whether Argo CD takes the directory of a source for one of plain
// manifests.
func (p warner) plain(d *directory, file string) bool {
	dir, _ := d.root(file)
	return !slices.ContainsFunc(append(manifest.KustomizationFiles(), manifest.ChartFile), func(name string) bool {
		return p.repo.known[path.Join(dir, name)]
	})
}

// root is the directory of the source that a file would be in, if there is
// one.
func (d *directory) root(file string) (string, bool) {
	if !d.pattern {
		return d.path, true
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if ok, _ := doublestar.Match(d.path, dir); ok {
			return dir, true
		}
		if dir == "." {
			return "", false
		}
	}
}

// selects says whether Argo CD would read a file.
func (d *directory) selects(file string) bool {
	root, found := d.root(file)
	return found && manifest.HasExtension(file) && d.Selects(root, file)
}

// compare lists the files that a source would no longer select, and those that it would
// newly select.
func (g *gitopsObject) compare(d directory, s *source) {
	var in, out []string
	for _, f := range s.files {
		if d.selects(f.Path) {
			in = append(in, f.Path)
		} else {
			out = append(out, f.Path)
		}
	}
	name, why := checkout.Named(s.path), d.why()
	switch selected := d.selects(s.path); {
	case selected && len(in) == 0 && len(out) > 0:
		g.warnf(d.where, true, "selects %s, and would select NONE of the %d files that it becomes%s: all of its %d objects would be deleted, if this repository is its source; change that first",
			name, len(out), why, len(out))
	case selected && len(out) > 0:
		g.warnf(d.where, true, "selects %s, and would not select %s of the %d files that it becomes%s: these objects would be deleted, if this repository is its source; change that first",
			name, some(out), len(s.files), why)
	case !selected && len(in) > 0:
		g.warnf(d.where, false, "does not select %s, and would select %s of the %d files that it becomes%s: these objects would be deployed, if this repository is its source",
			name, some(in), len(s.files), why)
	}
}

func (d *directory) why() string {
	switch {
	case d.Include != "":
		return " (directory.include is " + dupcheck.QuoteAlways(d.Include) + ")"
	case d.Exclude != "":
		return " (directory.exclude is " + dupcheck.QuoteAlways(d.Exclude) + ")"
	case !d.Recurse:
		return " (it does not recurse into directories)"
	}
	return ""
}

// some names the first few of some files.
func some(files []string) string {
	return report.Few(each(files, func(f string) string { return dupcheck.Quote(path.Base(f)) }), 2)
}

// deepestNesting limits how deep generators inside of others are read.
const deepestNesting = 2

// generator finds git generators that read files, also inside of matrix and merge
// generators.
func (g *gitopsObject) generator(raw json.RawMessage, at gitops.Locator, depth int) {
	var generator gitops.Generator
	if _ = gitops.Unmarshal(raw, &generator); depth > deepestNesting {
		return // a field of a wrong type hides no other
	}
	if generator.Git != nil {
		for i, f := range generator.Git.Files {
			g.generatorFile(f.Path, at.Of("git", "files", strconv.Itoa(i), "path"))
		}
	}
	nested := func(kind string, c *gitops.Combination) {
		if c == nil {
			return
		}
		for i, raw := range c.Generators {
			g.generator(raw, at.Below(kind, "generators", strconv.Itoa(i)), depth+1)
		}
	}
	nested("matrix", generator.Matrix)
	nested("merge", generator.Merge)
}

func (g *gitopsObject) generatorFile(pattern string, at dupcheck.Position) {
	for _, s := range g.planner.sorted() {
		if ok, _ := doublestar.Match(pattern, s.path); ok {
			g.warnf(at, true, "makes Applications from %s, which will be removed", checkout.Named(s.path))
		}
	}
}

// fluxPath looks at spec.path of a Flux Kustomization, which must be a
// directory.
func (g *gitopsObject) fluxPath(k gitops.Kustomization) {
	target := gitops.CleanDir(k.Spec.Path)
	i := slices.IndexFunc(g.planner.sorted(), func(s *source) bool { return s.path == target && s.renames() })
	if i >= 0 {
		g.warnf(k.At.Of("spec", "path"), true, "has the file %s as its path, which will be removed; Flux needs a directory", checkout.Named(target))
	}
}
