package propose

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
)

const (
	// fewestShared is the number of shared objects from which directories look like those of
	// several clusters.
	fewestShared = 3
	// mostUnits is the number of directories with one object that are compared with each
	// other.
	mostUnits = 16
	// mostTried is the number of sets that are tried one by one.
	mostTried = 8
)

// parent is a directory whose directories declare the same objects.
type parent struct {
	dir string
	// shared has, by two of its directories, the objects that both declare.
	shared map[[2]string]map[dupcheck.ID]bool
	// plain says that some of them are declared in files that are applied unchanged.
	// Kustomizations are separate sets anyway.
	plain bool
}

// sets proposes deployable sets, the deepest first, because the first glob that matches
// counts. It puts none in force that leads to more failures.
func (x *maker) sets() error {
	parents := x.parents()
	var all []Line
	for _, p := range parents {
		if line, ok := x.separate(p, parents); ok {
			all = append(all, line)
		}
	}
	slices.SortStableFunc(all, func(a, b Line) int {
		return cmp.Compare(strings.Count(b.Value, "/"), strings.Count(a.Value, "/"))
	})
	all = needed(all)
	if err := x.check(); err != nil || len(all) == 0 {
		return err
	}
	before := len(x.p.Lines)
	n := x.found.Count(dupcheck.Error)
	x.p.Lines = append(x.p.Lines, all...)
	if err := x.check(); err != nil || x.found.Count(dupcheck.Error) <= n {
		return err
	}
	x.p.Lines = x.p.Lines[:before]
	return x.oneByOne(all, n)
}

// needed leaves out the sets of directories whose directories all have sets of their own:
// these come first and leave nothing.
func needed(all []Line) []Line {
	dirs := map[string]bool{}
	for _, l := range all {
		if !l.Open {
			dirs[path.Dir(l.Value)] = true
		}
	}
	return slices.DeleteFunc(all, func(l Line) bool {
		return len(l.children) > 0 && !slices.ContainsFunc(l.children, func(child string) bool { return !dirs[path.Join(path.Dir(l.Value), child)] })
	})
}

// oneByOne adds sets as long as no more than n errors are found.
func (x *maker) oneByOne(all []Line, n int) error {
	for i, line := range all {
		if line.Open {
			x.p.Lines = append(x.p.Lines, line)
			continue
		}
		if i >= mostTried {
			break
		}
		before := x.found
		x.p.Lines = append(x.p.Lines, line)
		if err := x.check(); err != nil {
			return err
		}
		now := x.found.Count(dupcheck.Error)
		if now <= n {
			n = now
			continue
		}
		line.Open = true
		line.Because = append(line.Because, fmt.Sprintf("with it there would be %s more: see what they are, and decide", report.Count(now-n, "error")))
		x.p.Lines[len(x.p.Lines)-1], x.found = line, before
	}
	return nil
}

// unitOf returns the directory of an object, or of the kustomization that renders it.
func unitOf(o gate.Listed) string {
	if o.Root != "" {
		return o.Root
	}
	return path.Dir(o.Object.At.File)
}

// parents finds the directories whose directories share objects, in lexical order.
func (x *maker) parents() []*parent {
	units := map[dupcheck.ID]map[string]bool{} // with whether it is a plain one
	for _, o := range x.objects {
		if o.ID == (dupcheck.ID{}) {
			continue
		}
		if units[o.ID] == nil {
			units[o.ID] = map[string]bool{}
		}
		units[o.ID][unitOf(o)] = o.Root == ""
	}
	all := map[string]*parent{}
	for id, in := range units {
		names := slices.Sorted(maps.Keys(in))
		for i, b := range names[:min(len(names), mostUnits)] {
			for _, a := range names[:i] {
				share(all, id, a, b, in[a] && in[b])
			}
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b *parent) int { return strings.Compare(a.dir, b.dir) })
}

