package checkout

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// Kind is the renderer of a target.
type Kind uint8

// The kinds of targets.
const (
	Kustomization Kind = iota // with kustomize
	Chart                     // with Helm
	Environment               // with Tanka: a directory with a main.jsonnet
	Program                   // a jsonnet file
)

// Target is a directory, or a jsonnet file, that can be rendered as a whole.
type Target struct {
	// Dir is the directory, with slashes and from the top of the tree. For a
	// Program it is that of the file.
	Dir string
	// File is the file that makes it a target, such as its kustomization.
	File string
	Kind Kind
}

// File is a file that the walk met, or a directory that it could not list.
type File struct {
	// Path is from the top of the tree, with slashes.
	Path string
	// Type has the type bits of the file's mode.
	Type fs.FileMode
	// Out says why the file is left out. It is empty if the file is read. OutBy is then
	// the outermost directory that is left out with it, or the file itself.
	Out, OutBy string
	// Unread says why nothing is known about the file or directory.
	Unread string
	// Code says of what sort that reason is. It may be empty.
	Code Code
}

// IsTestData reports whether the file is left out only because a directory above it is
// called testdata.
func (f File) IsTestData() bool {
	if f.Out != outTests {
		return false
	}
	for dir := path.Dir(f.Path); dir != f.OutBy && dir != "."; dir = path.Dir(dir) {
		if manifest.SkippedDirectory(dir) != "" {
			return false
		}
	}
	return true
}

// Unused is a directory that could be a part of a target, but is part of none.
type Unused struct {
	Dir string
	// Reason says what it is.
	Reason string
}

// Options decide what Find passes over. The zero value skips nothing and uses
// the evidence of the tree.
type Options struct {
	// Skip says why a file or directory is left out, or "" if it is not. Nil
	// leaves nothing out.
	Skip func(name string) string
	// Strict reads also directories called testdata, and believes every Argo
	// CD and Flux object, also one in the documentation of a Go program.
	Strict bool
	// Submodules returns the paths in a .gitmodules file, as GitSubmodules does.
	// Nil reads the file without git.
	Submodules func(text []byte) []string
	// Texts keeps the kustomizations of several trees. Nil keeps none.
	Texts *Texts
	// Roots are applied from elsewhere. They deploy as if they stood in the tree.
	Roots []Root
}

// Root has Argo CD and Flux objects that no tree has, and the file that says so.
type Root struct {
	File string
	gitops.Declared
}

// Tree has the files of some directories of a checkout. Its methods may be called
// concurrently, except for those about deployments.
type Tree struct {
	// Targets are the targets that are deployed by themselves, as far as the tree shows,
	// in lexical order of Dir.
	Targets []Target
	// Unused are components and library charts that no target uses, in lexical
	// order of Dir.
	Unused []Unused
	// Texts are those of the Options.
	Texts *Texts

	fsys    fs.FS
	dirs    []string // that were asked for
	options Options
	files   map[string][]File      // by the directory that was asked for
	found   []string               // directories with a kustomization, below those asked for
	charts  map[string]ChartHeader // by directory

	mu    sync.Mutex
	at    map[string]*KustomizationFile // by directory, nil without a kustomization
	links map[string]bool               // paths known to be a symbolic link or none

	names       names
	deployments deployments
	nonDeployed nonDeployed
}

// Find looks below some directories of a tree for its files and targets. A
// jsonnet program is taken for one only if it is among them itself: nothing else
// tells it from a library. Kustomizations elsewhere in the tree are read only if
// one that was found refers to them.
//
// Hidden directories and node_modules are left out, and so are directories
// called testdata unless Options.Strict is set, but not if something deploys
// them: an Argo CD or Flux object that names them, something in them, or, as
// plain manifests, a directory above. The directory .git is not a part of a
// checkout.
func Find(fsys fs.FS, dirs []string, o Options) *Tree {
	if o.Submodules == nil {
		o.Submodules = parseSubmodules
	}
	t := &Tree{
		Texts: o.Texts, fsys: fsys, dirs: dirs, options: o,
		files: map[string][]File{}, charts: map[string]ChartHeader{}, at: map[string]*KustomizationFile{}, links: map[string]bool{},
		deployments: deployments{fsys: fsys, roots: o.Roots, files: &declarations{fsys: fsys, known: map[string]*gitops.Declared{}}, rendered: map[string]bool{}, plain: map[string]bool{}},
		nonDeployed: nonDeployed{fsys: fsys, dirs: dirs, known: map[string]NonDeployedDir{}, goFiles: map[string]string{}},
	}
	w := walker{Tree: t}
	for _, dir := range dirs {
		w.start(dir)
	}
	w.finish()
	t.chooseKustomizations()
	t.chooseCharts()
	slices.SortFunc(t.Targets, func(a, b Target) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), strings.Compare(a.File, b.File))
	})
	slices.SortFunc(t.Unused, func(a, b Unused) int { return strings.Compare(a.Dir, b.Dir) })
	// The walk met targets twice that lie below two of the directories.
	t.Targets = slices.Compact(t.Targets)
	t.Unused = slices.Compact(t.Unused)
	return t
}

// FS is the tree.
func (t *Tree) FS() fs.FS { return t.fsys }

// Files returns the files below one of the given directories, in the order in which they
// would be applied. It is the same slice every time.
func (t *Tree) Files(dir string) []File { return t.files[dir] }

// Linked says whether a path leads through a symbolic link. kustomize would
// resolve it, and then take the file for one of another directory.
func (t *Tree) Linked(file string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for dir := file; dir != "."; dir = path.Dir(dir) {
		link, known := t.links[dir]
		if !known {
			info, err := fs.Lstat(t.fsys, dir)
			link = err == nil && info.Mode()&fs.ModeSymlink != 0
			t.links[dir] = link
		}
		if link {
			return true
		}
	}
	return false
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return err == nil
}
