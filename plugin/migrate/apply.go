package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// ConflictError says that files are neither what a run found nor what it
// wrote: they were changed meanwhile. Nothing was touched.
type ConflictError struct {
	// Paths are relative to the top of the work tree.
	Paths []string
}

// Error names the first few of them.
func (e *ConflictError) Error() string {
	const most = 5
	var names []string
	for _, p := range e.Paths[:min(most, len(e.Paths))] {
		names = append(names, dupcheck.Quote(p))
	}
	text := "changed since the migration began: " + strings.Join(names, ", ")
	if more := len(e.Paths) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// applier changes the files of a journal, forwards or backwards.
type applier struct {
	repo    *Repository
	store   *store
	state   string
	journal *journal
	// fault lets tests break in before each step.
	fault    func(op, path string) error
	progress func(done, total int)
	done     int
}

// phases are the order of the changes: at any moment every object is in some
// file.
type phase func(s step) bool

var (
	creating phase = func(s step) bool { return s.Old == "" }
	editing  phase = func(s step) bool { return s.Old != "" && s.New != "" }
	removing phase = func(s step) bool { return s.New == "" }
)

// forward does what is not done yet.
func (a *applier) forward() error {
	if err := a.check(); err != nil {
		return err
	}
	if err := a.makeFolders(); err != nil {
		return err
	}
	for _, ph := range []phase{creating, editing, removing} {
		for i, s := range a.journal.Steps {
			if !ph(s) {
				continue
			}
			if err := a.step("apply", i, s.Path, s.Old, s.New, "new"); err != nil {
				return err
			}
		}
	}
	if err := a.cleanUp(); err != nil {
		return err
	}
	return a.expect(func(s step) string { return s.New })
}

// backward undoes what is done.
func (a *applier) backward() error {
	if err := a.check(); err != nil {
		return err
	}
	for _, ph := range []phase{removing, editing, creating} {
		for i, s := range a.journal.Steps {
			if !ph(s) {
				continue
			}
			if err := a.step("undo", i, s.Path, s.New, s.Old, "old"); err != nil {
				return err
			}
		}
	}
	if err := a.cleanUp(); err != nil {
		return err
	}
	for i := len(a.journal.Folders) - 1; i >= 0; i-- {
		// There may be new files in it, and then it stays.
		_ = a.repo.root.Remove(filepath.FromSlash(a.journal.Folders[i]))
	}
	return a.expect(func(s step) string { return s.Old })
}

// check makes sure that every file is one of the two that the journal knows.
func (a *applier) check() error {
	var conflict ConflictError
	for _, s := range a.journal.Steps {
		now, err := a.hash(s.Path)
		if err != nil {
			return err
		}
		if now != s.Old && now != s.New {
			conflict.Paths = append(conflict.Paths, s.Path)
		}
	}
	if len(conflict.Paths) > 0 {
		return &conflict
	}
	return nil
}

// expect makes sure that every file is what it should be, by reading it.
func (a *applier) expect(want func(step) string) error {
	for _, s := range a.journal.Steps {
		now, err := a.hash(s.Path)
		if err != nil {
			return err
		}
		if now != want(s) {
			return fmt.Errorf("%s does not have the bytes that were written", dupcheck.Quote(s.Path))
		}
	}
	return nil
}

// hash returns the hash of a file, or "" if there is none.
func (a *applier) hash(p string) (string, error) {
	a.repo.folders = map[string]bool{} // what was a directory may be a link now
	data, _, err := a.repo.readFile(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("%s: %w", dupcheck.Quote(p), systemReason(err))
	}
	return hashOf(data), nil
}

func (a *applier) makeFolders() error {
	for _, dir := range a.journal.Folders {
		if err := a.repo.root.Mkdir(filepath.FromSlash(dir), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w", dupcheck.Quote(dir), systemReason(err))
		}
	}
	return nil
}

// step takes one file from one state to another, if it is not there yet.
func (a *applier) step(op string, i int, p, from, to, which string) error {
	if a.fault != nil {
		if err := a.fault(op, p); err != nil {
			return err
		}
	}
	if a.done++; a.progress != nil {
		a.progress(a.done, len(a.journal.Steps))
	}
	now, err := a.hash(p)
	switch {
	case err != nil:
		return err
	case now == to:
		return nil
	case now != from:
		return &ConflictError{[]string{p}}
	case to == "":
		err = a.repo.root.Remove(filepath.FromSlash(p))
	default:
		err = a.put(i, which, from == "")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", dupcheck.Quote(p), systemReason(err))
	}
	return nil
}

// put writes the bytes of a step beside the file and then into its place. A
// new file never takes the place of another.
func (a *applier) put(i int, which string, fresh bool) error {
	data, err := a.store.bytes(a.state, which, i)
	if err != nil {
		return err
	}
	temporary := filepath.FromSlash(a.journal.temporary(i))
	if err := a.repo.root.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := a.writeNew(temporary, data, a.journal.Steps[i].Mode); err != nil {
		return err
	}
	target := filepath.FromSlash(a.journal.Steps[i].Path)
	if !fresh {
		return a.repo.root.Rename(temporary, target)
	}
	switch err := a.repo.root.Link(temporary, target); {
	case err == nil:
		return a.repo.root.Remove(temporary)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// No hard links in this file system. That nothing is there was checked
	// a moment ago.
	return a.repo.root.Rename(temporary, target)
}

func (a *applier) writeNew(name string, data []byte, mode fs.FileMode) error {
	f, err := a.repo.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Chmod(mode.Perm()); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// cleanUp removes what a killed run left beside the files.
func (a *applier) cleanUp() error {
	for i := range a.journal.Steps {
		name := a.journal.temporary(i)
		if err := a.repo.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", dupcheck.Quote(path.Base(name)), systemReason(err))
		}
	}
	return nil
}
