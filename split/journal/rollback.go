package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// rollback puts a run back to where it began.
type rollback struct{ *Run }

// rollback puts everything back as it was. The journal may be there even if putting it
// there failed.
func (r rollback) rollback(cause error) error {
	done := "nothing was changed"
	if r.journaled {
		if err := r.putBack(); err != nil {
			return fmt.Errorf("%w; putting everything back failed as well (%w), so that %s: %s is kept, and the next run puts everything back",
				cause, err, r.inEffect(), r.shownHome(JournalName))
		}
		done = "every file was put back as it was"
	}
	if err := r.clear(); err != nil {
		return fmt.Errorf("%w; %s, but temporary files could not be removed (%w); the next run does it", cause, done, err)
	}
	return fmt.Errorf("%w; %s", cause, done)
}

// clear removes the journal, and then its files.
func (r rollback) clear() error {
	if err := r.remove(JournalName); err != nil {
		return err
	}
	return r.sweep()
}

// remove removes a journal if it exists.
func (r rollback) remove(name string) error {
	if _, err := r.home.Perm(name); IsMissing(err) {
		return nil
	}
	return r.inHome("remove", name, func() error { return r.home.Remove(name) })
}

// sweep removes .kuniq-tmp, and the files in it that bear numbers of ours.
func (r rollback) sweep() error {
	r.closeTemp()
	err := r.emptyTemp()
	if IsMissing(err) {
		return nil
	}
	if err != nil {
		return failed(r.shownHome(TempName), err)
	}
	return r.inHome("rmdir", TempName, func() error { return r.home.Rmdir(TempName) })
}

func (r rollback) emptyTemp() error {
	temp, err := r.home.Sub(TempName)
	if err != nil {
		return err
	}
	defer temp.Close()
	entries, err := temp.List()
	if err != nil {
		return err
	}
	for name, typ := range entries {
		if !isNumber(name) || !typ.IsRegular() {
			continue // Removing the directory fails then.
		}
		if err := r.options.step("sweep", name); err != nil {
			return err
		}
		if err := temp.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// putBack reverts the changes that are in effect, the last one first. But that of
// Options.Last comes at the end: it says which files are ours.
func (r rollback) putBack() error {
	defer r.Tree.Forget()
	r.Tree.Forget()
	var last *Change
	for i := range slices.Backward(r.changes) {
		if c := &r.changes[i]; c.Path == r.options.Last {
			last = c
		} else if err := r.revert(c); err != nil {
			return r.Failed(c.Path, err)
		}
	}
	for _, dir := range slices.Backward(r.made) {
		if err := r.unmake(dir); err != nil {
			return r.Failed(dir, err)
		}
	}
	if last != nil {
		if err := r.revert(last); err != nil {
			return r.Failed(last.Path, err)
		}
	}
	if r.options.Undone != nil {
		return r.options.Undone()
	}
	return nil
}

// revert reverts one change. A file that was replaced is back in one step.
func (r rollback) revert(c *Change) error {
	if !c.made {
		return nil
	}
	var err error
	if c.isNew() {
		err = r.Step("take back", c.Path, Folder.Remove)
	} else {
		if err := commit(r).makeDir(path.Dir(c.Path)); err != nil {
			return err
		}
		rename := Folder.Rename
		if c.IsDelete() {
			rename = Folder.RenameNew // A file that has come in its place stays.
		}
		err = r.Step("put back", c.Path, func(in Folder, base string) error {
			return move(r.temp, c.oldName(), in, base, rename)
		})
	}
	c.made = err != nil
	return err
}

// unmake removes a directory that we made, unless it is in use already.
func (r rollback) unmake(dir string) error {
	r.Tree.Forget() // Some systems keep a directory that is open.
	err := r.Step("unmake", dir, Folder.Rmdir)
	if errors.Is(err, fs.ErrExist) || IsMissing(err) {
		return nil
	}
	return err
}

// mostNamed is how many files a message names.
const mostNamed = 10

// inEffect says which changes could not be put back, and where the old bytes
// are.
func (r rollback) inEffect() string {
	var said []string
	for i := range r.changes {
		c := &r.changes[i]
		if !c.made {
			continue
		}
		name, where := dupcheck.Quote(c.Path), r.shownHome(fmt.Sprint(TempName, "/", c.oldName()))
		switch {
		case c.IsDelete():
			said = append(said, fmt.Sprintf("%s is in %s", name, where))
		case c.replaces():
			said = append(said, fmt.Sprintf("%s is new and was %s", name, where))
		default:
			said = append(said, fmt.Sprintf("%s is new", name))
		}
	}
	switch more := len(said) - mostNamed; {
	case len(said) == 0:
		return "every file is as it was"
	case more > 0:
		said = append(said[:mostNamed], fmt.Sprintf("and %d more that the journal names", more))
	}
	return strings.Join(said, ", ")
}
