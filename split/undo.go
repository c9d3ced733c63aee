package split

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// discard goes back to where nothing has happened.
func (w *writer) discard(cause error) error {
	if err := w.clear(); err != nil {
		return fmt.Errorf("%w; nothing was changed, but temporary files could not be removed (%w); the next run does it", cause, err)
	}
	var refused *RefusedError
	if errors.As(cause, &refused) {
		return cause
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

// clear removes the journal, which may be there even if putting it there
// failed, and then what it spoke of.
func (w *writer) clear() error {
	if w.promised {
		if err := w.removeJournal(); err != nil && !isMissing(err) {
			return err
		}
	}
	return w.sweep()
}

// removeJournal ends the state in which a run has to be completed.
func (w *writer) removeJournal() error {
	err := w.step("remove", journalName)
	if err == nil {
		err = w.top.remove(journalName)
	}
	return w.failed(journalName, err)
}

// sweep removes .kuniq-tmp, and the files in it that bear numbers of ours.
func (w *writer) sweep() error {
	if w.temp != nil {
		w.temp.close()
		w.temp = nil
	}
	err := w.emptyTemp()
	if isMissing(err) {
		return nil
	}
	if err == nil {
		err = w.step("rmdir", tempName)
	}
	if err == nil {
		err = w.top.rmdir(tempName)
	}
	return w.failed(tempName, err)
}

func (w *writer) emptyTemp() error {
	temp, err := w.top.sub(tempName)
	if err != nil {
		return err
	}
	defer temp.close()
	entries, err := temp.list()
	if err != nil {
		return err
	}
	for name, typ := range entries {
		if _, ok := parseNumber(name); !ok || !typ.IsRegular() {
			continue // Removing the directory fails then.
		}
		if err := w.step("sweep", name); err != nil {
			return err
		}
		if err := temp.remove(name); err != nil {
			return err
		}
	}
	return nil
}

// undo puts everything back as it was before the journal.
func (w *writer) undo(cause error) error {
	defer w.tree.forget()
	if err := w.putBack(); err != nil {
		return fmt.Errorf("%w; putting everything back failed as well (%w), so that %s: %s is kept, and the next run completes the change",
			cause, err, w.inEffect(), w.shown(journalName))
	}
	if err := w.clear(); err != nil {
		return fmt.Errorf("%w; every file was put back as it was, but cleaning up failed (%w); the next run completes the change or cleans up",
			cause, err)
	}
	return fmt.Errorf("%w; every file was put back as it was", cause)
}

// putBack reverts the changes that are in effect, the last one first.
func (w *writer) putBack() error {
	w.tree.forget()
	for _, dir := range slices.Backward(w.removed) {
		in, err := w.tree.folder(path.Dir(dir))
		if err == nil {
			err = in.mkdir(path.Base(dir), dirPerm)
		}
		if err != nil {
			return w.failed(dir, err)
		}
	}
	for w.applied > 0 {
		c := &w.changes[w.applied-1]
		if err := w.revert(c); err != nil {
			return w.failed(c.path, err)
		}
		w.applied--
	}
	for _, dir := range slices.Backward(w.made) {
		if err := w.unmake(dir); err != nil {
			return w.failed(dir, err)
		}
	}
	return nil
}

// revert reverts one change. The new bytes are in .kuniq-tmp again before the
// old ones come back, so that the journal can be completed at any moment.
func (w *writer) revert(c *change) error {
	dir, base := splitPath(c.path)
	in, err := w.tree.folder(dir)
	if err != nil {
		return err
	}
	if !c.goes() {
		if err := w.takeBack(in, base, c); err != nil {
			return err
		}
	}
	if c.old == (digest{}) {
		return nil
	}
	if err := w.step("put back", c.path); err != nil {
		return err
	}
	return w.temp.rename(strconv.Itoa(c.backup), in, base)
}

// takeBack moves a new file back to .kuniq-tmp. One that replaced another stays
// in its place as well, if the file system has links, until that one is back:
// at no moment a file is missing that was there before and will be.
func (w *writer) takeBack(in folder, base string, c *change) error {
	if err := w.step("take back", c.path); err != nil {
		return err
	}
	if c.replaces() && w.step("link back", c.path) == nil && in.link(base, w.temp, strconv.Itoa(c.temp)) == nil {
		return nil
	}
	return in.rename(base, w.temp, strconv.Itoa(c.temp))
}

// unmake removes a directory that we made, unless it is in use already.
func (w *writer) unmake(dir string) error {
	w.tree.forget()
	in, err := w.tree.folder(path.Dir(dir))
	if err == nil {
		err = w.step("unmake", dir)
	}
	if err == nil {
		err = in.rmdir(path.Base(dir))
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// mostNamed is how many files a message names.
const mostNamed = 10

// inEffect says which changes could not be put back, and where the old bytes
// are.
func (w *writer) inEffect() string {
	var b strings.Builder
	for i, c := range w.changes[:w.applied] {
		if i == mostNamed {
			fmt.Fprintf(&b, ", and %d more that the journal names", w.applied-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		switch where := w.shown(fmt.Sprint(tempName, "/", c.backup)); {
		case c.goes():
			fmt.Fprintf(&b, "%s is in %s", dupcheck.Quote(c.path), where)
		case c.replaces():
			fmt.Fprintf(&b, "%s is new and was %s", dupcheck.Quote(c.path), where)
		default:
			fmt.Fprintf(&b, "%s is new", dupcheck.Quote(c.path))
		}
	}
	if w.applied == 0 {
		return "only directories are new"
	}
	return b.String()
}
