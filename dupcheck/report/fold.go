package report

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

const (
	fewest   = 3       // collisions that make two directories look like copies
	mostWork = 1 << 20 // pairs of directories looked at, so that no input is slow
)

// fold returns the diagnostics of a report as people want to read them. Plain trees often
// have one directory for each cluster (env/prod01, env/prod02); checked as one set they
// collide in every object. Collisions of directories below one parent become one
// diagnostic, at the place of the first of them, if any two of the directories share
// three or more objects. A collision inside one of the directories is never folded, nor
// is one with a place elsewhere.
//
// Only the text formats fold. The number of diagnostics is that of the report.
func fold(r dupcheck.Report) []dupcheck.Diagnostic {
	groups := map[parent]*siblings{}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		above, names, ok := siblingsOf(d)
		if !ok {
			continue
		}
		key := parent{d.Set, above}
		if groups[key] == nil {
			groups[key] = &siblings{above: above, leader: map[string]string{}}
		}
		groups[key].collisions = append(groups[key].collisions, collision{i, names})
	}
	folded := map[int]*dupcheck.Diagnostic{} // nil: said by another one
	for _, g := range groups {
		for _, members := range g.components() {
			for _, m := range members {
				folded[m.index] = nil
			}
			d := g.merge(r.Diagnostics, members)
			folded[members[0].index] = &d
		}
	}
	if len(folded) == 0 {
		return r.Diagnostics
	}
	out := make([]dupcheck.Diagnostic, 0, len(r.Diagnostics))
	for i, d := range r.Diagnostics {
		if f, ok := folded[i]; !ok {
			out = append(out, d)
		} else if f != nil {
			out = append(out, *f)
		}
	}
	return out
}

// parent is a directory in a deployable set.
type parent struct{ set, dir string }

// siblingsOf returns the directories of the declarations, if these are different ones
// below one parent.
func siblingsOf(d *dupcheck.Diagnostic) (above string, names []string, ok bool) {
	if d.Rule != dupcheck.DuplicateObject && d.Rule != dupcheck.IdenticalObject || len(d.Declarations) < 2 {
		return "", nil, false
	}
	if path.Dir(d.Declarations[0].File) == path.Dir(d.Declarations[1].File) {
		return "", nil, false // which is all that most collisions are
	}
	dirs := make([][]string, len(d.Declarations))
	for i, o := range d.Declarations {
		dirs[i] = strings.Split(path.Dir(o.File), "/")
	}
	n := commonPrefix(dirs)
	for _, dir := range dirs {
		// A file may lie in the parent itself, and ".." has no siblings.
		if n == len(dir) || dir[n] == "" || dir[n] == "." || dir[n] == ".." {
			return "", nil, false
		}
		names = append(names, dir[n])
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) < len(names) {
		return "", nil, false
	}
	above = strings.Join(dirs[0][:n], "/")
	if n > 0 {
		above += "/"
	}
	return above, names, true
}

// commonPrefix returns how many components all the directories share.
func commonPrefix(dirs [][]string) int {
	n := 0
	for !slices.ContainsFunc(dirs, func(dir []string) bool { return n == len(dir) || dir[n] != dirs[0][n] }) {
		n++
	}
	return n
}

// merge returns the diagnostic that stands for all the members.
func (g *siblings) merge(all []dupcheck.Diagnostic, members []collision) dupcheck.Diagnostic {
	d := all[members[0].index]
	identical := 0
	d.Rule, d.Severity = dupcheck.IdenticalObject, dupcheck.Off
	for _, m := range members {
		other := &all[m.index]
		d.Severity = max(d.Severity, severity(other))
		d.LastWins = d.LastWins && other.LastWins
		if other.Effect != d.Effect {
			d.Effect = ""
		}
		if other.Rule == dupcheck.IdenticalObject {
			identical++
		} else {
			d.Rule = dupcheck.DuplicateObject
		}
	}
	d.Identical = identical == len(members)
	d.Differs, d.DiffersMore, d.Values = nil, 0, nil
	d.Message = fmt.Sprintf("%s%s, %s among them", g.title(members), contents(identical, len(members)), d.ID)
	d.Advice = g.advice(len(members))
	return d
}

// contents says how many of the copies are equal.
func contents(identical, n int) string {
	switch identical {
	case 0:
		return ""
	case n:
		return " with identical contents"
	}
	return fmt.Sprintf(" (%d of them with identical contents)", identical)
}

// title names the first two directories, and counts the others and the objects that they
// share.
func (g *siblings) title(members []collision) string {
	var names []string
	for _, m := range members {
		names = append(names, m.names...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	s := show(g.above+names[0]) + " and " + show(g.above+names[1])
	if len(names) > 2 {
		s += fmt.Sprintf(" (and %d more)", len(names)-2)
	}
	if slices.ContainsFunc(members, func(m collision) bool { return len(m.names) < len(names) }) {
		return s + fmt.Sprintf(" declare %d objects more than once between them", len(members))
	}
	return s + fmt.Sprintf(" declare the same %d objects", len(members))
}

// advice says how to keep the directories apart. It gives the example of a glob only if
// the shell and the glob take every character literally.
func (g *siblings) advice(n int) string {
	s := "if they are for different clusters, check them as separate sets"
	if strings.Trim(g.above, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+@=-") == "" {
		s += ": set '" + g.above + "*'"
	}
	return s + fmt.Sprintf("; if not, -o json lists all %d", n)
}
