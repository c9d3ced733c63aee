package split

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/split/journal"
)

// blockers refuses what stands in the way of directories of the plan.
func (d *diff) blockers() {
	if len(d.inDir) == 1 && d.inDir["."] > 0 { // all belong into the output directory itself
		return
	}
	said := map[string]bool{}
	for i := range d.plan.Files {
		name := d.plan.Files[i].Name
		if d.planned[name] != nil {
			d.refuse(name, "is a file and a directory in the plan")
		}
		dir, _ := journal.SplitPath(name)
		if d.planned[dir] == nil { // its name is not allowed
			continue
		}
		in := d.run.Tree.Look(dir)
		if in.Blocked == "" || said[in.Blocked] {
			continue
		}
		said[in.Blocked] = true
		d.refuse(in.Blocked, "%s, and files of the plan belong below it", in.Why)
	}
}

// plannedIn records that the plan has a name in a directory, and the directory in the one
// above. folded is the folded form of the name.
func (d *diff) plannedIn(dir, base, folded string) {
	names := d.planned[dir]
	if names == nil {
		names = make(map[string]string, d.inDir[dir])
		d.planned[dir] = names
		if dir != "." {
			above, name := journal.SplitPath(dir)
			d.plannedIn(above, name, fold.String(name))
		}
	}
	if other, ok := names[folded]; ok && other != base {
		d.refuse(path.Join(dir, base), sameToSome, dupcheck.QuoteAlways(other), "in the plan as well")
		return
	}
	names[folded] = base
}

const sameToSome = "some file systems could not tell it from %s, which is %s"

// caseCollisions refuses files of the plan that some file systems would confuse with
// existing ones, because only upper and lower case differ, or the encoding of accents.
func (d *diff) caseCollisions() {
	for dir, names := range d.planned {
		for name := range d.run.Tree.Look(dir).Entries {
			planned, ok := names[fold.String(name)]
			if !ok || planned == name || d.isPruned(path.Join(dir, name)) {
				continue
			}
			d.refuse(path.Join(dir, planned), sameToSome, dupcheck.QuoteAlways(name), "there already")
		}
	}
}

// isPruned reports whether this run removes a file of an earlier run.
func (d *diff) isPruned(name string) bool {
	_, found := slices.BinarySearch(d.result.Pruned, name)
	return found
}
