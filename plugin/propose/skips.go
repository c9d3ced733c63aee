package propose

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/policy"
)

// companions are the names of directories whose manifests accompany something and are seldom
// deployed.
var companions = map[string]string{
	"docs": "documentation", "doc": "documentation", "documentation": "documentation",
	"demo": "a demo", "demos": "demos", "example": "an example", "examples": "examples", "sample": "a sample", "samples": "samples",
	"test": "tests", "tests": "tests", "testing": "tests", "e2e": "tests", "testdata": "test data", "fixtures": "test data", "__tests__": "tests",
	"hack": "scripts of developers",
}

// skipped is a directory or file that may be left out.
type skipped struct {
	name, why string
	findings  int
	unread    int
	templates int
	deployers map[string]bool // that would be left out with it
}

// skips proposes files to leave out, but only where there is an error or something unread.
func (x *maker) skips() []Line {
	all := map[string]*skipped{}
	for _, d := range x.found.Diagnostics {
		seen := map[*skipped]bool{}
		for _, o := range d.Declarations {
			s := x.skipped(all, o.File)
			if d.Severity != dupcheck.Error || s == nil || seen[s] {
				continue
			}
			seen[s] = true
			s.findings++
			if decides(d.ID) {
				s.deployers[d.ID.String()] = true
			}
		}
	}
	for _, u := range x.found.Unread {
		s := x.skipped(all, u.File)
		if s == nil && u.Code == dupcheck.Template {
			s = x.template(all, u.File)
		}
		if s != nil {
			s.count(u)
		}
	}
	x.otherDeployers(all)
	var lines []Line
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if s := all[name]; s.findings+s.unread > 0 {
			lines = append(lines, s.line())
		}
	}
	return lines
}

// skipped returns the part to leave out for a file, or nil.
func (x *maker) skipped(all map[string]*skipped, file string) *skipped {
	name, why, ok := x.companion(file)
	if !ok || !utf8.ValidString(name) {
		return nil
	}
	return skip(all, name, why)
}

// skip returns the one with a name.
func skip(all map[string]*skipped, name, why string) *skipped {
	if all[name] == nil {
		all[name] = &skipped{name: name, why: why, deployers: map[string]bool{}}
	}
	return all[name]
}

func (s *skipped) count(u dupcheck.Unread) {
	s.unread++
	if u.Code == dupcheck.Template {
		s.templates++
	}
}

// companion says whether a file is in a directory that accompanies something, or that a
// kustomization leaves out, and that nothing in the tree deploys.
func (x *maker) companion(file string) (name, why string, ok bool) {
	if found, ok := x.tree.NonDeployed(file); ok {
		return found.Dir, fmt.Sprintf("%s of a Go program (%s, %s), and nothing deploys it", found.What, found.Module, found.Source), true
	}
	for i, c := range file {
		if c != '/' {
			continue
		}
		dir := file[:i]
		if what := companions[path.Base(dir)]; what != "" && !deployed(x.tree, dir) {
			return dir, what + ", by its name, and nothing deploys it", true
		}
	}
	if !manifest.HasExtension(file) || manifest.IsKustomization(file) {
		return "", "", false
	}
	if kustomization, ok := x.tree.LeftBy(file); ok {
		return file, kustomization + " leaves it out, and nothing else deploys it", true
	}
	return "", "", false
}

// deployed says whether something outside of a directory deploys it or a part of it.
func deployed(tree *checkout.Tree, dir string) bool {
	_, ok := tree.DeployedBy(dir)
	return ok
}

// template returns the part to leave out for a template: the file if its chart renders
// nothing of it, else its directory if nothing else was read in it and nothing deploys it.
func (x *maker) template(all map[string]*skipped, file string) *skipped {
	for _, t := range x.tree.Targets {
		if t.Kind == checkout.Chart && checkout.Below(file, t.Dir) {
			return x.valueless(all, t.Dir, file)
		}
	}
	dir := path.Dir(file)
	if dir == "." || deployed(x.tree, dir) || slices.ContainsFunc(x.tree.Targets, func(t checkout.Target) bool { return checkout.Below(dir, t.Dir) || checkout.Below(t.Dir, dir) }) {
		return nil
	}
	for _, o := range x.objects {
		if checkout.Below(o.Object.At.File, dir) {
			return nil
		}
	}
	return skip(all, dir, "only templates, no chart is above them, and nothing deploys it")
}

// valueless returns a template of a chart that renders nothing with its own values. A
// template that may declare deployers is a question.
func (x *maker) valueless(all map[string]*skipped, chart, file string) *skipped {
	s := skip(all, file, "a template from which the chart "+chart+" renders nothing with its own values")
	text, err := checkout.ReadFile(x.tree.FS(), file, mostTemplate)
	if err != nil || (gitops.ArgoCD | gitops.Flux).MayDeploy(text) {
		s.deployers["a possible deployer"] = true
	}
	return s
}

// mostTemplate is the size limit of an examined template.
const mostTemplate = 1 << 20

// otherDeployers records which deployers in these directories are declared elsewhere, too,
// although no finding says so.
func (x *maker) otherDeployers(all map[string]*skipped) {
	for _, c := range x.p.Deployers {
		for _, at := range c.Places {
			for _, s := range all {
				if at.File == s.name || checkout.Below(at.File, s.name) {
					s.deployers[c.ID.String()] = true
				}
			}
		}
	}
}

// line returns the line of kuniq.yaml. It is left to a person if there are deployers that
// collide.
func (s *skipped) line() Line {
	value := policy.Literal(s.name)
	if !strings.Contains(value, "/") {
		value = "./" + value // and none of that name elsewhere
	}
	var in []string
	for _, n := range []struct {
		n    int
		noun string
	}{{s.findings, "finding"}, {s.templates, "template"}, {s.unread - s.templates, "unread file"}} {
		if n.n > 0 {
			in = append(in, report.Count(n.n, n.noun))
		}
	}
	l := Line{Field: Skip, Value: value, Because: []string{s.why + ": " + strings.Join(in, ", ")}}
	if len(s.deployers) > 0 {
		l.Open = true
		l.Because = append(l.Because, "it declares "+report.Few(slices.Sorted(maps.Keys(s.deployers)), 3)+": decide whether it is deployed, and declared elsewhere, too")
	}
	return l
}
