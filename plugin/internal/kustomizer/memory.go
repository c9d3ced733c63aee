package kustomizer

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Memory is a file system for kustomize that holds a few files and can be
// neither written nor left. kustomize's own file system in memory has no names
// with "%" or "~" in them.
type Memory struct {
	files map[string][]byte // by absolute path
	dirs  map[string]bool
}

var _ filesys.FileSystem = (*Memory)(nil)

// NewMemory returns one without any files.
func NewMemory() *Memory {
	return &Memory{files: map[string][]byte{}, dirs: map[string]bool{"/": true}}
}

// Add puts a file there.
func (m *Memory) Add(name string, data []byte) {
	name = path.Join("/", name)
	m.files[name] = data
	for dir := path.Dir(name); !m.dirs[dir]; dir = path.Dir(dir) {
		m.dirs[dir] = true
	}
}

func clean(name string) string { return path.Join("/", filepath.ToSlash(name)) }

var (
	errReadOnly = errors.New("the files of a build are read only")
	errUnused   = errors.New("not needed for a build")
)

// Create fails.
func (m *Memory) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir fails.
func (m *Memory) Mkdir(string) error { return errReadOnly }

// MkdirAll fails.
func (m *Memory) MkdirAll(string) error { return errReadOnly }

// RemoveAll fails.
func (m *Memory) RemoveAll(string) error { return errReadOnly }

// WriteFile fails.
func (m *Memory) WriteFile(string, []byte) error { return errReadOnly }

// Open fails; kustomize reads files as a whole.
func (m *Memory) Open(string) (filesys.File, error) { return nil, errReadOnly }

// IsDir says whether there is a directory.
func (m *Memory) IsDir(name string) bool { return m.dirs[clean(name)] }

// Exists says whether there is a file or a directory.
func (m *Memory) Exists(name string) bool {
	_, ok := m.files[clean(name)]
	return ok || m.IsDir(name)
}

// ReadFile returns a file.
func (m *Memory) ReadFile(name string) ([]byte, error) {
	data, ok := m.files[clean(name)]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return slices.Clone(data), nil
}

// CleanedAbs splits a path into a directory that exists and a file in it.
func (m *Memory) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	full := clean(name)
	if m.dirs[full] {
		return filesys.ConfirmedDir(full), "", nil
	}
	if _, ok := m.files[full]; ok {
		return filesys.ConfirmedDir(path.Dir(full)), path.Base(full), nil
	}
	return "", "", fmt.Errorf("%s: %w", name, fs.ErrNotExist)
}

// ReadDir returns what is directly in a directory.
func (m *Memory) ReadDir(name string) ([]string, error) {
	if !m.IsDir(name) {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	found := map[string]bool{}
	for _, full := range slices.Concat(slices.Collect(maps.Keys(m.files)), slices.Collect(maps.Keys(m.dirs))) {
		if path.Dir(full) == clean(name) && full != "/" {
			found[path.Base(full)] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// Glob fails; no build looks for files.
func (m *Memory) Glob(string) ([]string, error) { return nil, errUnused }

// Walk fails; no build looks for files.
func (m *Memory) Walk(string, filepath.WalkFunc) error { return errUnused }
