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

	"github.com/kuniq/kuniq/split/journal"
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
	n := newDir{plan: p, options: o, parent: parent, name: name, temp: "." + name + newSuffix}
	if !isName(name) {
		return Result{}, n.failed(name, fs.ErrInvalid)
	}
	if strings.HasPrefix(name, ".") && strings.HasSuffix(name, newSuffix) {
		return Result{}, fmt.Errorf("%s has a name that kuniq keeps for itself: %w", journal.Shown(parent, name), fs.ErrInvalid)
	}
	if err := n.absent(); err != nil {
		return Result{}, err
	}
	result, err := n.make(ctx)
	if errors.Is(err, errors.ErrUnsupported) {
		return n.inPlace(ctx)
	}
	return result, err
}

// isName says whether a name is that of something in a directory.
func isName(name string) bool {
	return name != "." && filepath.IsLocal(name) && filepath.Base(name) == name
}

// newDir is the making of a directory.
type newDir struct {
	plan       Plan
	options    WriteOptions
	parent     *os.Root
	above      journal.Folder // the same
	name, temp string         // in it
}

// absent makes sure that there is nothing of the name.
func (n *newDir) absent() error {
	_, err := n.parent.Lstat(n.name)
	if err == nil {
		err = fs.ErrExist
	}
	if journal.IsMissing(err) {
		return nil
	}
	return n.failed(n.name, err)
}

// make makes the directory. The error is errors.ErrUnsupported if the file system
// has no room for the name of the hidden one, or cannot lock or rename it.
func (n *newDir) make(ctx context.Context) (Result, error) {
	if err := n.openAbove(); err != nil {
		return Result{}, err
	}
	defer n.above.Close()
	temp, unlock, err := n.makeTemp()
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	defer temp.Close()
	var result Result
	if err = n.absent(); err == nil { // Another run may be done since the first look.
		result, err = n.fill(ctx, temp)
	}
	if err == nil {
		err = n.appear()
	}
	if err != nil {
		return Result{}, n.discard(temp, err)
	}
	return result, nil
}

// fill writes everything to the temporary directory.
func (n *newDir) fill(ctx context.Context, temp *os.Root) (Result, error) {
	d := newDiff(n.plan, n.options)
	d.stages = 1
	run, err := d.begin(temp, filepath.ToSlash(filepath.Join(n.parent.Name(), n.name)))
	if err != nil {
		return Result{}, err
	}
	defer run.Close()
	if err := d.compare(ctx); err != nil {
		return Result{}, err
	}
	return d.result, run.Fill(ctx, d.changes)
}

// inPlace makes an empty directory and writes to it as if it had been there.
func (n *newDir) inPlace(ctx context.Context) (Result, error) {
	if err := n.parent.Mkdir(n.name, journal.DirPerm); err != nil {
		return Result{}, n.failed(n.name, err)
	}
	root, err := n.parent.OpenRoot(n.name)
	if err != nil {
		return Result{}, n.failed(n.name, err)
	}
	defer root.Close()
	result, err := n.plan.Write(ctx, root, n.options)
	if err != nil {
		_ = n.parent.Remove(n.name) // fails if anything is in it, as it should
	}
	return result, err
}

// open opens a directory the way that is asked for.
func (n *newDir) open(root *os.Root) (journal.Folder, error) {
	if n.options.open != nil {
		return n.options.open(root)
	}
	return journal.OpenFolder(root)
}

func (n *newDir) openAbove() (err error) {
	n.above, err = n.open(n.parent)
	return n.failed(".", err)
}

func (n *newDir) failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", journal.Shown(n.parent, name), journal.Reason(err))
}

// makeTemp makes the temporary directory, after it has removed one that a killed
// run left.
func (n *newDir) makeTemp() (temp *os.Root, unlock func(), err error) {
	if err := n.removeLeftOver(); err != nil {
		return nil, nil, err
	}
	if err := n.step("mkdir", n.temp); err != nil {
		return nil, nil, n.failed(n.temp, err)
	}
	if err := n.above.Mkdir(n.temp, journal.DirPerm); err != nil {
		switch {
		case errors.Is(err, fs.ErrExist):
			err = ErrBusy // It was not there a moment ago.
		case errors.Is(err, syscall.ENAMETOOLONG):
			err = errors.ErrUnsupported
		}
		return nil, nil, n.failed(n.temp, err)
	}
	temp, unlock, err = n.openTemp()
	if err != nil && !errors.Is(err, ErrBusy) {
		_ = n.above.Rmdir(n.temp) // Of a busy one others take care, who may have begun to write.
	}
	return temp, unlock, err
}

// openTemp opens and locks the temporary directory. The process with the lock on
// what is called so is alone with it: a run that is done has renamed it.
func (n *newDir) openTemp() (temp *os.Root, unlock func(), err error) {
	if temp, err = n.parent.OpenRoot(n.temp); err != nil {
		return nil, nil, n.failed(n.temp, gone(err))
	}
	if unlock, err = journal.LockDirectory(temp); err != nil {
		_ = temp.Close()
		return nil, nil, err
	}
	locked, err := temp.Stat(".")
	if err == nil {
		var called fs.FileInfo
		if called, err = n.parent.Lstat(n.temp); err == nil && !os.SameFile(locked, called) {
			err = ErrBusy
		}
		err = gone(err)
	}
	if err != nil {
		unlock()
		_ = temp.Close()
		return nil, nil, n.failed(n.temp, err)
	}
	return temp, unlock, nil
}

// gone says ErrBusy where a directory is no longer there that was a moment ago.
func gone(err error) error {
	if journal.IsMissing(err) {
		return ErrBusy
	}
	return err
}

// appear gives the directory its name. What is there of that name by now stays.
func (n *newDir) appear() error {
	err := n.step("rename", n.name)
	if err == nil {
		err = n.above.RenameNew(n.temp, n.above, n.name)
	}
	return n.failed(n.name, err)
}

// discard goes back to where nothing has happened.
func (n *newDir) discard(temp *os.Root, cause error) error {
	if err := n.clear(temp); err != nil {
		return fmt.Errorf("%w; nothing was changed, but %s could not be removed (%w); the next run tries again",
			cause, journal.Shown(n.parent, n.temp), err)
	}
	var refused *RefusedError
	if errors.As(cause, &refused) {
		return cause
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

// step is called before every step that changes anything above or removes
// anything.
func (n *newDir) step(op, name string) error {
	if n.options.step == nil {
		return nil
	}
	return n.options.step(op, name)
}
