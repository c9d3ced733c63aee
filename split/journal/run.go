package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
)

// Options say how files are changed. The zero value is ready for use.
type Options struct {
	// Home is where the journal and .kuniq-tmp are, if not in the directory itself.
	Home *os.Root
	// Name is what messages call the directory, if not by the name of its root.
	Name string
	// Last is a path whose change must be the last one. It may be one that BadPath
	// and Accept are against.
	Last string
	// Accept says why a journal may not have a path. Nil accepts all.
	Accept func(name string) string
	// Owned says whether an interrupted run has written a file with these bytes, so
	// that Undo may replace and remove it. It is not asked about Last, and may be nil
	// if no other user can write to Home.
	Owned func(name string, digest Digest) bool
	// Careful compares every file once more with Change.Old, right before it is
	// changed, and keeps Undo from its work if a file that was to be removed has other
	// bytes by now.
	Careful bool
	// Keep keeps the journal, under the name KeptName, and the old files. So Undo can
	// put them back until the next Commit. Note is a line for the journal.
	Keep bool
	Note string
	// Finish is called when all files are as they are to be. Its error puts them
	// back. Undone is called when all files are back, and if it fails they count as
	// not back. Both may be nil.
	Finish, Undone func() error
	// Progress gets the number of finished changes, without that of Last, and the number
	// of all. The goroutine that called Commit or Fill calls it. It may be nil.
	Progress func(done, total int)

	// Step is called before each step that changes or depends on the directory, and its
	// error becomes that of the step: tests interrupt runs with it. Open replaces
	// OpenFolder.
	Step func(op, name string) error
	Open func(root *os.Root) (Folder, error)
}

// step says whether a step may be taken.
func (o *Options) step(op, name string) error {
	if o.Step == nil {
		return nil
	}
	return o.Step(op, name)
}

func (o *Options) open(root *os.Root) (Folder, error) {
	if o.Open != nil {
		return o.Open(root)
	}
	return OpenFolder(root)
}

// batch is how many files are worked on together. After each batch all goroutines wait for
// the last of them. Tests that count steps see one file after the other.
func (o *Options) batch() int {
	if o.Step != nil {
		return 1
	}
	return 4096
}

// Run changes the files of a directory.
type Run struct {
	// Top is the directory, and Tree its contents.
	Top  Folder
	Tree Tree
	// Buffer is for reading files.
	Buffer []byte

	options            Options
	home               Folder
	homeTree           *Tree
	temp               Folder // .kuniq-tmp, while it is needed
	called, homeCalled string // what messages call the directories
	unlock             func()

	changes   []Change
	journaled bool     // whether there may be a journal of this run
	made      []string // directories that were made
	stages    int      // that each change passes
	passed    int      // stages of changes, so far
}

// Begin is Open for a run that writes. Until Close it keeps other runs out of Options.Home,
// or else of the directory itself. The error is ErrBusy, wrapped, if another run is at work
// there.
func Begin(root *os.Root, o Options) (*Run, error) {
	unlock, err := lock(cmp.Or(o.Home, root))
	if err != nil {
		return nil, err
	}
	run, err := Open(root, o)
	if err != nil {
		unlock()
		return nil, err
	}
	run.unlock = unlock
	return run, nil
}

// Open begins a run. It changes nothing.
func Open(root *os.Root, o Options) (*Run, error) {
	top, err := o.open(root)
	if err != nil {
		return nil, failed(Shown(root, "."), err)
	}
	called := cmp.Or(o.Name, filepath.ToSlash(root.Name()))
	r := &Run{Top: top, Tree: newTree(top), Buffer: make([]byte, 64<<10), options: o, home: top, called: called, homeCalled: called}
	r.homeTree = &r.Tree
	if o.Home != nil {
		if r.home, err = o.open(o.Home); err != nil {
			top.Close()
			return nil, failed(Shown(o.Home, "."), err)
		}
		tree := newTree(r.home)
		r.homeTree, r.homeCalled = &tree, filepath.ToSlash(o.Home.Name())
	}
	return r, nil
}

// Close closes the open files, after success or failure.
func (r *Run) Close() {
	r.Tree.Forget()
	r.homeTree.Forget()
	r.closeTemp()
	if r.home != r.Top {
		r.home.Close()
	}
	r.Top.Close()
	if r.unlock != nil {
		r.unlock()
	}
}

func (r *Run) closeTemp() {
	if r.temp != nil {
		r.temp.Close()
		r.temp = nil
	}
}

// Place is the path of a file as positions have it.
func (r *Run) Place(name string) string { return path.Join(r.called, name) }

// shownHome returns the path of a file in Home for messages.
func (r *Run) shownHome(name string) string { return dupcheck.Quote(path.Join(r.homeCalled, name)) }

