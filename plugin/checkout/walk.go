package checkout

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// testData is the name of directories with the input of tests, by the convention of the
// go command ("go help packages"). Tests of policies, of controllers and of renderers
// keep one object there in all its states.
const testData = "testdata"

// Why directories are left out.
const outTests = "test data, not deployed by itself; name the directory to check it"

// walker fills the files of a Tree.
type walker struct {
	*Tree
	asked   string     // the directory of the present walk
	waiting []deferred // directories that are walked only if something deploys them
}

// deferred is a directory that is left out unless something deploys it.
type deferred struct{ asked, dir, why string }

// start walks a directory, or takes in a file.
func (w *walker) start(name string) {
	w.asked = name
	info, err := fs.Stat(w.fsys, name)
	switch {
	case err != nil:
	case info.IsDir():
		w.enter(name)
	case manifest.IsProgram(name):
		w.Targets = append(w.Targets, Target{Dir: path.Dir(name), File: name, Kind: Program})
	}
}

// add puts a file into the list.
func (w *walker) add(f File) { w.files[w.asked] = append(w.files[w.asked], f) }

// list returns the entries of a directory. A directory that cannot be listed is unread.
func (w *walker) list(dir string) []fs.DirEntry {
	entries, err := fs.ReadDir(w.fsys, dir)
	if err == nil {
		return entries
	}
	reason := SystemReason(err)
	if !utf8.ValidString(dir) {
		reason = "a name that is not UTF-8; give it as an argument to have it read"
	}
	w.add(File{Path: dir, Type: fs.ModeDir, Unread: reason})
	return nil
}

// enter walks a directory.
func (w *walker) enter(dir string) {
	entries := w.list(dir)
	has := func(name string) bool {
		_, found := slices.BinarySearchFunc(entries, name, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
		return found
	}
	if has(manifest.ChartFile) {
		w.charts[dir], _ = ReadChart(w.fsys, dir) // an invalid one says nothing
	}
	main := path.Join(dir, environmentFile)
	if has(environmentFile) && (has(SpecFile) || w.makesEnvironments(main)) {
		w.Targets = append(w.Targets, Target{Dir: dir, File: main, Kind: Environment})
	}
	for _, e := range entries {
		w.visit(path.Join(dir, e.Name()), e)
	}
}

func (w *walker) visit(name string, e fs.DirEntry) {
	why := w.outReason(name, e)
	switch {
	case e.Name() == ".git":
	case w.options.Skip != nil && w.options.Skip(name) != "":
		w.leaveOut(name, e.Type(), w.options.Skip(name), name)
	case e.IsDir() && why != "":
		w.waiting = append(w.waiting, deferred{w.asked, name, why})
	case e.IsDir():
		w.enter(name)
	default:
		w.file(name, e.Type())
	}
}

// outReason says why a directory is not read unless something deploys it.
func (w *walker) outReason(name string, e fs.DirEntry) string {
	if e.Name() == testData && !w.options.Strict && !slices.Contains(w.dirs, name) {
		return outTests
	}
	return manifest.SkippedDirectory(e.Name())
}

// file records a file to read.
func (w *walker) file(name string, kind fs.FileMode) {
	w.add(File{Path: name, Type: kind})
	if manifest.HasExtension(name) && kind.IsRegular() {
		w.deployments.next = append(w.deployments.next, name)
	}
	switch {
	case manifest.IsKustomization(name):
		w.kustomizationAt(name)
	case path.Base(name) == modulesFile:
		w.submodules(name)
	}
}

// kustomizationAt notes the directory of a kustomization that the walk met.
func (w *walker) kustomizationAt(file string) {
	dir := path.Dir(file)
	k := w.Kustomization(dir)
	if k == nil || w.inTemplates(dir) && (k.Broken != nil || len(k.References) == 0) {
		return
	}
	w.found = append(w.found, dir)
}

// inTemplates reports whether a directory is one of a chart's templates, in which a file
// with the name of a kustomization may be a template, too.
func (w *walker) inTemplates(dir string) bool {
	for at := dir; at != "."; at = path.Dir(at) {
		if _, chart := w.charts[path.Dir(at)]; chart && path.Base(at) == "templates" {
			return true
		}
	}
	return false
}

// leaveOut lists a file, or all files below a directory, as left out.
func (w *walker) leaveOut(name string, kind fs.FileMode, why, by string) {
	if !kind.IsDir() {
		w.add(File{Path: name, Type: kind, Out: why, OutBy: by})
		return
	}
	entries, err := fs.ReadDir(w.fsys, name)
	if err != nil {
		w.add(File{Path: name, Type: kind, Out: why, OutBy: by})
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			w.leaveOut(path.Join(name, e.Name()), e.Type(), why, by)
		}
	}
}

// finish decides about the directories that wait, and brings the files into
// order.
func (w *walker) finish() {
	w.readDeployments()
	if len(w.waiting) == 0 {
		return
	}
	for more := true; more; { // one may say that others are deployed, too
		more = false
		waiting := w.waiting
		w.waiting = nil
		for _, d := range waiting {
			if !w.deployments.mayCover(d.dir, w.options.Strict) {
				w.waiting = append(w.waiting, d)
				continue
			}
			more = true
			w.asked = d.asked
			w.enter(d.dir)
		}
		w.readDeployments()
	}
	for _, d := range w.waiting {
		w.asked = d.asked
		w.leaveOut(d.dir, fs.ModeDir, d.why, d.dir)
	}
	for dir := range w.files {
		slices.SortStableFunc(w.files[dir], func(a, b File) int { return compareWalk(a.Path, b.Path) })
	}
}

// environmentFile and SpecFile make a directory a Tanka environment.
const (
	environmentFile = "main.jsonnet"
	SpecFile        = "spec.json"
)

// makesEnvironments says whether a program makes Tanka Environments.
func (t *Tree) makesEnvironments(main string) bool {
	data, err := ReadFile(t.fsys, main, mostHeader)
	return err == nil && bytes.Contains(data, []byte("tanka.dev/"))
}

// mostHeader is the size of the largest Chart.yaml or main.jsonnet that is read.
const mostHeader = 1 << 20
