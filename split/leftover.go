package split

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"syscall"
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
	f := fresh{parent: parent, name: name, temp: "." + name + newSuffix}
	err := f.openAbove()
	if err != nil {
		return err
	}
	defer f.above.close()
	err = f.removeLeftOver()
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// removeLeftOver removes what a killed run has left.
func (f *fresh) removeLeftOver() error {
	info, err := f.parent.Lstat(f.temp)
	switch {
	case isMissing(err):
		return nil
	case errors.Is(err, syscall.ENAMETOOLONG):
		return errors.ErrUnsupported
	case err == nil && !info.IsDir():
		return fmt.Errorf("%s %s; kuniq needs the name", shown(f.parent, f.temp), whatIs(info.Mode().Type()))
	case err != nil:
		return f.failed(f.temp, err)
	}
	temp, unlock, err := f.openTemp()
	if err != nil {
		return err
	}
	defer unlock()
	defer temp.Close()
	return f.clear(temp)
}

// clear removes the temporary directory, which is locked, and what its index
// names. It looks at everything before it removes anything. It goes by what is
// locked and not by its name, which may be that of another run's by now.
func (f *fresh) clear(temp *os.Root) error {
	top, err := f.options.openFolder(temp)
	if err != nil {
		return f.failed(f.temp, err)
	}
	defer top.close()
	names, err := namesIn(top)
	if err != nil {
		return f.failed(path.Join(f.temp, indexName), err)
	}
	there := tree{top: top}
	defer there.forget()
	files, dirs, err := f.ours(&there, names)
	if err != nil {
		return err
	}
	for _, name := range files {
		if err := f.removeFrom(&there, name, folder.remove); err != nil {
			return err
		}
	}
	slices.SortFunc(dirs, longerFirst)
	for _, dir := range dirs {
		there.forget() // Some systems keep a directory that is open.
		if err := f.removeFrom(&there, dir, folder.rmdir); err != nil {
			return err
		}
	}
	// Without the index the next run would not know what the others are.
	if err := f.removeFrom(&there, indexName, folder.remove); err != nil {
		return err
	}
	there.forget()
	if err := f.step("rmdir", f.temp); err != nil {
		return f.failed(f.temp, err)
	}
	return f.failed(f.temp, f.above.rmdir(f.temp))
}

// namesIn returns the files that the index of a directory names, none if there
// is no index or the run that wrote it was killed at it.
func namesIn(top folder) (map[string]owned, error) {
	text, err := readIndex(top)
	if isMissing(err) {
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
func (f *fresh) ours(there *tree, names map[string]owned) (files, dirs []string, err error) {
	known := map[string]bool{".": true}
	for name := range names {
		for dir := path.Dir(name); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(known)) {
		in := there.look(dir)
		if in.blocked != "" {
			return nil, nil, fmt.Errorf("%s %s, and not from kuniq; move it away", shown(f.parent, path.Join(f.temp, in.blocked)), in.why)
		}
		if dir != "." && in.entries != nil {
			dirs = append(dirs, dir)
		}
		for base, typ := range in.entries {
			name := path.Join(dir, base)
			_, named := names[name]
			switch {
			case named && typ.IsRegular():
				files = append(files, name)
			case known[name] && typ.IsDir(), name == indexName && typ.IsRegular():
			default:
				return nil, nil, fmt.Errorf("%s is in the way, and not from kuniq; move it away", shown(f.parent, path.Join(f.temp, name)))
			}
		}
	}
	slices.SortFunc(files, comparePaths)
	return files, dirs, nil
}

// removeFrom removes a file or a directory, if it is there.
func (f *fresh) removeFrom(there *tree, name string, remove func(folder, string) error) error {
	err := f.step("sweep", name)
	var in folder
	if err == nil {
		in, err = there.folder(path.Dir(name))
	}
	if err == nil {
		err = remove(in, path.Base(name))
	}
	if isMissing(err) {
		return nil
	}
	return f.failed(path.Join(f.temp, name), err)
}
