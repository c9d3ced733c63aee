package gate

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// exclusions are the plain manifests that are not deployed together, as the tree
// shows. The zero value has none.
type exclusions struct {
	companions map[string]companion     // by the file in positions
	renderings map[string]*renderedFile // by the file in positions
	alike      map[[2]bundle]bool

	// Those that excluded a finding.
	dirs  map[string]companion // by directory
	files map[string]bool
}

// companion is a directory whose files are not deployed, as the tree shows.
type companion struct {
	dir string
	// what is "tests" or another part of a Go program. It is empty if a kustomization
	// leaves the files out.
	what string
	// reason says why it is not deployed.
	reason string
}

// mostNamed is how many directories or files one message names.
const mostNamed = 3

// mostAlternatives is how many renderings with the same object are compared with
// each other.
const mostAlternatives = 64

// findExclusions looks for evidence that the plain manifests of a finding are not
// deployed together. It does not look if the user has decided that, with a flag or by
// naming the file.
func (x *run) findExclusions(ctx context.Context, in *collector, r dupcheck.Report) {
	if x.o.Policy.Together || x.o.Policy.Strict || x.o.Plain || len(x.repositories) == 0 {
		return
	}
	x.excluded = exclusions{companions: map[string]companion{}, alike: map[[2]bundle]bool{}, dirs: map[string]companion{}, files: map[string]bool{}}
	x.passOver()
	named := sync.OnceValue(x.named) // not needed if there is no finding
	rest := map[string]bool{}
	for i := range r.Diagnostics { // and not by value, since that copies 300 bytes each
		d := &r.Diagnostics[i]
		if d.Set != "" {
			continue
		}
		for k := range d.Declarations {
			o := &d.Declarations[k]
			if rest[o.File] {
				continue
			}
			switch c, at := x.whereIs(o.File); {
			case c == nil || o.Origin != "" || named()[filepath.Join(c.top, filepath.FromSlash(at))]:
			case x.accompanies(c, o.File, at):
			case len(d.Declarations) == 1:
			default:
				rest[o.File] = true
			}
		}
	}
	x.findRenderings(ctx, in, rest)
}

// named are the files among the arguments.
func (x *settings) named() map[string]bool {
	out := map[string]bool{}
	for _, arg := range x.args {
		real, err := filepath.EvalSymlinks(arg)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err == nil {
			out[real] = true
		}
	}
	return out
}

// whereIs returns the checkout of a file and its path there, or nil. Checkouts may be
// nested, so the innermost argument above the file decides.
func (x *targets) whereIs(name string) (in *repository, at string) {
	nearest := ""
	for _, c := range x.repositories {
		for _, d := range c.dirs {
			below, ok := checkout.Rest(name, d.name)
			if ok && (in == nil || len(d.name) > len(nearest) || nearest == ".") {
				in, at, nearest = c, path.Join(d.at, below), d.name
			}
		}
	}
	return in, at
}

// accompanies says whether a file belongs to a Go program, or to a kustomization
// that leaves it out.
func (x *run) accompanies(c *repository, file, at string) bool {
	if _, known := x.excluded.companions[file]; known {
		return true
	}
	found, ok := c.tree.NonDeployed(at)
	if ok {
		x.excluded.companions[file] = companion{
			c.display(found.Dir), found.What,
			found.What + " of a Go program (" + dupcheck.Quote(c.display(found.Module)) + ", " + dupcheck.Quote(c.display(found.Source)) + ")",
		}
		return true
	}
	if cl := x.claims[file]; cl != nil && !cl.asIs && cl.role == render.Data && cl.root.seen() {
		x.excluded.companions[file] = companion{path.Dir(file), "", dupcheck.Quote(cl.root.name) + " reads it as data"}
		return true
	}
	kustomization, ok := c.tree.LeftBy(at)
	if ok {
		dir := path.Dir(file)
		x.excluded.companions[file] = companion{dir, "", dupcheck.Quote(c.display(kustomization)) + " leaves it out"}
	}
	return ok
}

