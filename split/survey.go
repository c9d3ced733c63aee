package split

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/internal/fold"
)

// change is what happens to one file.
type change struct {
	path  string
	parts [][]byte // the new bytes, if this run has them
	file  *File    // of the plan; nil if it goes, and for the index
	// new and old are the digests after and before; zero if there is no file.
	new, old digest
	// temp and backup are the numbers of the new and the old file in
	// .kuniq-tmp.
	temp, backup int
	mode         fs.FileMode // the permission bits, or 0 for what the umask allows
}

// survey compares the plan with the directory: what is to be done, and what
// speaks against it.
func (w *writer) survey(ctx context.Context) error {
	if err := w.readIndex(); err != nil {
		return err
	}
	files := w.sorted()
	digests := digestsOf(ctx, files)
	folded := make([]string, len(files)) // without the directory
	share(ctx, len(files), func(_, i int) { folded[i] = fold.String(path.Base(files[i].Name)) })
	w.inDir = map[string]int{}
	for _, f := range files {
		dir, _ := splitPath(f.Name)
		w.inDir[dir]++
	}
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.target(f, digests[i], folded[i])
	}
	for _, name := range w.stale() {
		w.leftOver(name)
	}
	slices.Sort(w.result.Pruned)
	w.twins()
	w.blockers()
	w.temporaries()
	w.tree.forget()
	if w.newIndex || len(w.changes) > 0 {
		w.addIndex()
	}
	for _, names := range [][]string{w.result.Written, w.result.Unchanged, w.result.Kept, w.result.Stale} {
		slices.Sort(names)
	}
	slices.SortFunc(w.refusals, func(a, b Refusal) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), strings.Compare(a.Reason, b.Reason))
	})
	return nil
}

// readIndex reads which files earlier runs wrote.
func (w *writer) readIndex() error {
	root := w.tree.look(".")
	if root.blocked != "" {
		return fmt.Errorf("%s: %s", w.shown("."), root.why)
	}
	w.index = map[string]owned{}
	typ, there := root.entries[indexName]
	if !there {
		return nil
	}
	if !typ.IsRegular() {
		return fmt.Errorf("%s: %s", w.shown(indexName), whatIs(typ))
	}
	text, err := readIndex(w.top)
	if err != nil {
		return w.failed(indexName, err)
	}
	w.oldIndex = digestOf([][]byte{[]byte(text)})
	w.index, err = parseIndex(text)
	return w.failed(indexName, err)
}

// sorted returns the files of the plan, directory by directory, without those
// whose names are not allowed.
func (w *writer) sorted() []*File {
	files := make([]*File, 0, len(w.plan.Files))
	bad := make([]string, len(w.plan.Files))
	share(context.Background(), len(bad), func(_, i int) { bad[i] = w.badFile(w.plan.Files[i].Name) })
	for i := range w.plan.Files {
		f := &w.plan.Files[i]
		if bad[i] != "" {
			w.refuse(f.Name, "%s", bad[i])
			continue
		}
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *File) int { return comparePaths(a.Name, b.Name) })
	return slices.CompactFunc(files, func(a, b *File) bool {
		if a.Name == b.Name {
			w.refuse(a.Name, "is in the plan twice")
		}
		return a.Name == b.Name
	})
}

// badFile says why a file of a name may not be written.
func (w *writer) badFile(name string) string {
	if _, known := w.index[name]; !known { // The index has only good ones.
		if why := badPath(name); why != "" {
			return why
		}
	}
	if !w.options.isManifest(name) {
		return "has another extension than manifests have"
	}
	return ""
}

