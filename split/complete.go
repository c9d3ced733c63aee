package split

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// complete does the rest of what the journal of an interrupted run says. It
// changes nothing unless every file is as that run may have left it: the
// journal may also have been checked in by a stranger.
func (w *writer) complete() error {
	changes, found, err := w.readJournal()
	if !found || err != nil {
		return err
	}
	if w.temp, err = w.top.sub(tempName); err != nil && !isMissing(err) {
		return w.failed(tempName, err)
	}
	todo, err := w.unfinished(changes)
	if err == nil {
		err = w.finish(changes, todo)
	}
	w.tree.forget()
	if err != nil {
		return fmt.Errorf("%s: an earlier run was interrupted, and completing it failed: %w", w.shown(journalName), err)
	}
	w.result.Completed = true
	w.tree, w.made, w.removed = tree{top: w.top}, nil, nil
	return w.sweep()
}

// finish makes the changes that are left, and verifies all.
func (w *writer) finish(changes []change, todo []*change) error {
	for _, c := range todo {
		if err := w.apply(c); err != nil {
			return w.failed(c.path, err)
		}
	}
	if err := w.verify(changes); err != nil {
		return err
	}
	w.removeEmpty(changes)
	return w.removeJournal()
}

// unfinished returns the changes that are left to be made. The error names
// every file that is neither as it was nor as it is to become, or that the
// index, which changes last, does not call ours.
func (w *writer) unfinished(changes []change) ([]*change, error) {
	if err := w.readIndex(); err != nil {
		return nil, err
	}
	temps := w.tree.look(tempName).entries
	var todo []*change
	var problems []string
	for i := range changes {
		c := &changes[i]
		needed, err := w.isNeeded(c)
		if needed && err == nil && !c.goes() {
			err = w.hasTemp(c, temps)
		}
		switch {
		case err != nil:
			problems = append(problems, fmt.Sprintf("\n  %s %v", dupcheck.Quote(c.path), err))
		case needed:
			todo = append(todo, c)
		}
	}
	if problems != nil {
		return nil, fmt.Errorf("nothing was changed:%s\nPut these files back, or remove %s and %s to leave everything as it is now",
			strings.Join(problems, ""), w.shown(journalName), w.shown(tempName))
	}
	return todo, nil
}

var (
	errNeither = errors.New("is neither as it was before that run nor as it is to become")
	errForeign = errors.New("was not written by kuniq, says the index")
)

// isNeeded says whether a change has not been made yet.
func (w *writer) isNeeded(c *change) (bool, error) {
	dir, base := splitPath(c.path)
	in := w.tree.look(dir)
	if in.blocked != "" {
		return false, fmt.Errorf("cannot be there: %s %s", dupcheck.Quote(in.blocked), in.why)
	}
	typ, there := in.entries[base]
	if !there {
		return !c.goes(), nil
	}
	if !typ.IsRegular() {
		return false, errors.New(whatIs(typ))
	}
	f, err := w.tree.folder(dir)
	if err != nil {
		return false, reason(err)
	}
	found, err := hash(f, base, noLimit, w.buffer)
	switch {
	case err != nil:
		return false, reason(err)
	case found == c.new:
		return false, nil
	case found == c.old && c.path != indexName && w.index[c.path].digest != c.old:
		return false, errForeign
	case found == c.old:
		return true, nil
	case c.goes():
		// It has changed since, so it may not go, as in any run.
		return false, nil
	}
	return false, errNeither
}

// hasTemp makes sure that the new bytes of a file are there.
func (w *writer) hasTemp(c *change, temps map[string]fs.FileMode) error {
	name := strconv.Itoa(c.temp)
	missing := fmt.Errorf("cannot be written: %s is not what it was", path.Join(tempName, name))
	if typ, there := temps[name]; !there || !typ.IsRegular() || w.temp == nil {
		return missing
	}
	if found, err := hash(w.temp, name, noLimit, w.buffer); err != nil || found != c.new {
		return missing
	}
	return nil
}
