package checkout

import "path"

// owners are the files and directories that kustomizations, charts and
// environments name or hold, whether or not they can be rendered.
type owners struct {
	owned map[string]bool
	dirs  map[string]bool // with files that a kustomization names
}

// Owner says whether a file or directory is named by a kustomization, or in a
// chart or an environment. beside is set for a manifest that lies beside such
// files and is none of them, unless Argo CD or Flux deploys the directory. It is
// for who looks for objects that are applied by hand, and decides nothing about
// what is compared.
func (t *Tree) Owner(name string) (owned, beside bool) {
	t.mu.Lock()
	if t.owners == nil {
		t.mu.Unlock()
		t.findOwners()
		t.mu.Lock()
	}
	o := t.owners
	t.mu.Unlock()
	for at := name; ; at = path.Dir(at) {
		if o.owned[at] {
			return true, false
		}
		if at == "." {
			break
		}
	}
	dir := path.Dir(name)
	if !IsManifest(name) || t.deployed(dir) && t.Kustomization(dir) == nil {
		return false, false
	}
	return false, t.Kustomization(dir) != nil || o.dirs[dir] && !t.deployed(dir)
}

func (t *Tree) findOwners() {
	o := &owners{owned: map[string]bool{}, dirs: map[string]bool{}}
	for _, k := range t.kustomizations() {
		o.owned[k.File] = true
		for _, target := range k.Targets() {
			if t.Kustomization(target) == nil {
				o.owned[target] = true
				o.dirs[path.Dir(target)] = true
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
}
