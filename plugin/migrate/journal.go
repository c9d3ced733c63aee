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

// journalDir is the directory below that of git in which package journal keeps, until the
// next run, the journal of a run and the old files. With its journal everything is restored
// that a killed or a finished run has changed.
const journalDir = "kuniq-migrate"

// store is that directory.
type store struct {
	root *os.Root
	lock func()
}

// openStore opens it, and locks other runs out.
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
