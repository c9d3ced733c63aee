package migrate

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// # How a kill is survived
//
// Below the git directory is kuniq-migrate, and in it
//
//	staging/   a journal that is being written; nothing else was changed yet
//	run/       a complete journal: staging, renamed. From now on files change
//	done/      the journal of the last run that came to its end: run, renamed
//
// A journal is journal.json, which lists every file that changes with the
// SHA-256 of what it was and of what it is to become, and the bytes of both.
// So whatever ends the process, the next one can go on or go back: a file that
// is what it was is still to be changed, one that is what it is to become was
// changed already, and one that is neither was changed by a user and is not touched.
//
// New bytes are written beside the file under a name that only this journal
// knows, and put into place by linking or renaming. Nothing is synced to the
// disk: this is about a killed process and not about a machine that loses
// power.

const (
	journalDir  = "kuniq-migrate"
	stagingName = "staging"
	runName     = "run"
	doneName    = "done"
	journalName = "journal.json"
	// journalVersion is that of the format of journal.json.
	journalVersion = 1
)

// journal says what a run changes.
type journal struct {
	Version int `json:"version"`
	// ID tells the temporary files of this run from all others.
	ID   string `json:"id"`
	Head string `json:"head"`
	Dir  string `json:"dir"`
	// Git says that the changes are to be staged.
	Git bool `json:"git"`
	// Folders are the directories that the run makes, outermost first.
	Folders []string `json:"folders"`
	Steps   []step   `json:"steps"`
}

// step is a change of one file. Hashes are hexadecimal SHA-256, or empty where
// there is no file.
type step struct {
	Path string      `json:"path"`
	Mode fs.FileMode `json:"mode"`
	Old  string      `json:"old"`
	New  string      `json:"new"`
}

// paths are those of all steps.
func (j *journal) paths() []string {
	var out []string
	for _, s := range j.Steps {
		out = append(out, s.Path)
	}
	return out
}

// temporary is the name under which the bytes of a step are written first. No
// tool reads a file with such an ending.
func (j *journal) temporary(i int) string {
	return path.Join(path.Dir(j.Steps[i].Path), ".kuniq-migrate-"+j.ID+"-"+strconv.Itoa(i)+".tmp")
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// store is the directory of journals.
type store struct {
	root *os.Root
	lock func()
}

// openStore opens the directory of journals, and keeps other runs out of it.
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
	unlock, err := lock(root)
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	if err := root.RemoveAll(stagingName); err != nil {
		unlock()
		_ = root.Close()
		return nil, err
	}
	return &store{root, unlock}, nil
}

func (s *store) close() {
	s.lock()
	_ = s.root.Close()
}

// exists says whether there is a journal of some state. It needs no lock.
func (r *Repository) exists(state string) bool {
	_, err := os.Lstat(filepath.Join(r.gitDir, journalDir, state, journalName))
	return err == nil
}

var hexadecimal = regexp.MustCompile(`^[0-9a-f]{16}$`)

// load reads a journal.
func (s *store) load(state string) (*journal, error) {
	data, err := s.root.ReadFile(filepath.Join(state, journalName))
	if err != nil {
		return nil, err
	}
	var j journal
	if err := json.Unmarshal(data, &j); err != nil || j.Version != journalVersion || !hexadecimal.MatchString(j.ID) {
		return nil, fmt.Errorf("the journal in the git directory (%s/%s) cannot be understood; was it written by another version of kuniq?", journalDir, state)
	}
	for _, p := range slices.Concat(j.paths(), j.Folders) {
		if !fs.ValidPath(p) || slices.Contains(strings.Split(strings.ToLower(p), "/"), ".git") {
			return nil, fmt.Errorf("the journal in the git directory (%s/%s) names a path outside of the work tree", journalDir, state)
		}
	}
	return &j, nil
}

// bytes returns what a file was ("old") or is to become ("new").
func (s *store) bytes(state, which string, i int) ([]byte, error) {
	return s.root.ReadFile(filepath.Join(state, which+"-"+strconv.Itoa(i)))
}

// newJournal makes the journal of a plan.
func (p *Plan) newJournal(git bool) *journal {
	id := make([]byte, 8)
	_, _ = rand.Read(id)
	j := &journal{
		Version: journalVersion, ID: hex.EncodeToString(id), Head: p.repo.head, Dir: p.repo.dir, Git: git,
		Folders: p.missingFolders(), Steps: []step{},
	}
	for _, a := range p.actions {
		s := step{Path: a.path, Mode: a.mode}
		if !a.isNew {
			s.Old = hashOf(a.old)
		}
		if !a.isGone {
			s.New = hashOf(a.new)
		}
		j.Steps = append(j.Steps, s)
	}
	return j
}

// missingFolders are the directories that have to be made, outermost first.
func (p *Plan) missingFolders() []string {
	found := map[string]bool{}
	for _, a := range p.actions {
		for dir := path.Dir(a.path); dir != "."; dir = path.Dir(dir) {
			if _, err := p.repo.root.Lstat(filepath.FromSlash(dir)); errors.Is(err, fs.ErrNotExist) {
				found[dir] = true
			}
		}
	}
	out := make([]string, 0, len(found))
	for dir := range found {
		out = append(out, dir)
	}
	slices.Sort(out)
	return out
}

// write puts a journal and the bytes of its steps into a new directory.
func (s *store) write(state string, j *journal, actions []action, stop func() error) error {
	if err := s.root.Mkdir(state, 0o700); err != nil {
		return err
	}
	put := func(which string, i int, data []byte) error {
		return s.root.WriteFile(filepath.Join(state, which+"-"+strconv.Itoa(i)), data, 0o600)
	}
	for i, a := range actions {
		if err := stop(); err != nil {
			return err
		}
		if !a.isNew {
			if err := put("old", i, a.old); err != nil {
				return err
			}
		}
		if !a.isGone {
			if err := put("new", i, a.new); err != nil {
				return err
			}
		}
	}
	data, err := json.Marshal(j)
	if err != nil {
		return err
	}
	return s.root.WriteFile(filepath.Join(state, journalName), data, 0o600)
}

// rename makes a journal one of another state, in one step.
func (s *store) rename(from, to string) error {
	if err := s.root.RemoveAll(to); err != nil {
		return err
	}
	return s.root.Rename(from, to)
}
