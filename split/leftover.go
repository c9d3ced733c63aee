package split

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"syscall"

	"github.com/kuniq/kuniq/split/journal"
)

// RemoveUnfinished removes what a WriteNew for a name has left beside it because
// it was killed, if there is anything. WriteNew does so by itself; it is for
// those who find that there is a directory of that name by now. Of a name that
// WriteNew does not take nothing can be left, nor where it makes no hidden
// directory. The error is ErrBusy, wrapped, if a run is at work there, and what is
// not from kuniq is an error, too.
func RemoveUnfinished(parent *os.Root, name string) error {
	if !isName(name) {
		return nil
	}
	n := newDir{parent: parent, name: name, temp: "." + name + newSuffix}
	err := n.openAbove()
	if err != nil {
		return err
	}
	defer n.above.Close()
	err = n.removeLeftOver()
	if errors.Is(err, errors.ErrUnsupported) {
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
		return n.failed(n.temp, err)
	}
	temp, unlock, err := n.openTemp()
	if err != nil {
		return err
	}
	defer unlock()
	defer temp.Close()
	return n.clear(temp)
}

// clear removes the temporary directory, which is locked, and what its index
// names. It looks at everything before it removes anything. It goes by what is
// locked and not by its name, which may be that of another run's by now.
func (n *newDir) clear(temp *os.Root) error {
	top, err := n.open(temp)
	if err != nil {
		return n.failed(n.temp, err)
	}
	defer top.Close()
	names, err := namesIn(top)
	if err != nil {
		return n.failed(path.Join(n.temp, indexName), err)
	}
	there := journal.NewTree(top)
	defer there.Forget()
	files, dirs, err := n.ours(&there, names)
	if err != nil {
		return err
	}
	for _, name := range files {
		if err := n.removeFrom(&there, name, journal.Folder.Remove); err != nil {
			return err
		}
	}
	slices.SortFunc(dirs, journal.DeepestFirst)
	for _, dir := range dirs {
		there.Forget() // Some systems keep a directory that is open.
		if err := n.removeFrom(&there, dir, journal.Folder.Rmdir); err != nil {
			return err
		}
	}
	// Without the index the next run would not know what the others are.
	if err := n.removeFrom(&there, indexName, journal.Folder.Remove); err != nil {
		return err
	}
	there.Forget()
	if err := n.step("rmdir", n.temp); err != nil {
		return n.failed(n.temp, err)
	}
	return n.failed(n.temp, n.above.Rmdir(n.temp))
}

// namesIn returns the files that the index of a directory names, none if there
// is no index or the run that wrote it was killed at it.
func namesIn(top journal.Folder) (map[string]owned, error) {
	text, err := readIndex(top)
	if journal.IsMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := parseIndex(text)
	if err != nil {
		return nil, nil // What else is there is in the way then.
	}
	return names, nil
}

// ours returns the files and directories that may be removed, of an index with
// such names. Anything else that is there is an error.
func (n *newDir) ours(there *journal.Tree, names map[string]owned) (files, dirs []string, err error) {
	known := map[string]bool{".": true}
	for name := range names {
		for dir := path.Dir(name); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(known)) {
		in := there.Look(dir)
		if in.Blocked != "" {
			return nil, nil, fmt.Errorf("%s %s, and not from kuniq; move it away", journal.Shown(n.parent, path.Join(n.temp, in.Blocked)), in.Why)
		}
		if dir != "." && in.Entries != nil {
			dirs = append(dirs, dir)
		}
		for base, typ := range in.Entries {
			name := path.Join(dir, base)
			_, named := names[name]
			switch {
			case named && typ.IsRegular():
				files = append(files, name)
			case known[name] && typ.IsDir(), name == indexName && typ.IsRegular():
			default:
				return nil, nil, fmt.Errorf("%s is in the way, and not from kuniq; move it away", journal.Shown(n.parent, path.Join(n.temp, name)))
			}
		}
	}
	slices.SortFunc(files, journal.ComparePaths)
	return files, dirs, nil
}

// removeFrom removes a file or a directory, if it is there.
func (n *newDir) removeFrom(there *journal.Tree, name string, remove func(journal.Folder, string) error) error {
	err := n.step("sweep", name)
	var in journal.Folder
	if err == nil {
		in, err = there.Folder(path.Dir(name))
	}
	if err == nil {
		err = remove(in, path.Base(name))
	}
	if journal.IsMissing(err) {
		return nil
	}
	return n.failed(path.Join(n.temp, name), err)
}
