package journal

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Fill writes new files to a directory that no other program knows, and makes sure that
// they exist. It renames nothing. The file of Options.Last is the journal: it is written
// first, and Clear reverts the run, also after an error.
func (r *Run) Fill(ctx context.Context, changes []Change) error {
	r.begin(changes, 1)
	defer r.Tree.Forget()
	step := func(c *Change) error {
		err := commit{r}.makeDir(path.Dir(c.Path))
		if err == nil {
			err = r.options.step("write", c.Path)
		}
		return err
	}
	last := max(len(changes)-1, 0)
	err := r.each(ctx, changes[last:], step, (*worker).put)
	if err == nil {
		err = r.each(ctx, changes[:last], step, (*worker).put)
	}
	return err
}

// Clear empties a directory that may have some files of names, and their directories. If
// there is anything else, it removes nothing and returns an error.
func (r *Run) Clear(names []string) error {
	isDir := map[string]bool{} // by the names that are ours
	changes := make([]Change, len(names))
	for i, name := range names {
		changes[i].Path, isDir[name] = name, false
	}
	r.begin(changes, 0)
	for _, dir := range append(r.above((*Change).isNew), ".") {
		isDir[dir] = true
	}
	if err := r.onlyOurs(".", isDir); err != nil {
		return err
	}
	for i := range changes {
		dir, base := SplitPath(changes[i].Path)
		_, changes[i].made = r.Tree.Look(dir).Entries[base]
	}
	return rollback{r}.putBack()
}

// onlyOurs makes sure that a directory has only our files, and records the directories in
// it.
func (r *Run) onlyOurs(dir string, isDir map[string]bool) error {
	in := r.Tree.Look(dir)
	if in.Blocked != "" {
		return fmt.Errorf("%s %s, and not from kuniq; move it away", dupcheck.Quote(r.Place(in.Blocked)), in.Why)
	}
	for _, base := range slices.Sorted(maps.Keys(in.Entries)) {
		name, typ := path.Join(dir, base), in.Entries[base]
		directory, ours := isDir[name]
		if !ours || !typ.IsRegular() && !typ.IsDir() || directory != typ.IsDir() {
			return fmt.Errorf("%s is in the way, and not from kuniq; move it away", dupcheck.Quote(r.Place(name)))
		}
		if directory {
			r.made = append(r.made, name)
			if err := r.onlyOurs(name, isDir); err != nil {
				return err
			}
		}
	}
	return nil
}
