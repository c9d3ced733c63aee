package migrate

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// warn collects what other tools would make of the new files.
func (p *planner) warn() error {
	for _, m := range p.gitops {
		for d := range manifest.Documents(m.path, m.data) {
			if d.Bare || len(d.Unread) > 0 {
				continue
			}
			var node yaml.Node
			text := m.data[d.Parse:d.End]
			if yaml.Unmarshal(text, &node) != nil || len(node.Content) == 0 {
				continue
			}
			above := strings.Count(string(m.data[:d.Parse]), "\n")
			p.warnObject(m.path, above, node.Content[0], 0)
		}
	}
	p.warnMentions()
	return nil
}

// deepestNesting bounds what is followed into lists and generators, which may
// contain themselves by way of an alias.
const deepestNesting = 2

// warnObject looks at one object, or at each item of a List.
func (p *planner) warnObject(file string, above int, n *yaml.Node, depth int) {
	if items := child(n, "items"); items != nil && items.Kind == yaml.SequenceNode && depth < deepestNesting {
		for _, item := range items.Content {
			p.warnObject(file, above, item, depth+1)
		}
		return
	}
	group, _, _ := strings.Cut(scalarAt(n, "apiVersion"), "/")
	kind := scalarAt(n, "kind")
	name := kind + " " + dupcheck.QuoteAlways(scalarAt(n, "metadata", "name"))
	found := gitopsObject{planner: p, file: file, above: above, name: name}
	switch {
	case group == "argoproj.io" && kind == "Application":
		found.sources(child(n, "spec"))
	case group == "argoproj.io" && kind == "ApplicationSet":
		spec := child(n, "spec")
		found.sources(child(child(spec, "template"), "spec"))
		found.generators(child(spec, "generators"), 0)
	case group == "kustomize.toolkit.fluxcd.io" && kind == "Kustomization":
		found.fluxPath(child(n, "spec"))
	}
}

// gitopsObject is an object that says which files are deployed.
type gitopsObject struct {
	planner *planner
	file    string
	above   int // lines above its document
	name    string
}

func (g *gitopsObject) warnf(n *yaml.Node, prunes bool, format string, args ...any) {
	g.planner.plan.Warnings = append(g.planner.plan.Warnings, Warning{
		File: g.file, Line: g.above + n.Line, Prunes: prunes, Text: g.name + " " + fmt.Sprintf(format, args...),
	})
}

// sources looks at spec.source and spec.sources of an Application.
func (g *gitopsObject) sources(spec *yaml.Node) {
	list := []*yaml.Node{child(spec, "source")}
	if several := child(spec, "sources"); several != nil {
		list = append(list, several.Content...)
	}
	for _, n := range list {
		if n != nil && n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		if n != nil && n.Kind == yaml.MappingNode {
			g.source(n)
		}
	}
}

// directory is a source of Argo CD that takes the files of a directory as
// they are.
type directory struct {
	path             string
	pattern          bool // of an ApplicationSet, with wildcards for its parameters
	recurse          bool
	include, exclude string
	where            *yaml.Node
}

var parameter = regexp.MustCompile(`\{\{.*?\}\}`)

func (g *gitopsObject) source(n *yaml.Node) {
	where := child(n, "path")
	if where == nil {
		return
	}
	options := child(n, "directory")
	d := directory{
		path: path.Clean(strings.TrimPrefix(where.Value, "/")), where: where,
		recurse: scalarAt(options, "recurse") == "true",
		include: scalarAt(options, "include"), exclude: scalarAt(options, "exclude"),
	}
	if parameter.MatchString(where.Value) {
		d.path, d.pattern = parameter.ReplaceAllString(d.path, "**"), true
	}
	d.include = parameter.ReplaceAllString(d.include, "*")
	d.exclude = parameter.ReplaceAllString(d.exclude, "*")
	for _, key := range []string{"exclude", "include"} {
		if n := child(options, key); n != nil {
			d.where = n
		}
	}
	explicit := d.recurse || d.include != "" || d.exclude != ""
	for _, s := range g.planner.sorted() {
		switch {
		case s.path == d.path && s.renames():
			g.warnf(where, true, "has the file %s as its path, which goes", dupcheck.Quote(s.path))
		case explicit || !has(n, "helm") && !has(n, "kustomize") && !has(n, "plugin") && g.planner.plain(&d, s.path):
			g.compare(d, s)
		}
	}
}

