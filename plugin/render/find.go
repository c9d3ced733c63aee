package render

import (
	"bytes"
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Aside is a directory that is left out on purpose.
type Aside struct {
	Dir string
	// Reason says why.
	Reason string
}

// Parts is what would be deployed of a tree. Its methods may be called
// concurrently.
type Parts struct {
	// Roots are what is deployed by itself, in lexical order of Dir.
	Roots []Part
	// Aside is what is not deployed by itself nor as a part of a root.
	Aside []Aside

	fsys fs.FS
	dirs []string // that were asked for
	skip func(p string) bool
	// deployed are the directories that Argo CD or Flux deploys, and claimed
	// those with files that kustomizations name.
	deployed, claimed map[string]bool
	at                map[string]*kustomization // by directory, nil where there is none
	owned             map[string]bool           // files and directories that belong to parts
	mu                sync.Mutex
	links             map[string]bool // paths known to be a symbolic link or none
	deployments       deployments
	companions        companions
}

// Find looks for what would be deployed below some directories of a tree. A
// jsonnet program is taken for one only if it is among them itself: nothing else
// tells it from a library.
// Kustomizations elsewhere in the tree are read only if one that was found
// refers to them. skip, which may be nil, says which files and directories are
// left out. Hidden directories and node_modules are passed over, directories
// called testdata are set aside unless something deploys them. What cannot be
// read is not seen; whoever walks the tree for its files meets it again.
func Find(fsys fs.FS, dirs []string, skip func(p string) bool) *Parts {
	return find(fsys, dirs, skip, false)
}

// find is Find. all asks for the deployments also where they decide nothing.
func find(fsys fs.FS, dirs []string, skip func(p string) bool, all bool) *Parts {
	f := &finder{
		Parts: &Parts{
			fsys: fsys, dirs: dirs, skip: skip,
			at: map[string]*kustomization{}, owned: map[string]bool{}, deployed: map[string]bool{}, claimed: map[string]bool{}, links: map[string]bool{},
		},
		brought: map[string]bool{}, above: map[string]bool{}, all: all,
	}
	for _, dir := range dirs {
		f.walk(dir)
	}
	f.readDeployments()
	f.testsLast(dirs)
	f.link()
	f.choose()
	f.Roots = slices.DeleteFunc(f.Roots, func(p Part) bool { return p.Kind == Chart && f.brought[p.Dir] && !f.deployed[p.Dir] })
	slices.SortFunc(f.Roots, func(a, b Part) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), strings.Compare(a.File, b.File))
	})
	slices.SortFunc(f.Aside, func(a, b Aside) int { return strings.Compare(a.Dir, b.Dir) })
	// What lies below two of the directories was met twice.
	f.Roots = slices.CompactFunc(f.Roots, func(a, b Part) bool { return a.File == b.File })
	f.Aside = slices.Compact(f.Aside)
	return f.Parts
}

// finder is the making of Parts.
type finder struct {
	*Parts
	all     bool
	found   []string        // directories with a kustomization, below those asked for
	brought map[string]bool // charts that other charts bring along
	tests   []string        // directories with test data, which were not walked

	manifests []string        // that nobody has looked into yet
	above     map[string]bool // what is deployed, and the directories above it
}

// walk looks for what would be deployed below a directory, or at a file.
func (f *finder) walk(p string) {
	info, err := fs.Stat(f.fsys, p)
	switch {
	case err != nil:
	case info.IsDir():
		f.enter(p)
	case path.Ext(p) == ".jsonnet":
		f.owned[p] = true
		f.Roots = append(f.Roots, Part{Dir: path.Dir(p), File: p, Kind: Program})
	}
}

// enter walks a directory. What belongs to a chart or to an environment is
// theirs.
func (f *finder) enter(dir string) {
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		return
	}
	has := func(name string) bool {
		_, found := slices.BinarySearchFunc(entries, name, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
		return found
	}
	main := path.Join(dir, "main.jsonnet")
	switch {
	case has("Chart.yaml"):
		f.chart(dir)
		return
	case has("main.jsonnet") && (has("spec.json") || f.makesEnvironments(main)):
		f.owned[dir] = true
		f.Roots = append(f.Roots, Part{Dir: dir, File: main, Kind: Environment})
		return
	}
	for _, e := range entries {
		f.visit(path.Join(dir, e.Name()), e)
	}
}

func (f *finder) visit(p string, e fs.DirEntry) {
	hidden := strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules"
	switch {
	case e.IsDir() && hidden:
	case f.skip != nil && f.skip(p):
	case e.IsDir() && e.Name() == testData:
		f.tests = append(f.tests, p)
	case e.IsDir():
		f.enter(p)
	case isKustomization(p) && f.kustomization(p):
	case isManifest(p) && e.Type().IsRegular():
		f.manifests = append(f.manifests, p)
	}
}

// makesEnvironments says whether a program makes Tanka Environments.
func (f *finder) makesEnvironments(main string) bool {
	data, reason := readFile(f.fsys, main, mostChart)
	return reason == "" && bytes.Contains(data, []byte("tanka.dev/"))
}

func (p *Parts) exists(name string) bool {
	_, err := fs.Lstat(p.fsys, name)
	return err == nil
}

