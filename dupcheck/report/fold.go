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
	var last directories
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		if !mayFold(d) {
			continue
		}
		if !last.of(d) {
			last = directoriesOf(d)
			if last.siblings {
				last.shared = groupOf(groups, parent{d.Set, last.above}).between(last.names)
			}
		}
		if last.siblings {
			last.shared.indexes = append(last.shared.indexes, i)
		}
	}
	folded := make([]bool, len(r.Diagnostics))
	merged := map[int]dupcheck.Diagnostic{} // by the index of the first that it stands for
	left := len(r.Diagnostics)
	for _, g := range groups {
		for _, c := range g.components() {
			for _, i := range c.indexes {
				folded[i] = true
			}
			merged[c.indexes[0]] = g.merge(r.Diagnostics, c)
			left -= len(c.indexes) - 1
		}
	}
	if len(merged) == 0 {
		return r.Diagnostics
	}
	out := make([]dupcheck.Diagnostic, 0, left)
	for i := range r.Diagnostics {
		if !folded[i] {
			out = append(out, r.Diagnostics[i])
		} else if d, first := merged[i]; first {
			out = append(out, d)
		}
	}
	return out
}

// parent is a directory in a deployable set.
type parent struct{ set, dir string }

func groupOf(groups map[parent]*siblings, p parent) *siblings {
	if groups[p] == nil {
		groups[p] = &siblings{above: p.dir, known: map[string]*shared{}, leader: map[string]string{}}
	}
	return groups[p]
}

// mayFold says whether a diagnostic is a collision of different directories, which most
// are not.
func mayFold(d *dupcheck.Diagnostic) bool {
	return (d.Rule == dupcheck.DuplicateObject || d.Rule == dupcheck.IdenticalObject) && len(d.Declarations) >= 2 &&
		path.Dir(d.Declarations[0].File) != path.Dir(d.Declarations[1].File)
}

// directories are those of the declarations of a diagnostic. The next diagnostic often has
// the same ones.
type directories struct {
	set      string
	dirs     []string
	siblings bool     // they are different ones below one parent
	above    string   // the parent with its final slash, or empty
	names    []string // below it, sorted
	shared   *shared
}

// of says whether they are the directories of a diagnostic.
func (k *directories) of(d *dupcheck.Diagnostic) bool {
	return k.set == d.Set && slices.EqualFunc(k.dirs, d.Declarations, func(dir string, o dupcheck.Declaration) bool { return dir == path.Dir(o.File) })
}

func directoriesOf(d *dupcheck.Diagnostic) directories {
	k := directories{set: d.Set}
	parts := make([][]string, len(d.Declarations))
	for i, o := range d.Declarations {
		k.dirs = append(k.dirs, path.Dir(o.File))
		parts[i] = strings.Split(k.dirs[i], "/")
	}
	n := commonPrefix(parts)
	for _, dir := range parts {
		// A file may lie in the parent itself, and ".." has no siblings.
		if n == len(dir) || dir[n] == "" || dir[n] == "." || dir[n] == ".." {
			return k
		}
		k.names = append(k.names, dir[n])
	}
	slices.Sort(k.names)
	k.siblings = len(slices.Compact(slices.Clone(k.names))) == len(k.names)
	k.above = strings.Join(parts[0][:n], "/")
	if n > 0 {
		k.above += "/"
	}
	return k
}

// commonPrefix returns how many components all the directories share.
func commonPrefix(dirs [][]string) int {
	n := 0
	for !slices.ContainsFunc(dirs, func(dir []string) bool { return n == len(dir) || dir[n] != dirs[0][n] }) {
		n++
	}
	return n
}

// merge returns the diagnostic that stands for all those of a component.
func (g *siblings) merge(all []dupcheck.Diagnostic, c component) dupcheck.Diagnostic {
	d := all[c.indexes[0]]
	identical := 0
	d.Rule, d.Severity = dupcheck.IdenticalObject, dupcheck.Off
	for _, i := range c.indexes {
		other := &all[i]
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
	d.Identical = identical == len(c.indexes)
	d.Differs, d.DiffersMore, d.Values = nil, 0, nil
	d.Message = fmt.Sprintf("%s%s, %s among them", g.title(c), contents(identical, len(c.indexes)), d.ID)
	d.Advice = g.advice(len(c.indexes))
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
func (g *siblings) title(c component) string {
	var names []string
	for _, b := range c.between {
		names = append(names, b.names...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	s := show(g.above+names[0]) + " and " + show(g.above+names[1])
	if len(names) > 2 {
		s += fmt.Sprintf(" (and %d more)", len(names)-2)
	}
	if slices.ContainsFunc(c.between, func(b *shared) bool { return len(b.names) < len(names) }) {
		return s + fmt.Sprintf(" declare %d objects more than once between them", len(c.indexes))
	}
	return s + fmt.Sprintf(" declare the same %d objects", len(c.indexes))
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
