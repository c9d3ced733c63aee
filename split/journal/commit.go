package journal

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// filePerm and DirPerm are the permission bits of new files and directories, before
// the umask.
const (
	filePerm = 0o666
	DirPerm  = 0o777
)

// commit brings the changes of a run into effect.
type commit struct{ *Run }

// commit makes all changes, and reads all files back.
func (r commit) commit() error {
	defer r.Tree.Forget()
	for i := range r.changes {
		c := &r.changes[i]
		if err := r.apply(c); err != nil {
			return r.Failed(c.Path, err)
		}
		c.made = true
		r.pass(c)
	}
	step := func(c *Change) error {
		if c.IsDelete() {
			return nil
		}
		return r.options.step("verify", c.Path)
	}
	if err := r.each(context.Background(), r.changes, step, (*worker).verify); err != nil {
		return err
	}
	return r.end()
}

// end finishes a run once all files are in their final state.
func (r commit) end() error {
	r.removeEmpty()
	if r.options.Finish != nil {
		if err := r.options.Finish(); err != nil {
			return err
		}
	}
	if !r.options.Keep {
		return rollback(r).remove(JournalName)
	}
	return r.inHome("keep", JournalName, func() error { return r.home.Rename(JournalName, r.home, KeptName) })
}

// apply brings one change about. It happens wholly or not at all.
func (r commit) apply(c *Change) error {
	op := "prune"
	if !c.IsDelete() {
		op = "write"
		if err := r.makeDir(path.Dir(c.Path)); err != nil {
			return err
		}
	}
	return r.Step(op, c.Path, func(in Folder, base string) error {
		if r.options.Careful {
			if err := r.asBefore(c); err != nil {
				return err
			}
		}
		switch {
		case c.IsDelete():
			return move(in, base, r.temp, c.oldName(), Folder.Rename)
		case c.isNew():
			return move(r.temp, c.newName(), in, base, Folder.RenameNew)
		}
		return move(r.temp, c.newName(), in, base, Folder.Rename)
	})
}

// asBefore makes sure that a file is unchanged.
func (r commit) asBefore(c *Change) error {
	found, err := r.Tree.Hash(c.Path, NoLimit, r.Buffer)
	switch {
	case IsMissing(err) && c.isNew():
		return nil
	case err == nil && found != c.Old || IsMissing(err):
		return &ConflictError{[]string{c.Path}, "was changed since the run began"}
	}
	return err
}

// move renames a file. To another device it is copied, first under the name of a
// temporary file, which replaces one that a killed run left.
func move(in Folder, name string, to Folder, newName string, rename func(Folder, string, Folder, string) error) error {
	err := rename(in, name, to, newName)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	mode, err := in.Perm(name)
	if err != nil {
		return err
	}
	part := OwnPrefix + "part"
	if err := to.Remove(part); err != nil && !IsMissing(err) {
		return err
	}
	if err = copyFile(in, name, mode, to, part); err == nil {
		err = rename(to, part, to, newName)
	}
	if err != nil {
		_ = to.Remove(part)
		return err
	}
	return in.Remove(name)
}

// makeDir makes a directory and those above it, if they are missing.
func (r commit) makeDir(dir string) error {
	if r.Tree.Look(dir).Entries != nil {
		return nil
	}
	if err := r.makeDir(path.Dir(dir)); err != nil {
		return err
	}
	if err := r.Step("mkdir", dir, MakeIn); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	r.Tree.seen[dir] = &Seen{Entries: map[string]fs.FileMode{}}
	return nil
}

// removeEmpty removes the directories that are empty now that files are removed
// from them. One that cannot be removed stays: it does no harm.
func (r commit) removeEmpty() {
	for _, dir := range r.above((*Change).IsDelete) {
		r.Tree.Forget() // Some systems keep a directory that is open.
		if r.Step("rmdir", dir, Folder.Rmdir) == nil {
			delete(r.Tree.seen, dir)
		}
	}
}

// above returns the directories of some of the changes, each before those above it.
func (r *Run) above(of func(*Change) bool) (dirs []string) {
	for i := range r.changes {
		if c := &r.changes[i]; of(c) {
			for dir := path.Dir(c.Path); dir != "."; dir = path.Dir(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	slices.SortFunc(dirs, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(dirs)
}
