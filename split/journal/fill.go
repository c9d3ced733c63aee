package journal

import (
	"context"
	"slices"
)

// Fill writes new files to a directory that no other program knows, so that no journal is
// needed, and makes sure that they are there. The last change comes first. After an
// error some of the files may be there.
func (r *Run) Fill(ctx context.Context, changes []Change) error {
	checked := func() error { return nil }
	checking, stop := context.WithCancel(ctx)
	defer stop()
	if r.options.Check != nil {
		checked = r.options.Check(checking)
	}
	err := r.fillAll(ctx, changes)
	if err != nil {
		stop()
	}
	found := checked()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return found
}

func (r *Run) fillAll(ctx context.Context, changes []Change) error {
	n := len(changes)
	if n == 0 {
		return nil
	}
	workers := r.readers(n)
	defer closeReaders(workers)
	defer r.Tree.Forget()
	last, others := changes[n-1:], changes[:n-1]
	if err := r.fillSome(ctx, last, workers); err != nil {
		return err
	}
	for batch := range slices.Chunk(others, r.options.batch()) {
		if err := r.fillSome(ctx, batch, workers); err != nil {
			return err
		}
	}
	return nil
}

// fillSome writes some of the files, from several goroutines.
func (r *Run) fillSome(ctx context.Context, batch []Change, workers []reader) error {
	for i := range batch {
		c := &batch[i]
		dir, _ := SplitPath(c.Path)
		if err := (commit{r}).makeDir(dir); err != nil {
			return r.Failed(dir, err)
		}
		if err := r.options.step("write", c.Path); err != nil {
			return r.Failed(c.Path, err)
		}
	}
	failed := make([]error, len(batch))
	Share(ctx, len(batch), func(worker, i int) { failed[i] = workers[worker].put(&batch[i]) })
	if err := ctx.Err(); err != nil {
		return err // and some of them may not be there
	}
	for i := range batch {
		if failed[i] != nil {
			return r.Failed(batch[i].Path, failed[i])
		}
		r.options.passed(&batch[i])
	}
	return nil
}

// put writes a new file and compares what is in it then.
func (r *reader) put(c *Change) error {
	dir, base := SplitPath(c.Path)
	in, err := r.tree.Folder(dir)
	if err != nil {
		return err
	}
	return in.Put(base, inOnePiece(c.Parts, &r.joined), r.buffer)
}
