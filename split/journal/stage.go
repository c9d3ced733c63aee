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

// stage writes everything that will be needed to .kuniq-tmp, and the journal
// last. Until the journal is in place nothing has happened.
func (r *Run) stage(ctx context.Context) error {
	s := stager{run: r}
	if err := s.makeTemp(); err != nil {
		return err
	}
	checked := func() error { return nil }
	checking, stop := context.WithCancel(ctx)
	defer stop()
	if r.options.Check != nil {
		checked = r.options.Check(checking)
	}
	err := s.all(ctx)
	if err != nil {
		stop()
	}
	found := checked()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case found != nil:
		return checkError{found}
	}
	return s.writeJournal()
}

// stager writes temporary files and numbers them.
type stager struct {
	run     *Run
	next    int
	journal string
	joined  [][]byte // a buffer for each worker
}

// number returns the next number.
func (s *stager) number() int {
	s.next++
	return s.next - 1
}

// makeTemp makes .kuniq-tmp and opens it.
func (s *stager) makeTemp() error {
	err := s.run.options.step("mkdir", TempName)
	if err == nil {
		err = s.run.home.Mkdir(TempName, 0o700)
	}
	if err == nil {
		s.run.temp, err = s.run.home.Sub(TempName)
	}
	return s.run.failedHome(TempName, err)
}

// all prepares all changes and the journal.
func (s *stager) all(ctx context.Context) error {
	s.joined = make([][]byte, Workers(len(s.run.changes)))
	for batch := range slices.Chunk(s.run.changes, s.run.options.batch()) {
		if err := s.together(ctx, batch); err != nil {
			return err
		}
	}
	s.run.Tree.Forget()
	s.journal = strconv.Itoa(s.number())
	err := s.run.options.step("temp", JournalName)
	if err == nil {
		err = s.run.temp.Create(s.journal, 0, format(s.run.changes))
	}
	return s.run.failedHome(JournalName, err)
}

// together prepares several changes. Their new files are written by several
// goroutines.
func (s *stager) together(ctx context.Context, batch []Change) error {
	for i := range batch {
		if err := s.prepare(&batch[i]); err != nil {
			return s.run.Failed(batch[i].Path, err)
		}
	}
	failed := make([]error, len(batch))
	Share(ctx, len(batch), func(worker, i int) {
		if c := &batch[i]; !c.IsDelete() {
			failed[i] = s.run.temp.Create(strconv.Itoa(c.temp), c.Mode, inOnePiece(c.Parts, &s.joined[worker]))
		}
	})
	if err := ctx.Err(); err != nil {
		return err // and some of them may not be there
	}
	for i := range batch {
		if failed[i] != nil {
			return s.run.Failed(batch[i].Path, failed[i])
		}
		s.run.options.passed(&batch[i])
	}
	return nil
}

// prepare gives a change its numbers and backs up what it replaces. A file that is
// removed is put aside later, and needs a number only.
func (s *stager) prepare(c *Change) error {
	var err error
	if !c.isNew() {
		c.backup = s.number()
	}
	if c.IsDelete() {
		return nil
	}
	if c.replaces() {
		c.Mode, err = s.backUp(c)
	}
	c.temp = s.number()
	if err == nil {
		err = s.run.options.step("temp", c.Path)
	}
	return err
}

// backUp gives a file that will be replaced a second name, and returns its
// permission bits. Where the file system has no links the file is copied.
func (s *stager) backUp(c *Change) (fs.FileMode, error) {
	dir, base := SplitPath(c.Path)
	in, err := s.run.Tree.Folder(dir)
	if err != nil {
		return 0, err
	}
	mode, err := in.Perm(base)
	if err != nil {
		return 0, err
	}
	if err = s.run.options.step("link", c.Path); err == nil {
		err = in.Link(base, s.run.temp, strconv.Itoa(c.backup))
	}
	if err == nil {
		return mode, nil
	}
	if err := s.run.options.step("copy", c.Path); err != nil {
		return mode, err
	}
	return mode, copyFile(in, base, mode, s.run.temp, strconv.Itoa(c.backup))
}

// copyFile writes the bytes of a file to a new one.
func copyFile(in Folder, name string, mode fs.FileMode, to Folder, newName string) error {
	f, err := in.Read(name)
	if err != nil {
		return err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	return to.Create(newName, mode, content)
}

// writeJournal puts the journal in its place. It is the point of no return.
func (s *stager) writeJournal() error {
	err := s.run.options.step("promise", JournalName)
	if err == nil {
		s.run.journaled = true
		err = s.run.temp.Rename(s.journal, s.run.home, JournalName)
	}
	return s.run.failedHome(JournalName, err)
}
