package journal

import (
	"context"
	"errors"
	"slices"

	"github.com/kuniq/kuniq/internal/crash"
)

// ErrOtherBytes means that another process was faster, or that the disk cannot be
// trusted.
var ErrOtherBytes = errors.New("has other bytes than were written")

// worker is what one of the goroutines has to itself.
type worker struct {
	tree   Tree
	buffer []byte
	joined []byte // bytes of a file that are in parts
}

// each does something with every new file of some changes, from several goroutines.
// step comes first, for one change after the other.
func (r *Run) each(ctx context.Context, changes []Change, step func(*Change) error, do func(*worker, *Change) error) error {
	workers := make([]worker, crash.Workers(len(changes)))
	for i := range workers {
		workers[i] = worker{tree: newTree(r.Top), buffer: make([]byte, len(r.Buffer))}
		defer workers[i].tree.Forget()
	}
	for batch := range slices.Chunk(changes, r.options.batch()) {
		for i := range batch {
			if err := step(&batch[i]); err != nil {
				return r.Failed(batch[i].Path, err)
			}
		}
		failed := make([]error, len(batch))
		crash.Share(ctx, len(batch), func(n, i int) {
			if !batch[i].IsDelete() {
				failed[i] = do(&workers[n], &batch[i])
			}
		})
		if err := ctx.Err(); err != nil {
			return err // and some of it may not be done
		}
		for i := range batch {
			if failed[i] != nil {
				return r.Failed(batch[i].Path, failed[i])
			}
			r.pass(&batch[i])
		}
	}
	return nil
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

// verify reads a file back.
func (w *worker) verify(c *Change) error {
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
