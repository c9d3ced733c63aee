package checkout

import (
	"path"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// names are the files and directories that kustomizations, charts and
// environments name or hold, whether or not they can be rendered.
type names struct {
	once  sync.Once
	named map[string]bool
	dirs  map[string]string // with files that a kustomization names, and the kustomization
}

// Named reports whether a kustomization names a file or directory, or a chart or an
// environment has it. beside reports a manifest beside such files that is not one of
// them, unless Argo CD or Flux deploys the directory. It is for callers that look for
// objects that are applied by hand, and does not decide what is compared.
func (t *Tree) Named(name string) (named, beside bool) {
	n := t.findNames()
	for at := name; ; at = path.Dir(at) {
		if n.named[at] {
			return true, false
		}
		if at == "." {
			break
		}
	}
	dir := path.Dir(name)
	if !manifest.HasExtension(name) || t.deployments.builds(dir) && t.Kustomization(dir) == nil {
		return false, false
	}
	return false, t.Kustomization(dir) != nil || n.dirs[dir] != "" && !t.deployments.builds(dir)
}

// LeftBy returns the kustomization that shows that a manifest is not deployed: it is
// beside the files that it names and not one of them, or a component that no target uses
// names it. It returns false if there is none, or Argo CD or Flux deploys the manifest as
// it is. It must not be called concurrently with the other methods.
func (t *Tree) LeftBy(file string) (kustomization string, ok bool) {
	if t.Deployed(file) {
		return "", false
	}
	for _, u := range t.Unused {
		k := t.Kustomization(u.Dir)
		if k != nil && strictlyBelow(file, k.Dir) && slices.Contains(k.Targets(), file) {
			return k.File, true
		}
	}
	n := t.findNames()
	if n.named[file] {
		return "", false
	}
	dir := path.Dir(file)
	if k := t.Kustomization(dir); k != nil {
		return k.File, true
	}
	return n.dirs[dir], n.dirs[dir] != ""
}

// findNames fills the names when they are asked for.
func (t *Tree) findNames() *names {
	n := &t.names
	n.once.Do(func() {
		n.named, n.dirs = map[string]bool{}, map[string]string{}
		for _, k := range t.kustomizations() {
			n.named[k.File] = true
			for _, target := range k.Targets() {
				if t.Kustomization(target) == nil {
					n.named[target] = true
					if Below(target, k.Dir) && IsFile(t.fsys, target) { // it says nothing of other directories
						n.dirs[path.Dir(target)] = k.File
					}
				}
			}
		}
		for dir := range t.charts {
			n.named[dir] = true
		}
		for _, target := range t.Targets {
			if target.Kind == Environment {
				n.named[target.Dir] = true
			}
		}
	})
	return n
}
