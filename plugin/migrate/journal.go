package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/split/journal"
)

// journalDir is the directory below that of git in which package journal keeps the
// journal of a run and the files as they were, until the next run: what a killed run
// has changed is put back by its journal, and so is a run that came to its end.
const journalDir = "kuniq-migrate"

// store is that directory.
type store struct {
	root *os.Root
	lock func()
}

// openStore opens it, and keeps other runs out of it.
func (r *Repository) openStore() (*store, error) {
	git, err := os.OpenRoot(r.gitDir)
	if err != nil {
		return nil, err
	}
	defer git.Close()
	if err := git.Mkdir(journalDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	info, err := git.Lstat(journalDir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", filepath.Join(r.gitDir, journalDir))
	}
	root, err := git.OpenRoot(journalDir)
	if err != nil {
		return nil, err
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
