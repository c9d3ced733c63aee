package checkout

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// deployments is what Argo CD and Flux objects and kustomizations say is deployed
// of a tree.
type deployments struct {
	fsys  fs.FS
	files *declarations
	roots []Root
	known bool         // the files were looked at
	next  []string     // manifests that were not
	all   []deployment // of Argo CD and Flux
	live  []deployment // also of kustomizations, less those that are not deployed themselves
	done  bool         // live is known

	rendered map[string]bool // directories, with whether Argo CD renders them
	plain    map[string]bool // directories, with whether their files are deployed as they are
}

// readDeployments records the directories that the Argo CD and Flux objects among the
// manifests deploy. It does nothing if the tree has nothing that they could decide about.
func (w *walker) readDeployments() {
	if w.deployments.known || len(w.found)+len(w.Targets)+len(w.charts)+len(w.waiting) > 0 {
		w.deployments.read()
	}
}

// read looks at the manifests that it has not looked at.
func (d *deployments) read() {
	d.known = true
	for _, r := range d.roots {
		d.all = append(d.all, deploymentsOf(r.Declared, r.File)...)
	}
	slices.Sort(d.next)
	files := slices.Compact(d.next)
	var mu sync.Mutex
	crash.Share(context.Background(), len(files), func(_, i int) {
		defer crash.While(files[i])
		declared, err := d.files.of(files[i])
		if err != nil {
			return
		}
		found := deploymentsOf(declared, files[i])
		mu.Lock()
		defer mu.Unlock()
		d.all = append(d.all, found...)
	})
	d.next = nil
}

// PassOver tells a tree that some manifests have no objects of Argo CD or Flux, so that it
// does not read them to find deployments. It must not be called concurrently with the
// methods of the tree.
func PassOver(t *Tree, quiet func(file string) bool) {
	t.deployments.next = slices.DeleteFunc(t.deployments.next, quiet)
}

// mayCover says whether Argo CD or Flux deploys a directory, something in it, or
// plain manifests above it, among which it may be. A glob of everything counts if
// wide is set.
func (d *deployments) mayCover(dir string, wide bool) bool {
	return slices.ContainsFunc(d.all, func(x deployment) bool {
		if x.glob && x.literalPrefix() == "." && !wide {
			return false // that may be anything
		}
		return Below(x.literalPrefix(), dir) || Below(dir, x.literalPrefix()) && (d.isPlain(&x, dir) || x.glob && x.matches(dir))
	})
}

// builds reports whether Argo CD or Flux builds the kustomization of a directory, or the
// chart in it, as a whole.
func (d *deployments) builds(dir string) bool {
	return slices.ContainsFunc(d.all, func(x deployment) bool {
		return x.how != asManifests && x.matches(dir) || x.how == byFlux && d.nested(&x, dir)
	})
}

// nested says whether Flux builds a kustomization because it is below a directory
// without one (fluxcd/pkg kustomize, Generator.generateKustomization).
func (d *deployments) nested(x *deployment, dir string) bool {
	if !strictlyBelow(dir, x.dir) || HasKustomization(d.fsys, x.dir) {
		return false
	}
	for above := path.Dir(dir); above != x.dir; above = path.Dir(above) {
		if HasKustomization(d.fsys, above) {
			return false
		}
	}
	return true
}

// isPlain reports whether the files of a directory are deployed as they are.
func (d *deployments) isPlain(x *deployment, dir string) bool {
	switch x.how {
	case byFlux:
		return Below(dir, x.dir) && !HasKustomization(d.fsys, dir) && (dir == x.dir || d.nested(x, dir))
	case asManifests, byContent:
		for at := dir; Below(at, x.literalPrefix()); at = path.Dir(at) {
			if x.matches(at) && (at == dir || x.recurse) && (x.how == asManifests || !d.renders(at)) {
				return true
			}
			if at == "." {
				break
			}
		}
	}
	return false
}

// renders says whether Argo CD renders a directory and does not read its files.
func (d *deployments) renders(dir string) bool {
	out, known := d.rendered[dir]
	if !known {
		out = gitops.Discover(d.fsys, dir) != gitops.AsManifests
		d.rendered[dir] = out
	}
	return out
}

// readsJSON says whether it is Argo CD that deploys a directory: Flux passes over
// files of JSON.
func (d *deployments) readsJSON(dir string) bool {
	return slices.ContainsFunc(d.live, func(x deployment) bool { return x.how != byFlux && d.isPlain(&x, dir) })
}

// covers says whether a deployment deploys a directory, something in it, or plain
// manifests above it, among which it may be.
func (d *deployments) covers(x *deployment, dir string) bool {
	if Below(x.literalPrefix(), dir) {
		return true
	}
	return Below(dir, x.literalPrefix()) && (x.glob || !d.renders(x.dir) || x.how != named && d.isPlain(x, dir))
}

// Deployed reports whether Argo CD or Flux deploys a manifest as it is, by one of its
// directories. It must not be called concurrently with the other methods.
func (t *Tree) Deployed(file string) bool {
	t.findLive()
	d, dir := &t.deployments, path.Dir(file)
	out, known := d.plain[dir]
	if !known {
		out = slices.ContainsFunc(d.live, func(x deployment) bool { return d.isPlain(&x, dir) })
		d.plain[dir] = out
	}
	return out && (path.Ext(file) != ".json" || d.readsJSON(dir))
}

// DeployedBy returns a file outside of a directory, with an Argo CD or Flux object or a
// kustomization, that deploys the directory, something in it, or plain manifests above
// it. It returns false if there is none. It must not be called concurrently with the
// other methods.
func (t *Tree) DeployedBy(dir string) (file string, ok bool) {
	t.findLive()
	d := &t.deployments
	for i := range d.live {
		if x := &d.live[i]; !Below(x.by, dir) && d.covers(x, dir) {
			return x.by, true
		}
	}
	return "", false
}

// findLive finds the deployments that count, which Find may not have needed. An object in
// a directory that may not be deployed counts only if that directory is deployed: an
// example of an Application deploys nothing.
func (t *Tree) findLive() {
	d := &t.deployments
	if d.done {
		return
	}
	d.done = true
	if !d.known {
		d.read()
	}
	if t.options.Strict {
		d.live = d.all
		return
	}
	all := slices.Clone(d.all)
	for _, k := range t.kustomizations() {
		for _, target := range k.Targets() {
			all = append(all, deployment{by: k.File, dir: target, how: named})
		}
	}
	d.live = d.propagate(all, &t.nonDeployed)
}

// propagate returns the deployments that count: those in no candidate for a directory
// that is not deployed, and those in candidates that these cover.
func (d *deployments) propagate(all []deployment, n *nonDeployed) (live []deployment) {
	waiting := map[string][]int{} // by candidate
	waits := make([]int, len(all))
	var queue []int
	for i := range all {
		for _, c := range n.candidates(all[i].by) {
			waiting[c.Dir] = append(waiting[c.Dir], i)
			waits[i]++
		}
		if waits[i] == 0 {
			queue = append(queue, i)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		x := all[queue[0]]
		live = append(live, x)
		for dir, deployments := range waiting {
			if !d.covers(&x, dir) {
				continue
			}
			delete(waiting, dir)
			for _, i := range deployments {
				if waits[i]--; waits[i] == 0 {
					queue = append(queue, i)
				}
			}
		}
	}
	return live
}
