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

// verify reads every file that was written back.
func (r *Run) verify(changes []Change) error {
	v := r.verifier(len(changes))
	defer v.close()
	for batch := range slices.Chunk(changes, r.options.batch()) {
		if err := v.start(batch); err != nil {
			return err
		}
		if err := v.wait(); err != nil {
			return err
		}
	}
	return nil
}

// verifier reads files back, some at a time, while its owner does something else.
type verifier struct {
	run     *Run
	readers []reader
	batch   []Change
	failed  []error
	reading crash.Group
}

// verifier returns one for n files.
func (r *Run) verifier(n int) *verifier { return &verifier{run: r, readers: r.readers(n)} }

// start begins to read back the files of a batch, when those before are done.
func (v *verifier) start(batch []Change) error {
	for i := range batch {
		if c := &batch[i]; !c.IsDelete() {
			if err := v.run.options.step("verify", c.Path); err != nil {
				return v.run.Failed(c.Path, err)
			}
		}
	}
	v.batch, v.failed = batch, make([]error, len(batch))
	v.reading.Go(func() {
		Share(context.Background(), len(batch), func(worker, i int) {
			if !batch[i].IsDelete() {
				v.failed[i] = v.readers[worker].verify(&batch[i])
			}
		})
	})
	return nil
}

// wait returns when the files of the last batch are read.
func (v *verifier) wait() error {
	v.reading.Wait()
	for i := range v.batch {
		c := &v.batch[i]
		if v.failed[i] != nil {
			return v.run.Failed(c.Path, v.failed[i])
		}
		v.run.options.passed(c)
	}
	v.batch = nil
	return nil
}

// close waits, and closes what is open.
func (v *verifier) close() {
	defer closeReaders(v.readers)
	v.reading.Wait()
}

// reader reads files for one of several goroutines.
type reader struct {
	tree   Tree
	buffer []byte
	joined []byte // bytes of a file that are in parts
}

// readers returns a reader for each of the workers on n files.
func (r *Run) readers(n int) []reader {
	all := make([]reader, Workers(n))
	for i := range all {
		all[i] = reader{tree: NewTree(r.Top), buffer: make([]byte, len(r.Buffer))}
	}
	return all
}

func closeReaders(all []reader) {
	for i := range all {
		all[i].tree.Forget()
	}
}

// verify compares byte for byte where the bytes are known, and else their
// digest.
func (r *reader) verify(c *Change) error {
	dir, base := SplitPath(c.Path)
	in, err := r.tree.Folder(dir)
	if err != nil {
		return err
	}
	same := false
	if c.Parts != nil {
		same, err = holds(in, base, c.Parts, r.buffer)
	} else {
		var found Digest
		found, err = Hash(in, base, NoLimit, r.buffer)
		same = found == c.New
	}
	if err == nil && !same {
		err = ErrOtherBytes
	}
	return err
}