// kustomization takes in a kustomization that the walk met. It returns false if
// the file is none in spite of its name.
func (f *finder) kustomization(file string) bool {
	dir := path.Dir(file)
	if f.read(dir) != nil && (len(f.found) == 0 || f.found[len(f.found)-1] != dir) {
		f.found = append(f.found, dir)
	}
	return f.owned[file]
}

// read returns the kustomization of a directory, or nil if it has none.
func (f *finder) read(dir string) *kustomization {
	if k, known := f.at[dir]; known {
		return k
	}
	f.at[dir] = nil
	for _, file := range kustomizationsIn(f.fsys, dir) {
		k, ok := readKustomization(f.fsys, file)
		if !ok {
			continue
		}
		f.owned[file] = true
		if before := f.at[dir]; before != nil {
			before.broken = "there are several kustomizations in the directory"
			continue
		}
		f.at[dir] = k
	}
	return f.at[dir]
}

// link follows the references of all kustomizations, and claims what they name.
func (f *finder) link() {
	for queue := slices.Clone(f.found); len(queue) > 0; queue = queue[1:] {
		for _, target := range f.targets(f.at[queue[0]]) {
			_, known := f.at[target]
			switch child := f.read(target); {
			case child == nil:
				f.owned[target] = true
				f.claimed[path.Dir(target)] = true
			case !known:
				queue = append(queue, target)
			}
		}
	}
}

// targets are the paths inside the tree that a kustomization names.
func (p *Parts) targets(k *kustomization) []string {
	var out []string
	for _, e := range k.entries {
		if target, reason := resolve(k.dir, e); reason == "" && target != "" && target != k.dir {
			out = append(out, target)
		}
	}
	return out
}

// choose decides which kustomizations are roots: those that no other one refers
// to, those that Argo CD or Flux deploys, and of a cycle its first.
func (f *finder) choose() {
	referred := map[string]bool{}
	for _, k := range f.at {
		if k != nil {
			for _, target := range f.targets(k) {
				referred[target] = true
			}
		}
	}
	slices.Sort(f.found)
	f.found = slices.Compact(f.found)
	reached := map[string]bool{}
	for _, dir := range f.found {
		if k := f.at[dir]; f.deployed[dir] || !referred[dir] && !k.component {
			f.root(k, reached)
		}
	}
	for _, dir := range f.found {
		switch k := f.at[dir]; {
		case reached[dir]:
		case k.component:
			f.Aside = append(f.Aside, Aside{dir, "a component that no root uses"})
		default:
			f.root(k, reached)
		}
	}
}

// root makes a kustomization a root, and marks all that it uses.
func (f *finder) root(k *kustomization, reached map[string]bool) {
	f.Roots = append(f.Roots, Part{Dir: k.dir, File: k.file})
	reached[k.dir] = true
	for queue := []*kustomization{k}; len(queue) > 0; queue = queue[1:] {
		for _, target := range f.targets(queue[0]) {
			if child := f.at[target]; child != nil && !reached[target] {
				reached[target] = true
				queue = append(queue, child)
			}
		}
	}
}

// Kustomization returns the part that the kustomization of a directory is by
// itself, whether or not it is among the Roots, for those who know what is
// deployed. It returns false if the directory has none. changes are those with
// which it is deployed. Whatever it refers to is read, so that Kustomization must
// not be called concurrently with the other methods.
func (p *Parts) Kustomization(dir string, changes Kustomize) (Part, bool) {
	f := &finder{Parts: p}
	if f.read(dir) == nil {
		return Part{}, false
	}
	f.found = []string{dir}
	for _, component := range changes.Components {
		if target := path.Join(dir, component); fs.ValidPath(target) && f.read(target) != nil {
			f.found = append(f.found, target)
		}
	}
	f.link()
	return Part{Dir: dir, File: p.at[dir].file, Kustomize: changes}, true
}

// Owner says whether a file or directory belongs to a part, so that it is no
// manifest by itself. besides is set for a manifest that lies beside the files
// of a kustomization and is none of them, unless Argo CD or Flux deploys the
// directory.
func (p *Parts) Owner(name string) (owned, besides bool) {
	dir := path.Dir(name)
	switch {
	case p.owned[name]:
		return true, false
	case p.at[dir] != nil:
		return false, isManifest(name)
	}
	return false, p.claimed[dir] && !p.deployed[dir] && isManifest(name)
}

// Used returns the directories with a kustomization that was read, in lexical
// order.
func (p *Parts) Used() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.at)), func(dir string) bool { return p.at[dir] == nil })
}

// Bases returns the kustomizations that are parts of others and none of the
// Roots, in lexical order of Dir, as they are by themselves. Components are not
// among them.
func (p *Parts) Bases() []Part {
	roots := map[string]bool{}
	for _, root := range p.Roots {
		roots[root.File] = true
	}
	var out []Part
	for _, dir := range p.Used() {
		if k := p.at[dir]; !k.component && !roots[k.file] {
			out = append(out, Part{Dir: dir, File: k.file})
		}
	}
	return out
}

func isManifest(p string) bool {
	switch path.Ext(p) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}
