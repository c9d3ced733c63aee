package migrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kuniq/kuniq/split/journal"
)

// A run keeps its files below the git directory, in kuniq-migrate: the journal
// of package journal while files change, and a record of the last run: run.json, which
// lists every file that changes with the SHA-256 of what it was and of what it is to
// become, and in old the bytes of what it was. So a run that was killed is completed by
// its journal, and undone by one that changes the files back.

const (
	journalDir = "kuniq-migrate"
	recordName = "run.json"
	oldDir     = "old"
	// recordVersion is that of the format of run.json.
	recordVersion = 2
)

// record says what a run changes.
type record struct {
	Version int    `json:"version"`
	Head    string `json:"head"`
	// Git says that the changes are to be staged.
	Git bool `json:"git"`
	// Undo says that the files are being changed back.
	Undo  bool             `json:"undo"`
	Steps []journal.Change `json:"steps"`
}

// paths are those of all steps.
func (r *record) paths() []string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.Path)
	}
	return out
}

// newRecord makes the record of a plan.
func (p *Plan) newRecord(git bool) *record {
	r := &record{Version: recordVersion, Head: p.repo.head, Git: git}
	for _, a := range p.actions {
		r.Steps = append(r.Steps, a.Change)
	}
	return r
}

// store is the directory of the journal and the record.
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

// load reads the record. It is an error, fs.ErrNotExist, if there is none.
func (s *store) load() (*record, error) {
	data, err := s.root.ReadFile(recordName)
	if err != nil {
		return nil, err
	}
	var r record
	err = json.Unmarshal(data, &r)
	for i := range r.Steps {
		c := &r.Steps[i]
		c.Mode = c.Mode.Perm()
		if c.Old == c.New || journal.BadPath(c.Path) != "" {
			err = errors.New("it names a path outside of the work tree, or no change")
		}
	}
	if err == nil && r.Version != recordVersion {
		err = errors.New("it has another version")
	}
	if err != nil {
		return nil, fmt.Errorf("the journal in the git directory (%s/%s) cannot be understood; was it written by another version of kuniq? %w", journalDir, recordName, err)
	}
	return &r, nil
}

// save writes the record in one step.
func (s *store) save(r *record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	const part = recordName + ".part"
	if err := s.root.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return s.root.Rename(part, recordName)
}

// keep writes the bytes of the files as they were, and the record.
func (s *store) keep(r *record, actions []action, stop func() error) error {
	if err := s.forget(); err != nil {
		return err
	}
	if err := s.root.Mkdir(oldDir, 0o700); err != nil {
		return err
	}
	for i, a := range actions {
		if err := stop(); err != nil {
			return err
		}
		if a.old == nil {
			continue
		}
		if err := s.root.WriteFile(filepath.Join(oldDir, strconv.Itoa(i)), a.old, 0o600); err != nil {
			return err
		}
	}
	return s.save(r)
}

// old returns what the file of a step was.
func (s *store) old(i int) ([]byte, error) {
	return s.root.ReadFile(filepath.Join(oldDir, strconv.Itoa(i)))
}

// forget removes the record.
func (s *store) forget() error {
	if err := s.root.Remove(recordName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.root.RemoveAll(oldDir)
}