// Failed returns the error of an operation on a file, with its place.
func (r *Run) Failed(name string, err error) error { return failed(dupcheck.Quote(r.Place(name)), err) }

func failed(shown string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", shown, Reason(err))
}

// inHome is a step that concerns a file in Home.
func (r *Run) inHome(op, name string, do func() error) error {
	err := r.options.step(op, name)
	if err == nil {
		err = do()
	}
	return failed(r.shownHome(name), err)
}

// Interrupted says whether there is a journal, and returns how messages call it.
func (r *Run) Interrupted() (shown string, interrupted bool) {
	_, err := r.home.Perm(JournalName) // which may have come since the directory was listed
	return r.shownHome(JournalName), !IsMissing(err)
}

// Read returns the journal of an interrupted run, or of one that kept it, and nil if
// there is none.
func (r *Run) Read() (*Journal, error) {
	names := []string{JournalName, KeptName}
	if !r.options.Keep {
		names = names[:1]
	}
	for _, name := range names {
		if typ, there := r.homeTree.Look(".").Entries[name]; there {
			j, err := r.read(name, typ)
			return j, failed(r.shownHome(name), err)
		}
	}
	return nil, nil
}

func (r *Run) read(name string, typ fs.FileMode) (*Journal, error) {
	if !typ.IsRegular() {
		return nil, errors.New(WhatIs(typ))
	}
	text, err := ReadText(r.home, name)
	if err != nil {
		return nil, err
	}
	j, err := parse(string(text), &r.options)
	if err == nil {
		j.Kept = name == KeptName
	}
	return j, err
}

// Foreign returns the entries of .kuniq-tmp that no run has put there, with the reason
// why they are in the way. Such an entry prevents Commit.
func (r *Run) Foreign() map[string]string {
	found := map[string]string{}
	typ, there := r.homeTree.Look(".").Entries[TempName]
	switch {
	case !there:
		return nil
	case !typ.IsDir():
		found[TempName] = WhatIs(typ) + "; kuniq needs the name"
		return found
	}
	in := r.homeTree.Look(TempName)
	for name, typ := range in.Entries {
		if !isNumber(name) || !typ.IsRegular() {
			found[path.Join(TempName, name)] = "is in the way, and not from kuniq; move it away"
		}
	}
	if in.Blocked != "" {
		found[TempName] = in.Why
	}
	return found
}

// Commit makes the changes: all of them, or none. After an error everything is as before,
// unless the error says otherwise. Once the files begin to change, ctx is no longer
// checked. The changes are made in their order; that of the directories is the fastest.
func (r *Run) Commit(ctx context.Context, changes []Change) error {
	if r.options.Keep {
		if err := (rollback{r}).remove(KeptName); err != nil {
			return err
		}
	}
	if err := (rollback{r}).sweep(); err != nil || len(changes) == 0 {
		return err
	}
	r.begin(changes, 3) // Each is prepared, made and read back.
	err := staging{r}.stage(ctx)
	if err == nil {
		err = staging{r}.promise()
	}
	if err == nil {
		err = commit{r}.commit()
	}
	if err != nil {
		return rollback{r}.rollback(err)
	}
	if r.options.Keep {
		return nil
	}
	if err := (rollback{r}).sweep(); err != nil {
		return fmt.Errorf("all files are written, but temporary ones could not be removed (%w); the next run does it", err)
	}
	return nil
}

// Step runs do in the directory of a path, as one of the steps that Options.Step sees.
func (r *Run) Step(op, name string, do func(in Folder, base string) error) error {
	dir, base := SplitPath(name)
	in, err := r.Tree.Folder(dir)
	if err == nil {
		err = r.options.step(op, name)
	}
	if err == nil {
		err = do(in, base)
	}
	return err
}

// MakeIn makes a directory in another one.
func MakeIn(in Folder, base string) error { return in.Mkdir(base, DirPerm) }

// begin makes some changes those of the run. Without stages there is no progress.
func (r *Run) begin(changes []Change, stages int) {
	r.changes, r.stages, r.passed, r.made = changes, stages, 0, nil
	for i := range changes {
		changes[i].number = i
	}
}

// pass records that a change has passed a stage.
func (r *Run) pass(c *Change) {
	if r.options.Progress == nil || r.stages == 0 || c.Path == r.options.Last {
		return
	}
	total := len(r.changes)
	if r.changes[total-1].Path == r.options.Last {
		total--
	}
	if r.passed++; r.passed%r.stages == 0 {
		r.options.Progress(r.passed/r.stages, total)
	}
}

// IsMissing says whether an error only says that there is no such file.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
