package manifest

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/rootfs"
)

// directory walks one argument. Everything below it is opened through an
// os.Root.
func (w *walker) directory(arg, name string) bool {
	root, err := os.OpenRoot(arg)
	if err != nil {
		return w.unread(name, systemReason(err))
	}
	defer root.Close()
	d := dirWalker{walker: w, root: root, arg: arg, name: name, real: realPath(arg)}
	if w.tree.List != nil {
		if files, ok := w.tree.List(name); ok {
			return d.listed(files)
		}
	}
	return d.listed(d.walk)
}

// dirWalker walks one directory. Paths are below it.
type dirWalker struct {
	*walker
	root      *os.Root
	arg, name string
	real      string // path of the directory without links
}

// listed takes in the files below the directory.
func (d *dirWalker) listed(files iter.Seq[Listed]) bool {
	for f := range files {
		more, name := true, path.Join(d.name, f.Path)
		switch {
		case f.Unread != "":
			more = d.yield(found{File: File{Name: name, Unread: []dupcheck.Unread{{File: name, Reason: f.Unread, Code: f.Code}}}})
		case f.Skip != "":
			more = d.skipped(name, f.Skip)
		default:
			more = d.entry(f.Path, name, f.Type)
		}
		if !more {
			return false
		}
	}
	return true
}

// walk yields the files below the directory, as a caller could list them.
func (d *dirWalker) walk(yield func(Listed) bool) {
	_ = fs.WalkDir(rootfs.FS(d.root), ".", func(p string, e fs.DirEntry, err error) error {
		f, isDir := Listed{Path: p}, e != nil && e.IsDir()
		if err == nil && p != "." && d.tree.Skip != nil {
			f.Skip = d.tree.Skip(path.Join(d.name, p))
		}
		switch {
		case err != nil:
			f.Unread = notListed(p, err)
		case f.Skip != "":
		case !isDir:
			f.Type = e.Type()
		case p != "." && SkippedDirectory(e.Name()) != "":
			return fs.SkipDir
		default:
			if f.Unread = d.rendered(p); f.Unread == "" {
				return nil
			}
		}
		switch {
		case !yield(f):
			return fs.SkipAll
		case isDir:
			return fs.SkipDir
		}
		return nil
	})
}

// notListed says why a walk could not continue at a path.
func notListed(p string, err error) string {
	if errors.Is(err, fs.ErrInvalid) && !utf8.ValidString(p) {
		return "a name that is not UTF-8; give it as an argument to have it read"
	}
	return systemReason(err)
}

// entry handles an entry that is no directory.
func (d *dirWalker) entry(p, name string, kind fs.FileMode) bool {
	if kind&fs.ModeSymlink != 0 {
		return d.link(p, name)
	}
	return d.file(p, name, kind, filepath.Join(d.real, filepath.FromSlash(p)))
}

// rendered says how to check a directory whose files are not deployed as they are.
func (d *dirWalker) rendered(dir string) string {
	if d.tree.Plain {
		return ""
	}
	exists := func(file string) bool {
		_, err := d.root.Lstat(path.Join(dir, file))
		return err == nil
	}
	quoted := shellWord(path.Join(d.name, dir))
	switch {
	case slices.ContainsFunc(KustomizationFiles(), exists):
		return "a kustomization: check what it builds (kustomize build " + quoted + " | kuniq check -), or read its files as they are"
	case exists(ChartFile):
		return "a Helm chart: check what it renders (helm template " + quoted + " | kuniq check -), or leave it out"
	}
	return ""
}

// link follows a link to a file inside the root, and nothing else.
func (d *dirWalker) link(p, name string) bool {
	full := filepath.Join(d.arg, filepath.FromSlash(p))
	info, err := d.root.Stat(p)
	switch {
	case err == nil && info.IsDir():
		return d.skipped(name, "a link to a directory, which is not followed")
	case err == nil:
		return d.file(p, name, info.Mode().Type(), realPath(full))
	case !HasExtension(p) && !leadsToDirectory(full):
		return true
	case strings.Contains(systemReason(err), "escapes"):
		return d.unread(name, "a link that leaves the directory, which is not followed")
	}
	return d.unread(name, "a link that cannot be followed: "+systemReason(err))
}

// leadsToDirectory reports whether a link that is not followed may hide a directory of
// manifests. Most lead to other files, or to nothing.
func leadsToDirectory(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir() || errors.Is(err, fs.ErrPermission)
}

// file takes in a file below a directory.
func (d *dirWalker) file(p, name string, kind fs.FileMode, real string) bool {
	switch {
	case IsJsonnet(p):
		return d.yield(found{File: File{Name: name, Skipped: "jsonnet, which has to be rendered first"}})
	case !HasExtension(p):
		return true
	case kind != 0:
		return d.unread(name, "not a regular file")
	case d.reached(real):
		return true
	}
	return d.read(name, fileplace{d.arg, p}, false)
}

// shellWord writes a path as a shell reads it, for a command to be copied. It writes DIR
// in place of a path that cannot be copied.
func shellWord(path string) string {
	if dupcheck.Quote(path) != path {
		return "DIR"
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	plain := strings.Trim(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./@%+=:,-")
	if plain == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
