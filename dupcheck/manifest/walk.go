package manifest

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// walk yields every file in application order. raw leaves what comes from a
// stream in its encoding.
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

// isDescriptor says whether a path is an open file of this process, which is
// what a shell's <(command) gives: a pipe that has a writer.
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

// stream reads what can be read only once.
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

// read yields a file that is to be read.
func (w *walker) read(name string, place fileplace, named bool) bool {
	s := &source{name: name, place: place, most: mostWalked, store: w.tree.store}
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
	return w.yield(found{File: File{Name: name, Skipped: reason}})
}

// errStop ends a walk whose consumer has enough.
var errStop = errors.New("stop")

// directory walks one argument. Everything below it is opened through an
// os.Root.
func (w *walker) directory(arg, name string) bool {
	root, err := os.OpenRoot(arg)
	if err != nil {
		return w.unread(name, systemReason(err))
	}
	defer root.Close()
	d := dirWalker{walker: w, root: root, arg: arg, name: name, real: realPath(arg)}
	return !errors.Is(fs.WalkDir(root.FS(), ".", d.visit), errStop)
}

// dirWalker walks one directory. Paths are below it.
type dirWalker struct {
	*walker
	root      *os.Root
	arg, name string
	real      string // path of the directory without links
}

func (d *dirWalker) visit(p string, e fs.DirEntry, err error) error {
	name := d.name
	if p != "." {
		name = path.Join(d.name, p)
	}
	if err != nil {
		return goOn(d.unread(name, systemReason(err)), e != nil && e.IsDir())
	}
	if p != "." && d.tree.Skip != nil {
		if reason := d.tree.Skip(name); reason != "" {
			return goOn(d.skipped(name, reason), e.IsDir())
		}
	}
	switch {
	case e.IsDir():
		return d.enter(p, name, e)
	case e.Type()&fs.ModeSymlink != 0:
		return goOn(d.link(p, name), false)
	}
	return goOn(d.file(p, name, e.Type(), filepath.Join(d.real, filepath.FromSlash(p))), false)
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
	if p != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules") {
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

// kustomizationFiles are the names that kustomize looks for
// (sigs.k8s.io/kustomize/api/konfig RecognizedKustomizationFileNames).
var kustomizationFiles = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// rendered says how to check a directory whose files are not what is deployed.
func (d *dirWalker) rendered(dir, name string) string {
	exists := func(file string) bool {
		_, err := d.root.Lstat(path.Join(dir, file))
		return err == nil
	}
	quoted := dupcheck.Quote(name)
	switch {
	case slices.ContainsFunc(kustomizationFiles, exists):
		return "a kustomization: check what it builds (kustomize build " + quoted + " | kuniq check -), or read its files as they are with --plain"
	case exists("Chart.yaml"):
		return "a Helm chart: check what it renders (helm template " + quoted + " | kuniq check -), or leave it out with --skip"
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
	case !isManifestName(p) && !leadsToDirectory(full):
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
	switch ext := path.Ext(p); {
	case ext == ".jsonnet" || ext == ".libsonnet":
		return d.skipped(name, "jsonnet, which has to be rendered first")
	case !isManifestName(p):
		return true
	case kind != 0:
		return d.unread(name, "not a regular file")
	case d.reached(real):
		return true
	}
	return d.read(name, fileplace{d.arg, p}, false)
}

func isManifestName(p string) bool {
	switch path.Ext(p) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}
