package split

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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
// name removes. Where directories cannot be locked, as on NFS and on Windows, or
// not be renamed, and where a file system has no room for the longer name,
// WriteNew makes an empty directory and does what Plan.Write does.
func (p Plan) WriteNew(ctx context.Context, parent *os.Root, name string, o WriteOptions) (Result, error) {
	if len(p.Refusals) > 0 {
		return Result{}, &RefusedError{p.Refusals}
	}
	f := fresh{plan: p, options: o, parent: parent, name: name, temp: "." + name + newSuffix}
	if !isName(name) {
		return Result{}, f.failed(name, fs.ErrInvalid)
	}
	if strings.HasPrefix(name, ".") && strings.HasSuffix(name, newSuffix) {
		return Result{}, fmt.Errorf("%s has a name that kuniq keeps for itself: %w", shown(parent, name), fs.ErrInvalid)
	}
	if err := f.absent(); err != nil {
		return Result{}, err
	}
	result, err := f.make(ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		return f.inPlace(ctx)
	}
	return result, err
}

// isName says whether a name is that of something in a directory.
func isName(name string) bool {
	return name != "." && filepath.IsLocal(name) && filepath.Base(name) == name
}

// fresh is the making of a directory.
type fresh struct {
	plan       Plan
	options    WriteOptions
	parent     *os.Root
	above      folder // the same
	name, temp string // in it
}

// absent makes sure that there is nothing of the name.
func (f *fresh) absent() error {
	_, err := f.parent.Lstat(f.name)
	if err == nil {
		err = fs.ErrExist
	}
	if isMissing(err) {
		return nil
	}
	return f.failed(f.name, err)
}

// make makes the directory. The error is errors.ErrUnsupported if the file system
// has no room for the name of the hidden one, or cannot lock or rename it.
func (f *fresh) make(ctx context.Context) (Result, error) {
	if err := f.openAbove(); err != nil {
		return Result{}, err
	}
	defer f.above.close()
	temp, unlock, err := f.makeTemp()
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	defer temp.Close()
	var result Result
	if err = f.absent(); err == nil { // Another run may be done since the first look.
		result, err = f.fill(ctx, temp)
	}
	if err == nil {
		err = f.appear()
	}
	if err != nil {
		return Result{}, f.discard(temp, err)
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
	f.above, err = f.options.openFolder(f.parent)
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
		switch {
		case errors.Is(err, fs.ErrExist):
			err = ErrBusy // It was not there a moment ago.
		case errors.Is(err, syscall.ENAMETOOLONG):
			err = errors.ErrUnsupported
		}
		return nil, nil, f.failed(f.temp, err)
	}
	temp, unlock, err = f.openTemp()
	if err != nil && !errors.Is(err, ErrBusy) {
		_ = f.above.rmdir(f.temp) // Of a busy one others take care, who may have begun to write.
	}
	return temp, unlock, err
}

// openTemp opens and locks the temporary directory. The process with the lock on
// what is called so is alone with it: a run that is done has renamed it.
func (f *fresh) openTemp() (temp *os.Root, unlock func(), err error) {
	if temp, err = f.parent.OpenRoot(f.temp); err != nil {
		return nil, nil, f.failed(f.temp, gone(err))
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
		err = gone(err)
	}
	if err != nil {
		unlock()
		_ = temp.Close()
		return nil, nil, f.failed(f.temp, err)
	}
	return temp, unlock, nil
}

// gone says ErrBusy where a directory is no longer there that was a moment ago.
func gone(err error) error {
	if isMissing(err) {
		return ErrBusy
	}
	return err
}

// appear gives the directory its name. What is there of that name by now stays.
func (f *fresh) appear() error {
	err := f.step("rename", f.name)
	if err == nil {
		err = f.above.renameDir(f.temp, f.name)
	}
	return f.failed(f.name, err)
}

// discard goes back to where nothing has happened.
func (f *fresh) discard(temp *os.Root, cause error) error {
	if err := f.clear(temp); err != nil {
		return fmt.Errorf("%w; nothing was changed, but %s could not be removed (%w); the next run tries again",
			cause, shown(f.parent, f.temp), err)
	}
	var refused *RefusedError
	if errors.As(cause, &refused) {
		return cause
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

// step is called before every step that changes anything above or removes
// anything.
func (f *fresh) step(op, name string) error {
	w := writer{options: f.options}
	return w.step(op, name)
}
