package split

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"syscall"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split/journal"
)

// removeUnfinished removes what a WriteNew for a name has left beside it because it was
// killed, if there is anything. WriteNew does so by itself; WriteDir finds that there is
// a directory of that name by now. Of a name that WriteNew does not take nothing can be
// left, nor where it makes no hidden directory. The error is ErrBusy, wrapped, if a run
// is at work there, and what is not from kuniq is an error, too.
func removeUnfinished(parent *os.Root, name string) error {
	if !isName(name) {
		return nil
	}
	n, err := openNewDir(parent, name, WriteOptions{})
	if err != nil {
		return err
	}
	defer n.above.Close()
	if err = n.removeLeftOver(); errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// removeLeftOver removes what a killed run has left.
func (n *newDir) removeLeftOver() error {
	info, err := n.parent.Lstat(n.temp)
	switch {
	case journal.IsMissing(err):
		return nil
	case errors.Is(err, syscall.ENAMETOOLONG):
		return errors.ErrUnsupported
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s %s; kuniq needs the name", journal.Shown(n.parent, n.temp), journal.WhatIs(info.Mode().Type()))
	case err != nil:
		return n.above.Failed(n.temp, err)
	}
	temp, unlock, err := n.openTemp()
	if err != nil {
		return err
	}
	defer unlock()
	return n.clear(temp)
}

// clear removes the temporary directory, which is locked, and what its index
// names. It looks at everything before it removes anything. It goes by what is
// locked and not by its name, which may be that of another run's by now.
func (n *newDir) clear(temp *os.Root) error {
	in, err := journal.Open(temp, journal.Options{Name: n.above.Place(n.temp), Step: n.options.step, Open: n.options.open})
	if err != nil {
		return err
	}
	defer in.Close()
	index, err := readIndex(in.Top)
	if err != nil && !journal.IsMissing(err) {
		return in.Failed(indexName, err)
	}
	isDir := map[string]bool{}    // by the names that are ours
	names, _ := parseIndex(index) // Without a whole one, what else is there is in the way.
	for name := range names {
		isDir[name] = false
		for dir := path.Dir(name); !isDir[dir]; dir = path.Dir(dir) {
			isDir[dir] = true
		}
	}
	there, err := contents(in, ".", isDir)
	if err != nil {
		return err
	}
	// Without the index the next run would not know what the others are.
	for _, name := range append(there, indexName) {
		if err := sweep(in, name, isDir[name]); err != nil {
			return err
		}
	}
	in.Tree.Forget()
	return n.above.Failed(n.temp, n.above.Step("rmdir", n.temp, journal.Folder.Rmdir))
}

// contents returns what is in a directory, less the index, with the contents of each
// directory before it. Anything is an error that is not ours.
func contents(in *journal.Run, dir string, isDir map[string]bool) (all []string, err error) {
	seen := in.Tree.Look(dir)
	if seen.Blocked != "" {
		return nil, fmt.Errorf("%s %s, and not from kuniq; move it away", dupcheck.Quote(in.Place(seen.Blocked)), seen.Why)
	}
	for _, base := range slices.Sorted(maps.Keys(seen.Entries)) {
		name, typ := path.Join(dir, base), seen.Entries[base]
		if name == indexName && typ.IsRegular() {
			continue
		}
		directory, ours := isDir[name]
		if !ours || !typ.IsRegular() && !typ.IsDir() || directory != typ.IsDir() {
			return nil, fmt.Errorf("%s is in the way, and not from kuniq; move it away", dupcheck.Quote(in.Place(name)))
		}
		if directory {
			below, err := contents(in, name, isDir)
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
		}
		all = append(all, name)
	}
	return all, nil
}

// sweep removes a file or a directory, if it is there.
func sweep(in *journal.Run, name string, directory bool) error {
	remove := journal.Folder.Remove
	if directory {
		in.Tree.Forget() // Some systems keep a directory that is open.
		remove = journal.Folder.Rmdir
	}
	if err := in.Step("sweep", name, remove); !journal.IsMissing(err) {
		return in.Failed(name, err)
	}
	return nil
}
