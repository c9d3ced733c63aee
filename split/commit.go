package split

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/internal/crash"
)

// goes says whether the change is that a file goes.
func (c *change) goes() bool { return c.new == digest{} }

// replaces says whether a file comes in place of another one.
func (c *change) replaces() bool { return !c.goes() && c.old != digest{} }

// commit does what the journal says and makes sure that it is done. Some files
// are read back while the next ones are renamed.
func (w *writer) commit() error {
	defer w.tree.forget()
	v := w.verifier(len(w.changes))
	defer v.close()
	for batch := range slices.Chunk(w.changes, w.batch()) {
		err := w.applyAll(batch)
		if checked := v.wait(); err == nil {
			err = checked
		}
		if err != nil {
			return err
		}
		if err := v.start(batch); err != nil {
			return err
		}
	}
	if err := v.wait(); err != nil {
		return err
	}
	w.removeEmpty(w.changes)
	return w.removeJournal()
}

func (w *writer) applyAll(batch []change) error {
	for i := range batch {
		c := &batch[i]
		if err := w.apply(c); err != nil {
			return w.failed(c.path, err)
		}
		w.applied++
		w.progress(c)
	}
	return nil
}

// apply brings one change about. It happens wholly or not at all.
func (w *writer) apply(c *change) error {
	dir, base := splitPath(c.path)
	if c.goes() {
		return w.putAside(c)
	}
	if err := w.makeDir(dir); err != nil {
		return err
	}
	in, err := w.tree.folder(dir)
	if err != nil {
		return err
	}
	if err := w.step("write", c.path); err != nil {
		return err
	}
	return w.temp.rename(strconv.Itoa(c.temp), in, base)
}

// putAside moves a file that goes to .kuniq-tmp. It dies there.
func (w *writer) putAside(c *change) error {
	dir, base := splitPath(c.path)
	in, err := w.tree.folder(dir)
	if err != nil {
		return err
	}
	if err := w.step("prune", c.path); err != nil {
		return err
	}
	return in.rename(base, w.temp, strconv.Itoa(c.backup))
}

// makeDir makes a directory and those above it, if they are missing.
func (w *writer) makeDir(dir string) error {
	if w.tree.look(dir).entries != nil {
		return nil
	}
	above, base := path.Dir(dir), path.Base(dir)
	if err := w.makeDir(above); err != nil {
		return err
	}
	in, err := w.tree.folder(above)
	if err != nil {
		return err
	}
	if err := w.step("mkdir", dir); err != nil {
		return err
	}
	switch err := in.mkdir(base, dirPerm); {
	case err == nil:
		w.made = append(w.made, dir)
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	w.tree.seen[dir] = &seen{entries: map[string]fs.FileMode{}}
	return nil
}

// errOtherBytes means that another process was faster, or that the
// disk cannot be trusted.
var errOtherBytes = errors.New("has other bytes than were written")

// verify reads every file that was written back.
func (w *writer) verify(changes []change) error {
	v := w.verifier(len(changes))
	defer v.close()
	for batch := range slices.Chunk(changes, w.batch()) {
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
	writer  *writer
	readers []reader
	batch   []change
	failed  []error
	reading crash.Group
}

// verifier returns one for n files.
func (w *writer) verifier(n int) *verifier { return &verifier{writer: w, readers: w.readers(n)} }

// start begins to read back the files of a batch, when those before are done.
func (v *verifier) start(batch []change) error {
	for i := range batch {
		if c := &batch[i]; !c.goes() {
			if err := v.writer.step("verify", c.path); err != nil {
				return v.writer.failed(c.path, err)
			}
		}
	}
	v.batch, v.failed = batch, make([]error, len(batch))
	v.reading.Go(func() {
		share(context.Background(), len(batch), func(worker, i int) {
			if !batch[i].goes() {
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
			return v.writer.failed(c.path, v.failed[i])
		}
		v.writer.progress(c)
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
	tree   tree
	buffer []byte
	joined []byte // bytes of a file that are in parts
}

// readers returns a reader for each of the workers on n files.
func (w *writer) readers(n int) []reader {
	all := make([]reader, workers(n))
	for i := range all {
		all[i] = reader{tree: tree{top: w.top}, buffer: make([]byte, len(w.buffer))}
	}
	return all
}

func closeReaders(all []reader) {
	for i := range all {
		all[i].tree.forget()
	}
}

// verify compares byte for byte where the bytes are known, and else their
// digest.
func (r *reader) verify(c *change) error {
	dir, base := splitPath(c.path)
	in, err := r.tree.folder(dir)
	if err != nil {
		return err
	}
	same := false
	if c.parts != nil {
		same, err = holds(in, base, c.parts, r.buffer)
	} else {
		var found digest
		found, err = hash(in, base, noLimit, r.buffer)
		same = found == c.new
	}
	if err == nil && !same {
		err = errOtherBytes
	}
	return err
}

// removeEmpty removes the directories that are empty now that files are gone
// from them. One that cannot be removed stays: it does no harm.
func (w *writer) removeEmpty(changes []change) {
	var dirs []string
	for i := range changes {
		if c := &changes[i]; c.goes() {
			for dir := path.Dir(c.path); dir != "."; dir = path.Dir(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	// What is deeper has a longer path.
	slices.SortFunc(dirs, longerFirst)
	for _, dir := range slices.Compact(dirs) {
		w.tree.forget() // Some systems keep a directory that is open.
		in, err := w.tree.folder(path.Dir(dir))
		if err == nil {
			err = w.step("rmdir", dir)
		}
		if err == nil && in.rmdir(path.Base(dir)) == nil {
			w.removed = append(w.removed, dir)
		}
	}
}

func longerFirst(a, b string) int {
	if len(a) != len(b) {
		return len(b) - len(a)
	}
	return strings.Compare(a, b)
}
