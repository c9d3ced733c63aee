package split

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/fold"
)

// temporaries makes sure that .kuniq-tmp, if it is there, may be removed.
func (w *writer) temporaries() {
	typ, there := w.tree.look(".").entries[tempName]
	switch {
	case !there:
	case !typ.IsDir():
		w.refuse(tempName, "%s; kuniq needs the name", whatIs(typ))
	default:
		in := w.tree.look(tempName)
		for name, typ := range in.entries {
			if _, ok := parseNumber(name); !ok || !typ.IsRegular() {
				w.refuse(path.Join(tempName, name), "is in the way, and not from kuniq; move it away")
			}
		}
		if in.blocked != "" {
			w.refuse(tempName, "%s", in.why)
		}
	}
}

// blockers refuses what stands in the way of directories of the plan.
func (w *writer) blockers() {
	if len(w.tree.seen) == 1 { // all belong into the output directory itself
		return
	}
	said := map[string]bool{}
	for i := range w.plan.Files {
		name := w.plan.Files[i].Name
		if s := w.tree.seen[name]; s != nil && s.planned != nil {
			w.refuse(name, "is a file and a directory in the plan")
		}
		dir, _ := splitPath(name)
		in := w.tree.seen[dir]
		if in == nil || in.blocked == "" || said[in.blocked] {
			continue
		}
		said[in.blocked] = true
		w.refuse(in.blocked, "%s, and files of the plan belong below it", in.why)
	}
}

// plannedIn notes that the plan has a name in a directory, and the directory
// in the one above. folded is the folded form of the name.
func (w *writer) plannedIn(dir, base, folded string) {
	in := w.tree.look(dir)
	if in.planned == nil {
		in.planned = make(map[string]string, w.inDir[dir])
		if dir != "." {
			above, name := splitPath(dir)
			w.plannedIn(above, name, fold.String(name))
		}
	}
	if other, ok := in.planned[folded]; ok && other != base {
		w.refuse(path.Join(dir, base), sameToSome, dupcheck.QuoteAlways(other), "in the plan as well")
		return
	}
	in.planned[folded] = base
}

const sameToSome = "some file systems could not tell it from %s, which is %s"

// twins refuses files of the plan that some file systems would take for others
// that are there, because only upper and lower case differ, or the way in
// which accents are encoded.
func (w *writer) twins() {
	for dir, in := range w.tree.seen {
		for name := range in.entries {
			planned, ok := in.planned[fold.String(name)]
			if !ok || planned == name || w.goes(path.Join(dir, name)) {
				continue
			}
			w.refuse(path.Join(dir, planned), sameToSome, dupcheck.QuoteAlways(name), "there already")
		}
	}
}

// goes says whether a file is one of an earlier run that this run removes.
func (w *writer) goes(name string) bool {
	_, found := slices.BinarySearch(w.result.Pruned, name)
	return found
}
