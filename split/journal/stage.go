package journal

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
)

// checkError is what Options.Check found.
type checkError struct{ error }

// Unwrap returns it.
func (e checkError) Unwrap() error { return e.error }

// checked does something while Options.Check is at work.
func (r *Run) checked(ctx context.Context, do func(context.Context) error) error {
	if r.options.Check == nil {
		return do(ctx)
	}
	checking, stop := context.WithCancel(ctx)
	defer stop()
	wait := r.options.Check(checking)
	err := do(ctx)
	if err != nil {
		stop()
	}
	found := wait()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case found != nil:
		return checkError{found}
	}
	return nil
}

// Fill writes new files to a directory that no other program knows, so that no journal is
// needed, and makes sure that they are there. The last change comes first. After an
// error some of the files may be there.
func (r *Run) Fill(ctx context.Context, changes []Change) error {
	r.begin(changes, 1)
	return r.checked(ctx, r.fill)
}

func (r *Run) fill(ctx context.Context) error {
	crew := r.crew()
	defer crew.close()
	defer r.Tree.Forget()
	step := func(c *Change) error {
		dir, _ := SplitPath(c.Path)
		err := commit{r}.makeDir(dir)
		if err == nil {
			err = r.options.step("write", c.Path)
		}
		return err
	}
	last := max(len(r.changes)-1, 0)
	for _, some := range [][]Change{r.changes[last:], r.changes[:last]} {
		for batch := range slices.Chunk(some, r.options.batch()) {
			if err := crew.do(ctx, batch, step, (*worker).put); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage writes everything that will be needed to .kuniq-tmp, also what is to be the
// journal. Nothing has happened until that is in place.
func (r *Run) stage(ctx context.Context) error {
	err := r.options.step("mkdir", TempName)
	if err == nil {
		err = r.home.Mkdir(TempName, 0o700)
	}
	if err == nil {
		r.temp, err = r.home.Sub(TempName)
	}
	if err != nil {
		return r.failedHome(TempName, err)
	}
	crew := r.crew()
	defer crew.close()
	defer r.Tree.Forget()
	create := func(w *worker, c *Change) error {
		return r.temp.Create(c.newName(), c.Mode, w.inOnePiece(c.Parts), nil)
	}
	for batch := range slices.Chunk(r.changes, r.options.batch()) {
		if err := crew.do(ctx, batch, r.prepare, create); err != nil {
			return err
		}
	}
	err = r.options.step("temp", JournalName)
	if err == nil {
		j := Journal{Note: r.options.Note, Changes: r.changes, dirs: r.newDirs()}
		err = r.temp.Create(r.journalTemp(), 0, j.format(), nil)
	}
	return r.failedHome(JournalName, err)
}

// journalTemp is what the journal is called in .kuniq-tmp.
func (r *Run) journalTemp() string { return (&Change{number: len(r.changes)}).newName() }

// newDirs returns the directories that will be made, each behind the one above it.
func (r *Run) newDirs() (dirs []string) {
	known := map[string]bool{}
	var add func(dir string)
	add = func(dir string) {
		if known[dir] || r.Tree.Look(dir).Entries != nil {
			return
		}
		known[dir] = true
		add(path.Dir(dir))
		dirs = append(dirs, dir)
	}
	for i := range r.changes {
		if c := &r.changes[i]; c.isNew() {
			add(path.Dir(c.Path))
		}
	}
	return dirs
}

// prepare backs up what a change replaces. A file that is removed is put aside later.
func (r *Run) prepare(c *Change) error {
	if c.IsDelete() {
		return nil
	}
	var err error
	if c.replaces() {
		c.Mode, err = r.backUp(c)
	}
	if err == nil {
		err = r.options.step("temp", c.Path)
	}
	return err
}

// backUp gives a file that will be replaced a second name, and returns its
// permission bits. Where the file system has no links the file is copied.
func (r *Run) backUp(c *Change) (fs.FileMode, error) {
	dir, base := SplitPath(c.Path)
	in, err := r.Tree.Folder(dir)
	if err != nil {
		return 0, err
	}
	mode, err := in.Perm(base)
	if err != nil {
		return 0, err
	}
	if err = r.options.step("link", c.Path); err == nil {
		err = in.Link(base, r.temp, c.oldName())
	}
	if err == nil {
		return mode, nil
	}
	if err := r.options.step("copy", c.Path); err != nil {
		return mode, err
	}
	return mode, copyFile(in, base, mode, r.temp, c.oldName())
}

// copyFile writes the bytes of a file to a new one.
func copyFile(in Folder, name string, mode fs.FileMode, to Folder, newName string) error {
	content, err := readAll(in, name, NoLimit)
	if err != nil {
		return err
	}
	return to.Create(newName, mode, content, nil)
}

// readAll returns the bytes of a file, which must not be larger than a limit.
func readAll(in Folder, name string, limit int64) ([]byte, error) {
	f, err := in.Read(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err == nil && int64(len(text)) == limit {
		err = fmt.Errorf("has %d MiB or more", limit>>20)
	}
	return text, err
}

// readText returns the text of a journal, or of what it promises.
func readText(in Folder, name string) ([]byte, error) {
	const most = 512 << 20 // that of two million files
	return readAll(in, name, most)
}

// promise puts the journal in its place. It is the point of no return.
func (r *Run) promise() error {
	err := r.options.step("promise", JournalName)
	if err == nil {
		r.journaled = true
		err = r.temp.Rename(r.journalTemp(), r.home, JournalName)
	}
	return r.failedHome(JournalName, err)
}
