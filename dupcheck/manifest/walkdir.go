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
	return !errors.Is(fs.WalkDir(rootfs.FS(root), ".", d.visit), errStop)
}

// dirWalker walks one directory. Paths are below it.
type dirWalker struct {
	*walker
	root      *os.Root
	arg, name string
	real      string // path of the directory without links
}

// listed takes in files that the caller has found.
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

func (d *dirWalker) visit(p string, e fs.DirEntry, err error) error {
	name := d.name
	if p != "." {
		name = path.Join(d.name, p)
	}
	if err != nil {
		reason := systemReason(err)
		if errors.Is(err, fs.ErrInvalid) && !utf8.ValidString(p) {
			reason = "a name that is not UTF-8; give it as an argument to have it read"
		}
		return goOn(d.unread(name, reason), e != nil && e.IsDir())
	}
	if p != "." && d.tree.Skip != nil {
		if reason := d.tree.Skip(name); reason != "" {
			return goOn(d.skipped(name, reason), e.IsDir())
		}
	}
	if e.IsDir() {
		return d.enter(p, name, e)
	}
	return goOn(d.entry(p, name, e.Type()), false)
}

// entry takes in what is no directory.
func (d *dirWalker) entry(p, name string, kind fs.FileMode) bool {
	if kind&fs.ModeSymlink != 0 {
		return d.link(p, name)
	}
	return d.file(p, name, kind, filepath.Join(d.real, filepath.FromSlash(p)))
}

// goOn turns the answer of the consumer into that of a walk.
func goOn(more, skipDir bool) error {
	switch {
	case !more:
		return errStop
	case skipDir:
		return fs.SkipDir
	}
	return nil
}

// enter decides whether a directory is walked.
func (d *dirWalker) enter(p, name string, e fs.DirEntry) error {
	if p != "." && SkippedDirectory(e.Name()) != "" {
		return fs.SkipDir
	}
	if d.tree.Plain {
		return nil
	}
	if reason := d.rendered(p, name); reason != "" {
		return goOn(d.unread(name, reason), true)
	}
	return nil
}

// rendered says how to check a directory whose files are not what is deployed.
func (d *dirWalker) rendered(dir, name string) string {
	exists := func(file string) bool {
		_, err := d.root.Lstat(path.Join(dir, file))
		return err == nil
	}
	quoted := shellWord(name)
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

// leadsToDirectory says whether a link that is not followed may hide a
// directory of manifests. Most lead to files that are none, or nowhere.
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

// shellWord writes a path as a shell reads it, for a command to be copied. A
// path that would not survive that is left for the reader to fill in.
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
