package journal

import (
	"context"
	"errors"

	"github.com/kuniq/kuniq/internal/crash"
)

// ErrOtherBytes means that another process was faster, or that the disk cannot be
// trusted.
var ErrOtherBytes = errors.New("has other bytes than were written")

// crew works on the new files of some changes at a time, from several goroutines,
// while its owner may do something else.
type crew struct {
	run     *Run
	workers []worker
	batch   []Change
	failed  []error
	working crash.Group
}

// worker is what one of the goroutines has to itself.
type worker struct {
	tree   Tree
	buffer []byte
	joined []byte // bytes of a file that are in parts
}

// crew returns one for the changes of a run.
func (r *Run) crew() *crew {
	c := &crew{run: r, workers: make([]worker, crash.Workers(len(r.changes)))}
	for i := range c.workers {
		c.workers[i] = worker{tree: newTree(r.Top), buffer: make([]byte, len(r.Buffer))}
	}
	return c
}

// start begins to do something with every new file of a batch, when the batch before
// is done. step comes first, for one change after the other.
func (c *crew) start(ctx context.Context, batch []Change, step func(*Change) error, do func(*worker, *Change) error) error {
	for i := range batch {
		if err := step(&batch[i]); err != nil {
			return c.run.Failed(batch[i].Path, err)
		}
	}
	c.batch, c.failed = batch, make([]error, len(batch))
	c.working.Go(func() {
		crash.Share(ctx, len(batch), func(n, i int) {
			if !batch[i].IsDelete() {
				c.failed[i] = do(&c.workers[n], &batch[i])
			}
		})
	})
	return nil
}

// wait returns when the last batch is done.
func (c *crew) wait(ctx context.Context) error {
	c.working.Wait()
	if err := ctx.Err(); err != nil {
		return err // and some of it may not be done
	}
	for i := range c.batch {
		if c.failed[i] != nil {
			return c.run.Failed(c.batch[i].Path, c.failed[i])
		}
		c.run.pass(&c.batch[i])
	}
	c.batch = nil
	return nil
}

// do starts a batch and waits for it.
func (c *crew) do(ctx context.Context, batch []Change, step func(*Change) error, do func(*worker, *Change) error) error {
	if err := c.start(ctx, batch, step, do); err != nil {
		return err
	}
	return c.wait(ctx)
}

// close waits, and closes what is open.
func (c *crew) close() {
	defer func() {
		for i := range c.workers {
			c.workers[i].tree.Forget()
		}
	}()
	c.working.Wait()
}

// inOnePiece returns the new bytes of a file, which are valid until the next call: one
// system call is cheaper than several.
func (w *worker) inOnePiece(parts [][]byte) []byte {
	if len(parts) == 1 {
		return parts[0]
	}
	w.joined = w.joined[:0]
	for _, part := range parts {
		w.joined = append(w.joined, part...)
	}
	return w.joined
}

// put writes a new file in its place and reads it back.
func (w *worker) put(c *Change) error {
	dir, base := SplitPath(c.Path)
	in, err := w.tree.Folder(dir)
	if err != nil {
		return err
	}
	return in.Create(base, 0, w.inOnePiece(c.Parts), w.buffer)
}

// verify reads a file back. It compares byte for byte where the bytes are known, and
// else their digest.
func (w *worker) verify(c *Change) error {
	if c.Parts == nil {
		found, err := w.tree.Hash(c.Path, NoLimit, w.buffer)
		if err == nil && found != c.New {
			err = ErrOtherBytes
		}
		return err
	}
	dir, base := SplitPath(c.Path)
	in, err := w.tree.Folder(dir)
	if err != nil {
		return err
	}
	f, err := in.Read(base)
	if err != nil {
		return err
	}
	defer f.Close()
	return readBack(f, w.inOnePiece(c.Parts), w.buffer)
}
