package evaluate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render/job"
	renderer "github.com/kuniq/kuniq/plugin/render/jsonnet"
)

// importer finds imports where jsonnet.FileImporter does, and under the same
// names: beside the file that imports, and then in the libraries, the last one
// first. It reads only what the caller names and what is in a room that is open
// to the importing file.
type importer struct {
	*Request
	rooms []room
	found map[[2]string]imported // by the importing file and the name
	files map[string]file        // by where they were found
}

// file is a file that was read.
type file struct {
	jsonnet.Contents
	of string // the checkout through which it was reached, if it was through one
}

// imported is what came of an import.
type imported struct {
	contents jsonnet.Contents
	at       string
	err      error
}

func newImporter(r *Request) *importer {
	return &importer{Request: r, rooms: r.rooms(), found: map[[2]string]imported{}, files: map[string]file{"": {of: r.Top}}}
}

// Import returns the same for the same import, as go-jsonnet asks.
func (i *importer) Import(from, name string) (jsonnet.Contents, string, error) {
	key := [2]string{from, name}
	f, ok := i.found[key]
	if !ok {
		f = i.search(from, name)
		i.found[key] = f
	}
	return f.contents, f.at, f.err
}

func (i *importer) search(from, name string) imported {
	if named, ok := i.Named[name]; ok && from == "" {
		at := join("", name)
		return imported{contents: i.keep(at, named.Text, named.Top), at: at}
	}
	dir, _ := filepath.Split(from)
	for _, dir := range renderer.Search(dir, i.Libraries) {
		at := join(dir, name)
		contents, err := i.read(from, at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			// A file that jsonnet would not have read must not take its place.
			return imported{err: fmt.Errorf("import %s %w", dupcheck.QuoteBrief(name), err)}
		}
		return imported{contents: contents, at: at}
	}
	return imported{err: fmt.Errorf("couldn't open import %s: no match locally or in the Jsonnet library paths", dupcheck.QuoteBrief(name))}
}

// join is where an import is searched, as jsonnet.FileImporter has it.
func join(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// keep returns the contents of a file, which are the same each time.
func (i *importer) keep(at string, text []byte, of string) jsonnet.Contents {
	f, ok := i.files[at]
	if !ok {
		f = file{jsonnet.MakeContentsRaw(text), of}
		i.files[at] = f
	}
	return f.Contents
}

var errOutside = errors.New("leads out of the checkout and of the search path, and not every file may be read")

// read reads a file for another one, through the first room that has it.
func (i *importer) read(from, at string) (jsonnet.Contents, error) {
	path := i.absolute(at)
	if i.AnyFile {
		text, err := os.ReadFile(path)
		if err != nil {
			return jsonnet.Contents{}, err
		}
		return i.keep(at, text, ""), nil
	}
	for _, r := range i.rooms {
		name, inside := r.find(path)
		if !inside || r.of != "" && r.of != i.files[from].of {
			continue
		}
		switch text, err := readRegular(r.root, name); {
		case err == nil:
			return i.keep(at, text, r.of), nil
		case !errors.Is(err, errOutside):
			return jsonnet.Contents{}, err
		}
	}
	return jsonnet.Contents{}, errOutside
}

// readRegular reads a regular file of a directory. No symbolic link leads out of
// that. Errors do not hold the name.
func readRegular(root *os.Root, name string) ([]byte, error) {
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, reason(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	case info.Size() > job.MostFile:
		return nil, fmt.Errorf("is larger than %d MiB", job.MostFile>>20)
	}
	text, err := root.ReadFile(name)
	if err != nil {
		return nil, reason(err)
	}
	return text, nil
}

// reason is the error about a file. An error that is not the system's is that of
// os.Root about a path that leads out of it.
func reason(err error) error {
	errno, system := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return err
	case system:
		return fmt.Errorf("cannot be read: %w", errno)
	}
	return errOutside
}
