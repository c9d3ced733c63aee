package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// ConflictError says that files are in neither the state before a run nor the state after
// it: they were changed meanwhile. None of them was touched.
type ConflictError struct {
	// Paths are below the directory.
	Paths []string

	text string
}

// Error says what happened to them.
func (e *ConflictError) Error() string { return e.text }

// Undo restores everything that a run has changed, which was interrupted or kept its
// journal, and returns the number of files. It changes nothing unless every file is in a
// state in which that run may have left it: an untrusted pull request may also have
// brought the journal.
func (r *Run) Undo(j *Journal) (files int, err error) {
	if r.temp, err = r.home.Sub(TempName); err != nil && !IsMissing(err) {
		return 0, failed(r.shownHome(TempName), err)
	}
	r.begin(j.Changes, 0)
	r.made = j.dirs
	files, err = undo{r}.survey()
	if err == nil && j.Kept { // From here on it is one that was interrupted.
		err = r.inHome("reopen", KeptName, func() error { return r.home.Rename(KeptName, r.home, JournalName) })
	}
	if err == nil {
		err = rollback{r}.putBack()
	}
	r.Tree.Forget()
	r.homeTree.Forget()
	if err != nil {
		return 0, fmt.Errorf("%s: an earlier run was interrupted, and putting everything back failed: %w", r.shownHome(JournalName), err)
	}
	r.Tree, *r.homeTree = newTree(r.Top), newTree(r.home)
	return files, rollback{r}.clear()
}

// Promised returns the intended content of the file of Options.Last, whether it is in
// place or not. The error is fs.ErrNotExist if it is nowhere.
func (r *Run) Promised(j *Journal) ([]byte, error) {
	c := &j.Changes[len(j.Changes)-1]
	if text, err := ReadText(r.Top, c.Path); err == nil && DigestOf([][]byte{text}) == c.New {
		return text, nil
	}
	temp, err := r.home.Sub(TempName)
	if err != nil {
		return nil, err
	}
	defer temp.Close()
	text, err := ReadText(temp, c.newName())
	if err == nil && DigestOf([][]byte{text}) != c.New {
		err = fs.ErrNotExist
	}
	return text, err
}

// undo finds out what an interrupted run has done.
type undo struct{ *Run }

// survey finds the changes that are in effect, and their number. The error names every
// file that is in neither its old nor its new state, that Options.Owned does not call
// ours, or whose old bytes are missing.
func (r undo) survey() (made int, err error) {
	var problems, conflicts []string
	for i := range r.changes {
		c := &r.changes[i]
		c.made, err = r.isMade(c)
		if c.made {
			made++
		}
		if errors.Is(err, errNeither) {
			conflicts = append(conflicts, c.Path)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("\n  %s %v", dupcheck.Quote(c.Path), err))
		}
	}
	if problems == nil {
		return made, nil
	}
	text := fmt.Sprintf("nothing was changed:%s\nPut these files back, or remove %s and %s to leave everything as it is now",
		strings.Join(problems, ""), r.shownHome(JournalName), r.shownHome(TempName))
	if conflicts == nil {
		return 0, errors.New(text)
	}
	return 0, &ConflictError{conflicts, text}
}

var (
	errNeither = errors.New("is neither as it was before that run nor as it is to become")
	errForeign = errors.New("was not written by kuniq, says the index")
)

// isMade says whether a change is in effect. If so it can be reverted.
func (r undo) isMade(c *Change) (bool, error) {
	dir, base := SplitPath(c.Path)
	in := r.Tree.Look(dir)
	if in.Blocked != "" {
		return false, fmt.Errorf("cannot be there: %s %s", dupcheck.Quote(in.Blocked), in.Why)
	}
	typ, there := in.Entries[base]
	if !there {
		if c.isNew() {
			return false, nil
		}
		return true, r.hasOld(c)
	}
	if !typ.IsRegular() {
		return false, errors.New(WhatIs(typ))
	}
	found, err := r.Tree.Hash(c.Path, NoLimit, r.Buffer)
	switch {
	case err != nil:
		return false, Reason(err)
	case found == c.Old:
		return false, nil
	case found == c.New && !r.owned(c):
		return false, errForeign
	case found == c.New && c.isNew():
		return true, nil
	case found == c.New:
		return true, r.hasOld(c)
	case c.IsDelete() && !r.options.Careful && r.hasOld(c) != nil:
		return false, nil // It was to be removed, was not, and is another one by now.
	}
	return false, errNeither
}

func (r undo) owned(c *Change) bool {
	return r.options.Owned == nil || c.Path == r.options.Last || r.options.Owned(c.Path, c.New)
}

// hasOld makes sure that the old bytes of a file exist.
func (r undo) hasOld(c *Change) error {
	name := c.oldName()
	missing := fmt.Errorf("cannot be put back: %s is not what it was", path.Join(TempName, name))
	typ, there := r.homeTree.Look(TempName).Entries[name]
	if !there || !typ.IsRegular() || r.temp == nil {
		return missing
	}
	if found, err := hash(r.temp, name, NoLimit, r.Buffer); err != nil || found != c.Old {
		return missing
	}
	return nil
}