// target decides about a file of the plan, whose digest and folded name are known.
func (w *writer) target(f *File, want digest, folded string) {
	dir, base := splitPath(f.Name)
	in := w.tree.look(dir)
	w.plannedIn(dir, base, folded)
	entry, mine := w.index[f.Name]
	if mine {
		entry.inPlan = true
		w.index[f.Name] = entry
	}
	typ, there := in.entries[base]
	switch {
	case in.blocked != "":
		return // blockers says so once.
	case there && !typ.IsRegular():
		w.refuse(f.Name, "%s", whatIs(typ))
		return
	}
	c := change{path: f.Name, parts: f.Parts, file: f, new: want}
	if there && !w.replaces(&c, mine, entry.digest) {
		return
	}
	if w.changes == nil { // Most runs change all files or none.
		w.changes = make([]change, 0, len(w.plan.Files)+1)
		w.result.Written = make([]string, 0, len(w.plan.Files))
	}
	w.changes = append(w.changes, c)
	w.result.Written = append(w.result.Written, f.Name)
	w.newIndex = true // which has it from the changes
	if mine {
		entry.replaced = true
		w.index[f.Name] = entry
	}
}

// replaces says whether a file that is there has to be replaced, and refuses
// to if it is not ours as it is.
func (w *writer) replaces(c *change, mine bool, written digest) bool {
	limit := int64(noLimit)
	if !mine {
		limit = int64(c.file.Size()) // Only equal bytes are of interest.
	}
	dir, base := splitPath(c.path)
	in, err := w.tree.folder(dir)
	if err == nil {
		c.old, err = hash(in, base, limit, w.buffer)
	}
	switch {
	case err != nil:
		w.refuse(c.path, "cannot be read: %v", reason(err))
	case c.old == c.new:
		w.result.Unchanged = append(w.result.Unchanged, c.path)
		if mine && written != c.new {
			w.own(c.path, c.new)
		}
	case !mine:
		w.refuse(c.path, "is there already, differs, and was not written by kuniq")
	case c.old != written:
		w.refuse(c.path, "was changed since kuniq wrote it")
	default:
		return true
	}
	return false
}

// own notes in the index to come that a file is ours.
func (w *writer) own(name string, d digest) {
	w.index[name] = owned{digest: d, inPlan: true}
	w.newIndex = true
}

// disown drops a file from the index to come.
func (w *writer) disown(name string) {
	delete(w.index, name)
	w.newIndex = true
}

// stale returns the files of earlier runs that are not in the plan.
func (w *writer) stale() []string {
	var names []string
	for name, entry := range w.index {
		if !entry.inPlan {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, comparePaths)
	return names
}

// leftOver decides about a file of an earlier run that is not in the plan.
func (w *writer) leftOver(name string) {
	dir, base := splitPath(name)
	typ, there := w.tree.look(dir).entries[base]
	written := w.index[name].digest
	switch {
	case !there:
		if w.options.Prune {
			w.disown(name)
		}
	case !w.holdsStill(name, typ, written):
		w.result.Kept = append(w.result.Kept, name)
		if w.options.Prune {
			w.disown(name)
		}
	case w.options.Prune:
		w.changes = append(w.changes, change{path: name, old: written})
		w.result.Pruned = append(w.result.Pruned, name)
		w.disown(name)
	default:
		w.result.Stale = append(w.result.Stale, name)
	}
}

// holdsStill says whether a file is as kuniq wrote it, so that it may go.
func (w *writer) holdsStill(name string, typ fs.FileMode, written digest) bool {
	if !typ.IsRegular() || !w.options.isManifest(name) {
		return false
	}
	dir, base := splitPath(name)
	in, err := w.tree.folder(dir)
	if err != nil {
		return false
	}
	found, err := hash(in, base, noLimit, w.buffer)
	return err == nil && found == written
}

// addIndex makes the new index the last change. What goes comes first: on some
// file systems a file that goes may stand where a new one comes.
func (w *writer) addIndex() {
	slices.SortFunc(w.changes, func(a, b change) int {
		switch {
		case a.goes() && !b.goes():
			return -1
		case b.goes() && !a.goes():
			return 1
		}
		return comparePaths(a.path, b.path)
	})
	if !w.newIndex {
		return
	}
	text := [][]byte{formatIndex(w.index, w.changes)}
	w.changes = append(w.changes, change{path: indexName, parts: text, new: digestOf(text), old: w.oldIndex})
}

// place is the path of a file as positions have it.
func (w *writer) place(name string) string {
	called := w.called
	if called == "" {
		called = filepath.ToSlash(w.root.Name())
	}
	return path.Join(called, name)
}
