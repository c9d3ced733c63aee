package split

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"strconv"
)

// stage writes everything that will be needed to .kuniq-tmp, and the journal
// last. Until the journal is in place nothing has happened.
func (w *writer) stage(ctx context.Context) error {
	if err := w.makeTemp(); err != nil {
		return err
	}
	checking, stop := context.WithCancel(ctx)
	defer stop()
	refused := w.identify(checking)
	s := stager{writer: w}
	err := s.all(ctx)
	if err != nil {
		stop()
	}
	refusals := refused()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && len(refusals) > 0 {
		err = &RefusedError{refusals}
	}
	if err != nil {
		return err
	}
	return s.promise()
}

// makeTemp makes .kuniq-tmp and opens it.
func (w *writer) makeTemp() error {
	err := w.step("mkdir", tempName)
	if err == nil {
		err = w.top.mkdir(tempName, 0o700)
	}
	if err == nil {
		w.temp, err = w.top.sub(tempName)
	}
	return w.failed(tempName, err)
}

// stager writes temporary files and numbers them.
type stager struct {
	*writer
	next    int
	journal string
	joined  [][]byte // a buffer for each worker
}

// number returns the next number.
func (s *stager) number() int {
	s.next++
	return s.next - 1
}

// all prepares all changes and the journal.
func (s *stager) all(ctx context.Context) error {
	s.joined = make([][]byte, workers(len(s.changes)))
	for batch := range slices.Chunk(s.changes, s.batch()) {
		if err := s.together(ctx, batch); err != nil {
			return err
		}
	}
	s.tree.forget()
	s.journal = strconv.Itoa(s.number())
	err := s.step("temp", journalName)
	if err == nil {
		err = s.temp.create(s.journal, 0, formatJournal(s.changes))
	}
	return s.failed(journalName, err)
}

// together prepares several changes. Their new files are written by several
// goroutines.
func (s *stager) together(ctx context.Context, batch []change) error {
	for i := range batch {
		if err := s.prepare(&batch[i]); err != nil {
			return s.failed(batch[i].path, err)
		}
	}
	failed := make([]error, len(batch))
	share(ctx, len(batch), func(worker, i int) {
		if c := &batch[i]; !c.goes() {
			failed[i] = s.temp.create(strconv.Itoa(c.temp), c.mode, inOnePiece(c.parts, &s.joined[worker]))
		}
	})
	if err := ctx.Err(); err != nil {
		return err // and some of them may not be there
	}
	for i := range batch {
		if failed[i] != nil {
			return s.failed(batch[i].path, failed[i])
		}
		s.progress(&batch[i])
	}
	return nil
}

// prepare gives a change its numbers and backs up what it replaces. A file that
// goes is put aside later, and needs a number only.
func (s *stager) prepare(c *change) error {
	var err error
	if c.goes() || c.replaces() {
		c.backup = s.number()
	}
	if c.goes() {
		return nil
	}
	if c.replaces() {
		c.mode, err = s.backUp(c)
	}
	c.temp = s.number()
	if err == nil {
		err = s.step("temp", c.path)
	}
	return err
}

// backUp gives a file that will be replaced a second name, and returns its
// permission bits. Where the file system has no links the file is copied.
func (s *stager) backUp(c *change) (fs.FileMode, error) {
	dir, base := splitPath(c.path)
	in, err := s.tree.folder(dir)
	if err != nil {
		return 0, err
	}
	mode, err := in.perm(base)
	if err != nil {
		return 0, err
	}
	if err = s.step("link", c.path); err == nil {
		err = in.link(base, s.temp, strconv.Itoa(c.backup))
	}
	if err != nil {
		err = s.copy(in, base, mode, c)
	}
	return mode, err
}

func (s *stager) copy(in folder, base string, mode fs.FileMode, c *change) error {
	if err := s.step("copy", c.path); err != nil {
		return err
	}
	f, err := in.read(base)
	if err != nil {
		return err
	}
	defer f.Close()
	old, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	return s.temp.create(strconv.Itoa(c.backup), mode, old)
}

// promise puts the journal in its place. It is the point of no return.
func (s *stager) promise() error {
	err := s.step("promise", journalName)
	if err == nil {
		s.promised = true
		err = s.temp.rename(s.journal, s.top, journalName)
	}
	return s.failed(journalName, err)
}
