package gate

import (
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// pair is two targets.
type pair struct{ a, b *target }

// mostAlike is how many targets with one object are compared with each other.
const mostAlike = 16

// warnAlternatives warns if two targets in one set share most of their objects, as
// overlays of one base do.
func (x *run) warnAlternatives(r dupcheck.Report) {
	if !x.o.Policy.Together {
		return
	}
	shared := map[pair]int{}
	var most pair
	for _, diagnostic := range r.Diagnostics {
		var roots []*target
		for _, d := range diagnostic.Declarations {
			if root := x.rootOf(d.Position); root != nil && len(roots) < mostAlike {
				roots = append(roots, root)
			}
		}
		for i, b := range roots {
			for _, a := range roots[:i] {
				if a == b {
					continue
				}
				p := pair{a, b}
				if shared[p]++; shared[p] > shared[most] {
					most = p
				}
			}
		}
	}
	if n := shared[most]; n >= 2 && 2*n > min(most.a.count, most.b.count) {
		x.warnf("%s and %s have %d objects in common and look like alternatives%s",
			dupcheck.Quote(most.a.name), dupcheck.Quote(most.b.name), n, separately(most.a.name, most.b.name))
	}
}

// plainPath is a path without characters that are special in a shell or a glob.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// separately names the setting that makes a set of each of two directories.
func separately(a, b string) string {
	if !plainPath.MatchString(a + b) {
		return ""
	}
	first, second := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range min(len(first), len(second)) {
		if first[i] != second[i] {
			return "; in place of together, set '" + strings.Join(append(first[:i:i], "{set}"), "/") + "' would separate them"
		}
	}
	return ""
}
