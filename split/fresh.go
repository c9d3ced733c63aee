package split

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// # How a new directory comes about
//
// Plan.WriteNew writes to a directory beside the one to be, .NAME.kuniq-new,
// and gives it its name when all is in it and was read back. So there is no
// moment at which a part of the files can be seen, no journal is needed, and no
// file is renamed. Whatever ends the process leaves one of these:
//
//  1. .NAME.kuniq-new, unlocked. Its index came first, and names every file in
//     it. The next run for the same name removes it.
//  2. NAME, with all files.
//
// The directory that a killed run left may as well be a stranger's. What its
// index does not name is never removed, and keeps the next run from its work.

// newSuffix ends the name of a directory that is being made.
const newSuffix = ".kuniq-new"

// WriteNew makes a directory with all files of the plan in it, or nothing. name
// is a single component below parent, and there must be nothing of that name yet:
// the error is fs.ErrExist otherwise, wrapped. The errors are those of Plan.Write,
// and after each of them there is no such directory.
//
// The directory appears whole, in one step. If the process is killed before that,
// a hidden one stays beside it, .NAME.kuniq-new, which the next call for the same
// name removes. Where directories cannot be locked, as on NFS and on Windows,
// WriteNew makes an empty directory and does what Plan.Write does.
func (p Plan) WriteNew(ctx context.Context, parent *os.Root, name string, o WriteOptions) (Result, error) {
	if len(p.Refusals) > 0 {
		return Result{}, &RefusedError{p.Refusals}
	}
	if name == "." || !filepath.IsLocal(name) || filepath.Base(name) != name {
		return Result{}, fmt.Errorf("%s: %w", shown(parent, name), fs.ErrInvalid)
	}
	if _, err := parent.Lstat(name); !isMissing(err) {
		if err == nil {
			err = fs.ErrExist
		}
		return Result{}, fmt.Errorf("%s: %w", shown(parent, name), reason(err))
	}
	f := fresh{plan: p, options: o, parent: parent, name: name, temp: "." + name + newSuffix}
	if len(f.temp) > longestComponent {
		return f.inPlace(ctx)
	}
	return f.make(ctx)
}

// fresh is the making of a directory.
type fresh struct {
	plan       Plan
	options    WriteOptions
	parent     *os.Root
	above      folder // the same
	name, temp string // in it
}

// make makes the directory.
func (f *fresh) make(ctx context.Context) (Result, error) {
	if err := f.openAbove(); err != nil {
		return Result{}, err
	}
	defer f.above.close()
	temp, unlock, err := f.makeTemp()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return f.inPlace(ctx)
	case err != nil:
		return Result{}, err
	}
	defer unlock()
	defer temp.Close()
	result, err := f.fill(ctx, temp)
	if err == nil {
		err = f.appear()
	}
	if err != nil {
		return Result{}, f.discard(err)
	}
	return result, nil
}

// fill writes everything to the temporary directory.
func (f *fresh) fill(ctx context.Context, temp *os.Root) (Result, error) {
	w, err := newWriter(f.plan, temp, f.options)
	if err != nil {
		return Result{}, err
	}
	defer w.close()
	w.called, w.stages = filepath.ToSlash(filepath.Join(f.parent.Name(), f.name)), 1
	err = w.fill(ctx)
	return w.result, err
}

// inPlace makes an empty directory and writes to it as if it had been there.
func (f *fresh) inPlace(ctx context.Context) (Result, error) {
	if err := f.parent.Mkdir(f.name, dirPerm); err != nil {
		return Result{}, f.failed(f.name, err)
	}
	root, err := f.parent.OpenRoot(f.name)
	if err != nil {
		return Result{}, f.failed(f.name, err)
	}
	defer root.Close()
	result, err := f.plan.Write(ctx, root, f.options)
	if err != nil {
		_ = f.parent.Remove(f.name) // fails if anything is in it, as it should
	}
	return result, err
}

func (f *fresh) openAbove() (err error) {
	open := openFolder
	if f.options.faults != nil && f.options.faults.open != nil {
		open = f.options.faults.open
	}
	f.above, err = open(f.parent)
	return f.failed(".", err)
}

func (f *fresh) failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", shown(f.parent, name), reason(err))
}

// makeTemp makes the temporary directory, after it has removed one that a killed
// run left.
func (f *fresh) makeTemp() (temp *os.Root, unlock func(), err error) {
	if err := f.removeLeftOver(); err != nil {
		return nil, nil, err
	}
	if err := f.step("mkdir", f.temp); err != nil {
		return nil, nil, f.failed(f.temp, err)
	}
	if err := f.above.mkdir(f.temp, dirPerm); err != nil {
		return nil, nil, f.failed(f.temp, err)
	}
	if temp, unlock, err = f.openTemp(); err != nil {
		_ = f.above.rmdir(f.temp) // It is empty, or by now somebody else's.
	}
	return temp, unlock, err
}

// openTemp opens and locks the temporary directory. Whoever has the lock on
// what is called so is alone with it: a run that is done has renamed it.
func (f *fresh) openTemp() (temp *os.Root, unlock func(), err error) {
	if temp, err = f.parent.OpenRoot(f.temp); err != nil {
		return nil, nil, f.failed(f.temp, err)
	}
	if unlock, err = lockDirectory(temp); err != nil {
		_ = temp.Close()
		return nil, nil, err
	}
	locked, err := temp.Stat(".")
	if err == nil {
		var called fs.FileInfo
		if called, err = f.parent.Lstat(f.temp); err == nil && !os.SameFile(locked, called) {
			err = ErrBusy
		}
	}
	if err != nil {
		unlock()
		_ = temp.Close()
		return nil, nil, f.failed(f.temp, err)
	}
	return temp, unlock, nil
}

// appear gives the directory its name. What is there of that name by now stays,
// unless it is an empty directory.
func (f *fresh) appear() error {
	err := f.step("rename", f.name)
	if err == nil {
		err = f.above.rename(f.temp, f.above, f.name)
	}
	return f.failed(f.name, err)
}

// discard goes back to where nothing has happened.
func (f *fresh) discard(cause error) error {
	if err := f.clear(); err != nil {
		return fmt.Errorf("%w; nothing was changed, but %s could not be removed (%w); the next run does it",
			cause, shown(f.parent, f.temp), err)
	}
	var refused *RefusedError
	if errors.As(cause, &refused) {
		return cause
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

// removeLeftOver removes what a killed run has left.
func (f *fresh) removeLeftOver() error {
	info, err := f.parent.Lstat(f.temp)
	switch {
	case isMissing(err):
		return nil
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
	_ = temp.Close()
	return f.clear()
}

// clear removes the temporary directory and what its index names. It looks at
// everything before it removes anything.
func (f *fresh) clear() error {
	top, err := f.above.sub(f.temp)
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
	file, err := top.read(indexName)
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	names, err := parseIndex(string(text))
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

// step is called before every step that changes anything above or removes
// anything.
func (f *fresh) step(op, name string) error {
	w := writer{options: f.options}
	return w.step(op, name)
}
