package propose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split/journal"
)

// ErrExists is the error, wrapped, if a file exists already.
var ErrExists = errors.New("already exists: move it away first")

func (p *Proposal) baselineFile() ([]byte, error) {
	var b bytes.Buffer
	err := report.WriteBaseline(&b, p.Baseline)
	return b.Bytes(), err
}

// Write writes the files into the working directory: all of them, or none. It replaces no
// file: if one of them exists, the error is ErrExists.
func Write(ctx context.Context, files []File) error {
	root, err := os.OpenRoot(".")
	if err != nil {
		return err
	}
	defer root.Close()
	var changes []journal.Change
	for _, f := range files {
		parts := [][]byte{f.Content}
		changes = append(changes, journal.Change{Path: f.Name, Parts: parts, New: journal.DigestOf(parts)})
	}
	run, err := journal.Begin(root, writing(changes))
	if err != nil {
		return err
	}
	defer run.Close()
	j, err := run.Read()
	if err == nil && j != nil {
		_, err = run.Undo(j)
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		switch _, err := root.Lstat(f.Name); {
		case err == nil:
			return fmt.Errorf("%s %w", dupcheck.Quote(f.Name), ErrExists)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	return run.Commit(ctx, changes)
}

// writing are the options of writing. An existing journal may be untrusted: undoing it may
// remove the written files again, and nothing else.
func writing(changes []journal.Change) journal.Options {
	find := func(name string) int {
		return slices.IndexFunc(changes, func(c journal.Change) bool { return c.Path == name })
	}
	return journal.Options{
		Careful: true,
		Accept: func(name string) string {
			if find(name) < 0 {
				return "is not a file that init writes"
			}
			return ""
		},
		Owned: func(name string, digest journal.Digest) bool { return changes[find(name)].New == digest },
	}
}