// plain says whether Argo CD takes the directory of a source for one of plain
// manifests.
func (p *planner) plain(d *directory, file string) bool {
	dir, _ := d.root(file)
	for _, name := range append(manifest.KustomizationFiles(), manifest.ChartFile) {
		if p.repo.known[path.Join(dir, name)] {
			return false
		}
	}
	return true
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

// selects says whether Argo CD would read a file (argo-cd v3.6
// reposerver/repository/repository.go, findManifests): without recurse only
// those of the directory itself; its patterns are matched against the path
// below it, and their wildcards match slashes.
func (d *directory) selects(file string) bool {
	root, found := d.root(file)
	rel, below := strings.CutPrefix(file, root+"/")
	if root == "." {
		rel, below = file, true
	}
	if !found || !below || !manifest.HasExtension(file) || strings.Contains(rel, "/") && !d.recurse {
		return false
	}
	if d.exclude != "" && matchesAll(d.exclude, rel) {
		return false
	}
	return d.include == "" || matchesAll(d.include, rel)
}

// matchesAll matches a pattern whose wildcards stand for any characters, also
// slashes.
func matchesAll(pattern, name string) bool {
	hide := strings.NewReplacer("/", "\x01")
	ok, err := doublestar.Match(hide.Replace(pattern), hide.Replace(name))
	return ok && err == nil
}

// compare says what a source would no longer, or newly, select.
func (g *gitopsObject) compare(d directory, s *source) {
	var in, out []string
	for _, f := range s.files {
		if d.selects(f.Path) {
			in = append(in, f.Path)
		} else {
			out = append(out, f.Path)
		}
	}
	name, why := dupcheck.Quote(s.path), d.why()
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
	case d.include != "":
		return " (directory.include is " + dupcheck.QuoteAlways(d.include) + ")"
	case d.exclude != "":
		return " (directory.exclude is " + dupcheck.QuoteAlways(d.exclude) + ")"
	case !d.recurse:
		return " (it does not recurse into directories)"
	}
	return ""
}

// some names the first few of some files.
func some(files []string) string {
	const most = 2
	var names []string
	for _, f := range files[:min(most, len(files))] {
		names = append(names, dupcheck.Quote(path.Base(f)))
	}
	text := strings.Join(names, ", ")
	if more := len(files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// generators looks for git generators that read files, also inside of matrix
// and merge generators.
func (g *gitopsObject) generators(n *yaml.Node, depth int) {
	if n == nil || n.Kind != yaml.SequenceNode || depth > deepestNesting {
		return
	}
	for _, generator := range n.Content {
		for _, nested := range []string{"matrix", "merge"} {
			g.generators(child(child(generator, nested), "generators"), depth+1)
		}
		files := child(child(generator, "git"), "files")
		if files == nil {
			continue
		}
		for _, f := range files.Content {
			g.generatorFile(child(f, "path"))
		}
	}
}

func (g *gitopsObject) generatorFile(pattern *yaml.Node) {
	if pattern == nil {
		return
	}
	for _, s := range g.planner.sorted() {
		if ok, _ := doublestar.Match(pattern.Value, s.path); ok {
			g.warnf(pattern, true, "makes Applications from %s, which goes", dupcheck.Quote(s.path))
		}
	}
}

// fluxPath looks at spec.path of a Flux Kustomization, which must be a
// directory.
func (g *gitopsObject) fluxPath(spec *yaml.Node) {
	n := child(spec, "path")
	if n == nil {
		return
	}
	target := path.Clean(strings.TrimPrefix(n.Value, "/"))
	i := slices.IndexFunc(g.planner.sorted(), func(s *source) bool { return s.path == target && s.renames() })
	if i >= 0 {
		g.warnf(n, true, "has the file %s as its path, which goes; Flux needs a directory", dupcheck.Quote(target))
	}
}
