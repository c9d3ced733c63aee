package journal

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// ConflictError says that files are neither what a run found nor what it wrote:
// they were changed meanwhile. None of them was touched.
type ConflictError struct {
	// Paths are below the directory.
	Paths []string
}

// Error names the first few of them.
func (e *ConflictError) Error() string {
	const most = 5
	var names []string
	for _, p := range e.Paths[:min(most, len(e.Paths))] {
		names = append(names, dupcheck.Quote(p))
	}
	text := "changed since the run began: " + strings.Join(names, ", ")
	if more := len(e.Paths) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Complete does the rest of what the journal of an interrupted run says, if there is
// one. It changes nothing unless every file is as that run may have left it: the
// journal may also have been checked in by a stranger.
func (r *Run) Complete() (completed bool, err error) {
	changes, found, err := r.Read()
	if !found || err != nil {
		return false, err
	}
	if r.temp, err = r.home.Sub(TempName); err != nil && !IsMissing(err) {
		return false, r.failedHome(TempName, err)
	}
	r.begin(changes, 0)
	if err = (completion{r}).unfinished(); err == nil {
		err = commit{r}.commit()
	}
	r.Tree.Forget()
	r.homeTree.Forget()
	if err != nil {
		return false, fmt.Errorf("%s: an earlier run was interrupted, and completing it failed: %w", r.shownHome(JournalName), err)
	}
	r.Tree, *r.homeTree = newTree(r.Top), newTree(r.home)
	return true, r.sweep()
}

// completion finds out what is left to do of a run that was interrupted.
type completion struct{ *Run }

// unfinished finds out which changes are made already. The error names every file that
// is neither as it was nor as it is to become, or that Options.Owned does not call ours.
func (r completion) unfinished() error {
	var problems []string
	var conflict ConflictError
	for i := range r.changes {
		c := &r.changes[i]
		needed, err := r.isNeeded(c)
		if needed && err == nil && !c.IsDelete() {
			err = r.hasTemp(c)
		}
		if errors.Is(err, errNeither) {
			conflict.Paths = append(conflict.Paths, c.Path)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("\n  %s %v", dupcheck.Quote(c.Path), err))
		}
		c.made = !needed
	}
	if problems == nil {
		return nil
	}
	return &unfinishedError{conflict: conflict, text: fmt.Sprintf(
		"nothing was changed:%s\nPut these files back, or remove %s and %s to leave everything as it is now",
		strings.Join(problems, ""), r.shownHome(JournalName), r.shownHome(TempName))}
}

// unfinishedError says why a run cannot be completed.
type unfinishedError struct {
	conflict ConflictError
	text     string
}

func (e *unfinishedError) Error() string { return e.text }

// Unwrap returns a *ConflictError if files were changed.
func (e *unfinishedError) Unwrap() error {
	if len(e.conflict.Paths) == 0 {
		return nil
	}
	return &e.conflict
}

var (
	errNeither = errors.New("is neither as it was before that run nor as it is to become")
	errForeign = errors.New("was not written by kuniq, says the index")
)

// isNeeded says whether a change has not been made yet.
func (r completion) isNeeded(c *Change) (bool, error) {
	dir, base := SplitPath(c.Path)
	in := r.Tree.Look(dir)
	if in.Blocked != "" {
		return false, fmt.Errorf("cannot be there: %s %s", dupcheck.Quote(in.Blocked), in.Why)
	}
	typ, there := in.Entries[base]
	if !there {
		return !c.IsDelete(), nil
	}
	if !typ.IsRegular() {
		return false, errors.New(WhatIs(typ))
	}
	found, err := r.Tree.Hash(c.Path, NoLimit, r.Buffer)
	switch {
	case err != nil:
		return false, Reason(err)
	case found == c.New:
		return false, nil
	case found == c.Old && !r.owned(c):
		return false, errForeign
	case found == c.Old:
		return true, nil
	case c.IsDelete() && !r.options.Careful:
		// It has changed since, so it may not be removed, as in any run.
		return false, nil
	}
	return false, errNeither
}

func (r completion) owned(c *Change) bool {
	return r.options.Owned == nil || c.Path == r.options.Last || r.options.Owned(c.Path, c.Old)
}

// hasTemp makes sure that the new bytes of a file are there.
func (r completion) hasTemp(c *Change) error {
	name := strconv.Itoa(c.temp)
	missing := fmt.Errorf("cannot be written: %s is not what it was", path.Join(TempName, name))
	typ, there := r.homeTree.Look(TempName).Entries[name]
	if !there || !typ.IsRegular() || r.temp == nil {
		return missing
	}
	if found, err := hash(r.temp, name, NoLimit, r.Buffer); err != nil || found != c.New {
		return missing
	}
	return nil
}

// Expect makes sure that every file of some changes is as it was before them. The
// error is a *ConflictError with those that are not.
func (r *Run) Expect(changes []Change) error {
	defer r.Tree.Forget()
	var conflict ConflictError
	for i := range changes {
		c := &changes[i]
		if err := (commit{r}).asBefore(c); errors.As(err, new(*ConflictError)) {
			conflict.Paths = append(conflict.Paths, c.Path)
		} else if err != nil {
			return r.Failed(c.Path, err)
		}
	}
	if len(conflict.Paths) > 0 {
		return &conflict
	}
	return nil
}
