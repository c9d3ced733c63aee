package split

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/kuniq/kuniq/dupcheck"
)

// writer is one run.
type writer struct {
	plan    Plan
	options WriteOptions
	root    *os.Root
	top     folder
	tree    tree
	buffer  []byte

	inDir    map[string]int   // how many files of the plan a directory has
	index    map[string]owned // as it will be
	oldIndex digest           // of the file
	newIndex bool             // whether it will be another one

	changes  []change
	refusals []Refusal
	result   Result

	temp     folder   // .kuniq-tmp, while it is needed
	promised bool     // whether there may be a journal of this run
	applied  int      // changes that are in effect
	made     []string // directories that were made
	removed  []string // directories that were removed
	passed   int      // stages of files

	called string // what messages call root, if not by its name
	stages int    // how many there are for each file
}

func newWriter(p Plan, root *os.Root, o WriteOptions) (*writer, error) {
	top, err := o.openFolder(root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(root, "."), reason(err))
	}
	w := &writer{plan: p, options: o, root: root, top: top, buffer: make([]byte, 64<<10), stages: 3}
	w.tree.top = top
	return w, nil
}

// close closes what is open, after whatever happened.
func (w *writer) close() {
	w.tree.forget()
	if w.temp != nil {
		w.temp.close()
	}
	w.top.close()
}

// run is Write behind the lock.
func (w *writer) run(ctx context.Context) error {
	if err := w.complete(); err != nil {
		return err
	}
	if err := w.survey(ctx); err != nil {
		return err
	}
	if len(w.refusals) > 0 {
		return &RefusedError{w.refusals}
	}
	if err := w.sweep(); err != nil || len(w.changes) == 0 {
		return err
	}
	if err := w.stage(ctx); err != nil {
		return w.discard(err)
	}
	if err := w.commit(); err != nil {
		return w.undo(err)
	}
	if err := w.sweep(); err != nil {
		return fmt.Errorf("all files are written, but temporary ones could not be removed (%w); the next run does it", err)
	}
	return nil
}

// step is called before every step that changes the directory or depends on
// it.
func (w *writer) step(op, name string) error {
	if w.options.faults == nil || w.options.faults.step == nil {
		return nil
	}
	return w.options.faults.step(op, name)
}

// batch is how many files are worked on together. Tests that count steps see
// one after the other.
func (w *writer) batch() int {
	if w.options.faults != nil && w.options.faults.step != nil {
		return 1
	}
	return 1024
}

// progress counts stages, because each file is written, renamed and read back.
func (w *writer) progress(c *change) {
	total := len(w.result.Written) + len(w.result.Pruned)
	if w.options.Progress == nil || total == 0 || c.path == indexName {
		return
	}
	if w.passed++; w.passed%w.stages == 0 {
		w.options.Progress(w.passed/w.stages, total)
	}
}

func (w *writer) shown(name string) string { return dupcheck.Quote(w.place(name)) }

// failed is the error of an operation on a file.
func (w *writer) failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", w.shown(name), reason(err))
}

func (w *writer) refuse(name, format string, args ...any) {
	w.refusals = append(w.refusals, Refusal{
		At:     dupcheck.Position{File: w.place(name)},
		Reason: fmt.Sprintf(format, args...),
	})
}

// isMissing says whether an error only says that there is no such file.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
