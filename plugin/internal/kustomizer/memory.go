package kustomizer

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Memory is a read-only file system for kustomize that holds a few files and cannot be left.
// kustomize's own file system in memory has no names with "%" or "~" in them. A build needs
// the methods below and no others.
type Memory struct {
	filesys.FileSystem                   // nil
	files              map[string][]byte // by absolute path
	dirs               map[string]bool
}

// NewMemory returns a Memory without any files.
func NewMemory() *Memory {
	return &Memory{files: map[string][]byte{}, dirs: map[string]bool{"/": true}}
}

// Add adds a file.
func (m *Memory) Add(name string, data []byte) {
	name = path.Join("/", name)
	m.files[name] = data
	for dir := path.Dir(name); !m.dirs[dir]; dir = path.Dir(dir) {
		m.dirs[dir] = true
	}
}

func clean(name string) string { return path.Join("/", filepath.ToSlash(name)) }

// IsDir reports whether a directory exists.
func (m *Memory) IsDir(name string) bool { return m.dirs[clean(name)] }

// Exists reports whether a file or a directory exists.
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

// ReadDir returns the names directly in a directory.
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
