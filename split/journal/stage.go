package journal

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"strconv"
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
		return r.temp.Create(strconv.Itoa(c.temp), c.Mode, w.inOnePiece(c.Parts), nil)
	}
	for batch := range slices.Chunk(r.changes, r.options.batch()) {
		if err := crew.do(ctx, batch, r.prepare, create); err != nil {
			return err
		}
	}
	err = r.options.step("temp", JournalName)
	if err == nil {
		err = r.temp.Create(strconv.Itoa(r.numbers), 0, format(r.changes), nil)
	}
	return r.failedHome(JournalName, err)
}

// prepare gives a change its numbers and backs up what it replaces. A file that is
// removed is put aside later, and needs a number only.
func (r *Run) prepare(c *Change) error {
	var err error
	if !c.isNew() {
		c.backup, r.numbers = r.numbers, r.numbers+1
	}
	if c.IsDelete() {
		return nil
	}
	if c.replaces() {
		c.Mode, err = r.backUp(c)
	}
	c.temp, r.numbers = r.numbers, r.numbers+1
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
		err = in.Link(base, r.temp, strconv.Itoa(c.backup))
	}
	if err == nil {
		return mode, nil
	}
	if err := r.options.step("copy", c.Path); err != nil {
		return mode, err
	}
	return mode, copyFile(in, base, mode, r.temp, strconv.Itoa(c.backup))
}

// copyFile writes the bytes of a file to a new one.
func copyFile(in Folder, name string, mode fs.FileMode, to Folder, newName string) error {
	content, err := readAll(in, name)
	if err != nil {
		return err
	}
	return to.Create(newName, mode, content, nil)
}

// readAll returns the bytes of a file.
func readAll(in Folder, name string) ([]byte, error) {
	f, err := in.Read(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// promise puts the journal in its place. It is the point of no return.
func (r *Run) promise() error {
	err := r.options.step("promise", JournalName)
	if err == nil {
		r.journaled = true
		err = r.temp.Rename(strconv.Itoa(r.numbers), r.home, JournalName)
	}
	return r.failedHome(JournalName, err)
}
