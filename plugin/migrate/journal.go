package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/split"
	"github.com/kuniq/kuniq/split/journal"
)

// journalDir is the directory below that of git in which package journal keeps the
// journal of a run and the files as they were, until the next run. By its journal
// everything is put back that a killed run has changed, or one that came to its end.
const journalDir = "kuniq-migrate"

// store is that directory.
type store struct {
	root *os.Root
	lock func()
}

// openStore opens it, and keeps other runs out of it.
func (r *Repository) openStore() (*store, error) {
	dir := filepath.Join(r.gitDir, journalDir)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	root, err := split.OpenDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	unlock, err := journal.Lock(root)
	if err != nil {
		_ = root.Close()
		if errors.Is(err, journal.ErrBusy) {
			err = fmt.Errorf("%w: %w", ErrBusy, err)
		}
		return nil, err
	}
	return &store{root, unlock}, nil
}

func (s *store) close() {
	s.lock()
	_ = s.root.Close()
}