// without removes the findings whose objects are not deployed together.
func (a *exclusions) without(r dupcheck.Report) dupcheck.Report {
	if len(a.companions)+len(a.renderings) == 0 {
		return r
	}
	return r.NotDeployedTogether(a.why).Undeployed(a.leftOut)
}

// leftOut returns the evidence that a kustomization leaves a declaration out, or "".
// A single manifest in the documentation of a program is still checked.
func (a *exclusions) leftOut(o dupcheck.Declaration) string {
	c, ok := a.companions[o.File]
	if !ok || c.what != "" || o.Origin != "" {
		return ""
	}
	a.dirs[c.dir] = c
	return dupcheck.Quote(c.dir) + " is not deployed: " + c.reason
}

// why returns the evidence that no two declarations of a finding are deployed
// together, or "". Two in one file always are.
func (a *exclusions) why(d dupcheck.Diagnostic) string {
	dirs, seen := map[string]companion{}, map[string]bool{}
	var rest []string
	for _, o := range d.Declarations {
		if d.Set != "" || o.Origin != "" || seen[o.File] {
			return ""
		}
		seen[o.File] = true
		if c, ok := a.companions[o.File]; ok {
			dirs[c.dir] = c
		} else {
			rest = append(rest, o.File)
		}
	}
	slices.Sort(rest)
	var reasons []string
	if len(rest) > 1 {
		if !a.alternatives(rest) {
			return ""
		}
		reasons = append(reasons, a.sayRenderings(rest))
		for _, file := range rest {
			a.files[file] = true
		}
	}
	maps.Copy(a.dirs, dirs)
	for i, dir := range slices.Sorted(maps.Keys(dirs)) {
		if i == mostNamed {
			reasons = append(reasons, fmt.Sprintf("and so are %d more", len(dirs)-i))
			break
		}
		reasons = append(reasons, fmt.Sprintf("%s is not deployed: %s", dupcheck.Quote(dir), dirs[dir].reason))
	}
	return strings.Join(reasons, "; ")
}

// text says how many findings are not counted because their objects are not
// deployed together, which those are, and how to have them counted.
func (a *exclusions) text(r dupcheck.Report) string {
	n := r.CountSuppressed(dupcheck.ByNotDeployedTogether)
	if n == 0 {
		return ""
	}
	var what, programs, left []string
	for _, name := range slices.Sorted(maps.Keys(a.dirs)) {
		if dir := a.dirs[name]; dir.what == "" {
			left = append(left, name)
		} else {
			what, programs = append(what, dir.what), append(programs, name)
		}
	}
	var causes []string
	if len(a.files) > 0 {
		causes = append(causes, "renderings that look like alternatives ("+listed(slices.Sorted(maps.Keys(a.files)))+")")
	}
	if len(programs) > 0 {
		slices.Sort(what)
		causes = append(causes, listed(slices.Compact(what))+" of a Go program ("+listed(programs)+")")
	}
	if len(left) > 0 {
		causes = append(causes, "files that no kustomization deploys ("+listed(left)+")")
	}
	hint := "use strict or set"
	if len(a.dirs) > 0 {
		hint += ", or name the directory"
	}
	if n == 1 {
		return fmt.Sprintf("1 finding is not counted, because its files are not deployed together: %s; to count it, %s", strings.Join(causes, "; "), hint)
	}
	return fmt.Sprintf("%d findings are not counted, because their files are not deployed together: %s; to count them, %s",
		n, strings.Join(causes, "; "), hint)
}

// listed joins names and quotes those that need it.
func listed(names []string) string {
	more := max(0, len(names)-mostNamed)
	if more == 1 { // which would take no less room
		more = 0
	}
	var quoted []string
	for _, name := range names[:len(names)-more] {
		quoted = append(quoted, dupcheck.Quote(name))
	}
	if more > 0 {
		quoted = append(quoted, fmt.Sprintf("%d more", more))
	}
	last := len(quoted) - 1
	if last < 1 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}
