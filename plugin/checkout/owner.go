package checkout

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// owners are the files and directories that kustomizations, charts and
// environments name or hold, whether or not they can be rendered.
type owners struct {
	owned map[string]bool
	dirs  map[string]string // with files that a kustomization names, and which one does
}

// Owner says whether a file or directory is named by a kustomization, or in a
// chart or an environment. beside is set for a manifest that lies beside such
// files and is none of them, unless Argo CD or Flux deploys the directory. It is
// for callers that look for objects that are applied by hand, and decides nothing about
// what is compared.
func (t *Tree) Owner(name string) (owned, beside bool) {
	o := t.findOwners()
	for at := name; ; at = path.Dir(at) {
		if o.owned[at] {
			return true, false
		}
		if at == "." {
			break
		}
	}
	dir := path.Dir(name)
	if !manifest.HasExtension(name) || t.deployed(dir) && t.Kustomization(dir) == nil {
		return false, false
	}
	return false, t.Kustomization(dir) != nil || o.dirs[dir] != "" && !t.deployed(dir)
}

// LeftBy returns the kustomization that shows that a manifest is not deployed: it
// is beside the files that it names and not one of them, or a component that no
// target uses names it. It returns false if there is none, or Argo CD or Flux
// deploys the manifest as it is. It must not be called concurrently with the
// other methods.
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
	o := t.findOwners()
	if o.owned[file] {
		return "", false
	}
	dir := path.Dir(file)
	if k := t.Kustomization(dir); k != nil {
		return k.File, true
	}
	return o.dirs[dir], o.dirs[dir] != ""
}

func (t *Tree) findOwners() *owners {
	t.mu.Lock()
	known := t.owners
	t.mu.Unlock()
	if known != nil {
		return known
	}
	o := &owners{owned: map[string]bool{}, dirs: map[string]string{}}
	for _, k := range t.kustomizations() {
		o.owned[k.File] = true
		for _, target := range k.Targets() {
			if t.Kustomization(target) == nil {
				o.owned[target] = true
				o.dirs[path.Dir(target)] = k.File
			}
		}
	}
	for dir := range t.charts {
		o.owned[dir] = true
	}
	for _, target := range t.Targets {
		if target.Kind == Environment {
			o.owned[target.Dir] = true
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owners = o
	return o
}
