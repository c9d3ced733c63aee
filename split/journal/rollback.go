package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// rollback puts a run back to where it began.
type rollback struct{ *Run }

// discard goes back to where nothing has happened.
func (r rollback) discard(cause error) error {
	if err := r.clear(); err != nil {
		return fmt.Errorf("%w; nothing was changed, but temporary files could not be removed (%w); the next run does it", cause, err)
	}
	if checked, ok := cause.(checkError); ok {
		return checked.error
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

// clear removes the journal, which may be there even if putting it there
// failed, and then what it spoke of.
func (r rollback) clear() error {
	if r.journaled {
		if err := r.removeJournal(); err != nil && !IsMissing(err) {
			return err
		}
	}
	return r.sweep()
}

// removeJournal ends the state in which a run has to be completed.
func (r rollback) removeJournal() error {
	err := r.options.step("remove", JournalName)
	if err == nil {
		err = r.home.Remove(JournalName)
	}
	return r.failedHome(JournalName, err)
}

// sweep removes .kuniq-tmp, and the files in it that bear numbers of ours.
func (r *Run) sweep() error {
	r.closeTemp()
	err := rollback{r}.emptyTemp()
	if IsMissing(err) {
		return nil
	}
	if err == nil {
		err = r.options.step("rmdir", TempName)
	}
	if err == nil {
		err = r.home.Rmdir(TempName)
	}
	return r.failedHome(TempName, err)
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
		if _, ok := parseNumber(name); !ok || !typ.IsRegular() {
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

// rollback puts everything back as it was before the journal.
func (r rollback) rollback(cause error) error {
	defer r.Tree.Forget()
	if err := r.putBack(); err != nil {
		return fmt.Errorf("%w; putting everything back failed as well (%w), so that %s: %s is kept, and the next run completes the change",
			cause, err, r.inEffect(), r.shownHome(JournalName))
	}
	if err := r.clear(); err != nil {
		return fmt.Errorf("%w; every file was put back as it was, but cleaning up failed (%w); the next run completes the change or cleans up",
			cause, err)
	}
	return fmt.Errorf("%w; every file was put back as it was", cause)
}

// putBack reverts the changes that are in effect, the last one first.
func (r rollback) putBack() error {
	r.Tree.Forget()
	for _, dir := range slices.Backward(r.removed) {
		if err := r.Step("make back", dir, MakeIn); err != nil {
			return r.Failed(dir, err)
		}
	}
	for r.applied > 0 {
		c := &r.changes[r.applied-1]
		if err := r.revert(c); err != nil {
			return r.Failed(c.Path, err)
		}
		r.applied--
	}
	for _, dir := range slices.Backward(r.made) {
		if err := r.unmake(dir); err != nil {
			return r.Failed(dir, err)
		}
	}
	return nil
}

// revert reverts one change. The new bytes are in .kuniq-tmp again before the
// old ones come back, so that the journal can be completed at any moment.
func (r rollback) revert(c *Change) error {
	if !c.IsDelete() {
		if err := r.takeBack(c); err != nil {
			return err
		}
	}
	if c.isNew() {
		return nil
	}
	return r.Step("put back", c.Path, func(in Folder, base string) error {
		return move(r.temp, strconv.Itoa(c.backup), in, base, Folder.Rename)
	})
}

// takeBack moves a new file back to .kuniq-tmp. One that replaced another stays
// in its place as well, if the file system has links, until that one is back:
// at no moment a file is missing that was there before and will be.
func (r rollback) takeBack(c *Change) error {
	return r.Step("take back", c.Path, func(in Folder, base string) error {
		if c.replaces() && r.options.step("link back", c.Path) == nil && in.Link(base, r.temp, strconv.Itoa(c.temp)) == nil {
			return nil
		}
		return move(in, base, r.temp, strconv.Itoa(c.temp), Folder.Rename)
	})
}

// unmake removes a directory that we made, unless it is in use already.
func (r rollback) unmake(dir string) error {
	r.Tree.Forget()
	err := r.Step("unmake", dir, Folder.Rmdir)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// mostNamed is how many files a message names.
const mostNamed = 10

// inEffect says which changes could not be put back, and where the old bytes
// are.
func (r rollback) inEffect() string {
	var b strings.Builder
	for i, c := range r.changes[:r.applied] {
		if i == mostNamed {
			fmt.Fprintf(&b, ", and %d more that the journal names", r.applied-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		switch where := r.shownHome(fmt.Sprint(TempName, "/", c.backup)); {
		case c.IsDelete():
			fmt.Fprintf(&b, "%s is in %s", dupcheck.Quote(c.Path), where)
		case c.replaces():
			fmt.Fprintf(&b, "%s is new and was %s", dupcheck.Quote(c.Path), where)
		default:
			fmt.Fprintf(&b, "%s is new", dupcheck.Quote(c.Path))
		}
	}
	if r.applied == 0 {
		return "only directories are new"
	}
	return b.String()
}
