package split

import (
	"context"
	"slices"
)

// fill writes everything and makes sure that it is there.
func (w *writer) fill(ctx context.Context) error {
	if err := w.survey(ctx); err != nil {
		return err
	}
	if len(w.refusals) > 0 {
		return &RefusedError{w.refusals}
	}
	checking, stop := context.WithCancel(ctx)
	defer stop()
	refused := w.identify(checking)
	err := w.writeAll(ctx)
	if err != nil {
		stop()
	}
	refusals := refused()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case len(refusals) > 0:
		return &RefusedError{refusals}
	}
	return nil
}

// writeAll writes the files, the index first.
func (w *writer) writeAll(ctx context.Context) error {
	n := len(w.changes)
	if n == 0 {
		return nil
	}
	workers := w.readers(n)
	defer closeReaders(workers)
	index, others := w.changes[n-1:], w.changes[:n-1]
	if err := w.writeSome(ctx, index, workers); err != nil {
		return err
	}
	for batch := range slices.Chunk(others, w.batch()) {
		if err := w.writeSome(ctx, batch, workers); err != nil {
			return err
		}
	}
	return nil
}

// writeSome writes some of the files, from several goroutines.
func (w *writer) writeSome(ctx context.Context, batch []change, workers []reader) error {
	for i := range batch {
		c := &batch[i]
		dir, _ := splitPath(c.path)
		if err := w.makeDir(dir); err != nil {
			return w.failed(dir, err)
		}
		if err := w.step("write", c.path); err != nil {
			return w.failed(c.path, err)
		}
	}
	failed := make([]error, len(batch))
	share(ctx, len(batch), func(worker, i int) { failed[i] = workers[worker].put(&batch[i]) })
	if err := ctx.Err(); err != nil {
		return err // and some of them may not be there
	}
	for i := range batch {
		if failed[i] != nil {
			return w.failed(batch[i].path, failed[i])
		}
		w.progress(&batch[i])
	}
	return nil
}

// put writes a new file and compares what is in it then.
func (r *reader) put(c *change) error {
	dir, base := splitPath(c.path)
	in, err := r.tree.folder(dir)
	if err != nil {
		return err
	}
	return in.put(base, inOnePiece(c.parts, &r.joined), r.buffer)
}
