package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// IsHeader says whether a file makes a kustomization or a chart of its directory.
func IsHeader(name string) bool {
	return manifest.IsKustomization(name) || path.Base(name) == manifest.ChartFile
}

// Arranges reports whether the name of a file decides what is rendered and what is read
// as it is in its directory.
func Arranges(name string) bool {
	switch path.Base(name) {
	case environmentFile, SpecFile, modulesFile:
		return true
	}
	return IsHeader(name)
}

// kustomizationsIn returns the kustomization files of a directory.
func kustomizationsIn(fsys fs.FS, dir string) []string {
	var out []string
	for _, name := range manifest.KustomizationFiles() {
		file := path.Join(dir, name)
		if info, err := fs.Lstat(fsys, file); err == nil && !info.IsDir() {
			out = append(out, file)
		}
	}
	return out
}

// HasKustomization says whether a directory has a file that kustomize would
// take for its kustomization.
func HasKustomization(fsys fs.FS, dir string) bool { return len(kustomizationsIn(fsys, dir)) > 0 }

// IsFile says whether a path is a regular file and no link to one.
func IsFile(fsys fs.FS, name string) bool {
	info, err := fs.Lstat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// ReadFile reads a regular file of at most most bytes. Its error is an Unresolved. A file
// whose content is elsewhere, such as a git LFS pointer, cannot be read.
func ReadFile(fsys fs.FS, name string, most int64) ([]byte, error) {
	info, err := fs.Lstat(fsys, name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, Errorf(Outside, "it is a symbolic link")
	}
	return readFile(fsys, name, most, info, err)
}

// ReadLinked is ReadFile for a file that may be reached through symbolic links,
// as long as they stay in the tree.
func ReadLinked(fsys fs.FS, name string, most int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
		return nil, Errorf(Outside, "it cannot be read, or is a symbolic link that leaves what is checked")
	}
	return readFile(fsys, name, most, info, err)
}

func readFile(fsys fs.FS, name string, most int64, info fs.FileInfo, err error) (data []byte, _ error) {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return nil, Errorf(Missing, "there is no such file")
	case err != nil:
		return nil, Errorf(Unreadable, "it cannot be read")
	case info.IsDir():
		return nil, Errorf(Missing, "it is a directory without a kustomization")
	case !info.Mode().IsRegular():
		return nil, Errorf(Unreadable, "it is not a regular file")
	}
	if info.Size() <= most {
		data, err = fs.ReadFile(fsys, name) // which need not copy cached files
	}
	switch {
	case err != nil:
		return nil, Errorf(Unreadable, "it cannot be read")
	case max(info.Size(), int64(len(data))) > most:
		return nil, Errorf(TooLarge, "it is larger than %d MiB", most>>20)
	}
	if reason := manifest.Absent(data); reason != "" {
		return nil, Errorf(Absent, "%s", reason)
	}
	return data, nil
}

// Below says whether a path is a directory or in it.
func Below(name, dir string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir) && name[len(dir)] == '/'
}

func strictlyBelow(name, dir string) bool { return name != dir && Below(name, dir) }

// compareWalk orders paths as a walk meets them: the files below a directory before the
// entries after that directory.
func compareWalk(a, b string) int {
	return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
}

// Open opens a directory, out of which nothing leads. Files are read once. The caller
// must call closed, also after an error. The error names the directory.
func Open(dir string) (tree fs.FS, closed func(), err error) {
	root, err := OpenRoot(dir)
	if err != nil {
		return nil, func() {}, fmt.Errorf("%s cannot be read: %w", dupcheck.Quote(dir), SystemError(err))
	}
	return NewCachingFS(root.FS()), func() { _ = root.Close() }, nil // it was only read
}

// OpenRoot is os.OpenRoot, but returns an error for a named pipe. os.OpenRoot blocks there
// until another process writes to the pipe.
func OpenRoot(dir string) (*os.Root, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	return os.OpenRoot(dir)
}

// SystemReason returns an error of the system without its path, or any other error
// unchanged.
func SystemReason(err error) string { return SystemError(err).Error() }

// SystemError is SystemReason as an error.
func SystemError(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