// share records that two directories have an object.
func share(all map[string]*parent, id dupcheck.ID, a, b string, plain bool) {
	first, second := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(first) && n < len(second) && first[n] == second[n] {
		n++
	}
	if n == len(first) || n == len(second) {
		return // one is in the other
	}
	dir := strings.Join(first[:n], "/")
	p := all[dir]
	if p == nil {
		p = &parent{dir: dir, shared: map[[2]string]map[dupcheck.ID]bool{}}
		all[dir] = p
	}
	key := [2]string{first[n], second[n]}
	if p.shared[key] == nil {
		p.shared[key] = map[dupcheck.ID]bool{}
	}
	p.shared[key][id] = true
	p.plain = p.plain || plain
}

// separate proposes a set for each directory of a parent, if most of them declare the
// same objects.
func (x *maker) separate(p *parent, all []*parent) (line Line, ok bool) {
	a, roots := x.compare(p)
	glob, valid := setGlob(p.dir)
	if !valid || len(a.children) == 0 || 3*len(a.children) < 2*len(a.objects) {
		return line, false
	}
	if !p.plain {
		if !a.most || !groups(p, roots, all) {
			return line, false
		}
		a.deployers = nil // these are sets of their own without it
	}
	line = Line{Field: Set, Value: glob, Open: !a.most, Because: []string{fmt.Sprintf("%s and %s declare the same %s (of %d and %d), as directories of several clusters do; %d of %s in %s are like that",
		path.Join(p.dir, a.best[0]), path.Join(p.dir, a.best[1]), report.Count(len(p.shared[a.best]), "object"),
		len(a.objects[a.best[0]]), len(a.objects[a.best[1]]), len(a.children), report.Count(len(a.objects), "directory"), p.dir)}}
	if !a.most {
		line.Because = append(line.Because, "most of their objects are others: decide whether each is a cluster of its own")
	}
	line.children = slices.Sorted(maps.Keys(a.objects))
	x.openIfDeployers(&line, p.dir, slices.Collect(maps.Keys(a.children)), a.deployers)
	return line, true
}

// openIfDeployers turns a set that separates deployers into a question, unless "flux
// bootstrap" has made each of its directories for a cluster of its own.
func (x *maker) openIfDeployers(line *Line, dir string, children []string, deployers map[dupcheck.ID]bool) {
	if len(deployers) == 0 {
		return
	}
	var names []string
	for id := range deployers {
		names = append(names, id.String())
	}
	slices.Sort(names)
	what := report.Count(len(names), "deployer") + " among them (" + report.Few(names, 3) + ")"
	for _, child := range children {
		if !x.bootstrapped(path.Join(dir, child)) {
			line.Open = true
			line.Because = append(line.Because, what+": decide whether each directory has an Argo CD or a Flux of its own. If they share one, the last of them that is applied wins, and the objects of the other are deleted")
			return
		}
	}
	line.Because = append(line.Because, what+": flux bootstrap has made each directory that of a cluster")
	for i := range x.p.Deployers {
		c := &x.p.Deployers[i]
		if deployers[c.ID] {
			c.Told = "each is in a cluster of its own by the set " + line.Value
		}
	}
}

// groups says whether a set would combine several kustomizations: those of one directory, or
// of directories with the same names elsewhere.
func groups(p *parent, roots map[string]map[string]bool, all []*parent) bool {
	for _, in := range roots {
		if len(in) > 1 {
			return true
		}
	}
	return slices.ContainsFunc(all, func(other *parent) bool {
		return other != p && slices.ContainsFunc(slices.Collect(maps.Keys(other.shared)), func(key [2]string) bool {
			return len(p.shared[key]) >= fewestShared && len(other.shared[key]) >= fewestShared
		})
	})
}

// plainPath matches a path without characters that are special in a glob.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./@+=-]*$`)

// setGlob is the glob of a set for each directory of a directory, but for the topmost:
// no repository has one cluster for each of its directories.
func setGlob(dir string) (glob string, ok bool) {
	return path.Join(dir, "{cluster}"), dir != "" && plainPath.MatchString(dir)
}
