package manifest

import (
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// walk yields every file in application order. raw keeps the encoding of a stream.
func (t *Tree) walk(raw bool) iter.Seq[found] {
	return func(yield func(found) bool) {
		w := walker{tree: t, yield: yield, raw: raw, seen: map[string]bool{}}
		for _, arg := range t.Args {
			if !w.arg(arg) {
				return
			}
		}
	}
}

// walker finds files. Its methods return false when the consumer has enough.
type walker struct {
	tree  *Tree
	yield func(found) bool
	raw   bool
	seen  map[string]bool // files by their real path
}

func (w *walker) arg(arg string) bool {
	if arg == "-" {
		return w.stdin()
	}
	name := displayName(arg)
	if w.tree.Skip != nil {
		if reason := w.tree.Skip(name); reason != "" {
			return w.skipped(name, reason)
		}
	}
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		return w.unread(name, systemReason(err))
	case info.IsDir():
		return w.directory(arg, name)
	case info.Mode().IsRegular():
		if w.reached(realPath(arg)) {
			return true
		}
		return w.read(name, fileplace{path: arg}, true)
	case isDescriptor(arg):
		return w.descriptor(arg, name)
	}
	return w.unread(name, "not a regular file")
}

// displayName is a path as positions have it.
func displayName(p string) string {
	return strings.TrimPrefix(filepath.ToSlash(filepath.Clean(p)), "./")
}

// isDescriptor reports whether a path is an open file of this process, such as that of a
// shell's <(command): a pipe with a writer.
func isDescriptor(p string) bool {
	return strings.HasPrefix(p, "/dev/fd/") || strings.HasPrefix(p, "/proc/self/fd/") || p == "/dev/stdin"
}

func (w *walker) descriptor(arg, name string) bool {
	f, err := os.Open(arg)
	if err != nil {
		return w.unread(name, systemReason(err))
	}
	defer f.Close()
	return w.stream(name, f)
}

func (w *walker) stdin() bool {
	name := w.tree.StdinName
	if name == "" {
		name = "-"
	}
	switch {
	case w.tree.Stdin == nil:
		return w.unread(name, "no standard input")
	case w.reached("-"):
		return true
	}
	return w.stream(name, w.tree.Stdin)
}

// stream reads an input that can be read only once.
func (w *walker) stream(name string, r io.Reader) bool {
	data, err := readAll(r, mostBytes)
	if err == nil && !w.raw {
		data, err = decodeUTF16(data)
	}
	if err != nil {
		return w.unread(name, systemReason(err))
	}
	s := inMemory(name, data)
	s.store = w.tree.store
	return w.yield(found{File: File{Name: name}, named: true, source: s})
}

// read yields a file to read.
func (w *walker) read(name string, place fileplace, named bool) bool {
	s := &source{name: name, place: place, most: MaxFound, store: w.tree.store}
	if named {
		s.most = mostBytes
	}
	return w.yield(found{File: File{Name: name}, named: named, source: s})
}

// reached says whether a file was met before, whatever it was called then.
func (w *walker) reached(real string) bool {
	before := w.seen[real]
	w.seen[real] = true
	return before
}

// realPath is one name for a file, whatever links lead there.
func realPath(p string) string {
	if real, err := filepath.EvalSymlinks(p); err == nil {
		p = real
	}
	if abs, err := filepath.Abs(p); err == nil {
		p = abs
	}
	return p
}

func (w *walker) unread(name, reason string) bool {
	return w.yield(found{File: File{Name: name, Unread: []dupcheck.Unread{{File: name, Reason: reason}}}})
}

func (w *walker) skipped(name, reason string) bool {
	return w.yield(found{File: File{Name: name, Skipped: reason, LeftOut: true}})
}
