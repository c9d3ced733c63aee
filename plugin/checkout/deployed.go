package checkout

import (
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// deployments are everything of a tree that says what is deployed of it.
type deployments struct {
	known bool         // the files were looked at
	next  []string     // manifests that were not
	all   []deployment // of Argo CD and Flux
	live  []deployment // also of kustomizations, less those that are not deployed themselves
	done  bool         // live is known

	rendered map[string]bool // directories, with whether their files are not what is deployed
	plain    map[string]bool // files, with whether they are deployed as they are
}

// readDeployments notes what the Argo CD and Flux objects among the manifests
// deploy. They are read only where it matters: to files that no target may use
// it does not.
func (w *walker) readDeployments() {
	if w.deployments.known || len(w.found)+len(w.Targets)+len(w.charts)+len(w.waiting) > 0 {
		w.deployments.read(w.Tree)
	}
}

// read looks at the manifests that it has not looked at.
func (d *deployments) read(t *Tree) {
	d.known = true
	slices.Sort(d.next)
	files := slices.Compact(d.next)
	var next atomic.Int64
	var mu sync.Mutex
	var readers crash.Group
	for range runtime.NumCPU() {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(files)); i = next.Add(1) - 1 {
				found := deployedBy(t.fsys, files[i])
				mu.Lock()
				d.all = append(d.all, found...)
				mu.Unlock()
			}
		})
	}
	readers.Wait()
	d.next = nil
}

// mayDeploy says whether Argo CD or Flux deploys a directory, something in it,
// or plain manifests above it, among which it may be.
func (t *Tree) mayDeploy(dir string) bool {
	return slices.ContainsFunc(t.deployments.all, func(d deployment) bool {
		if d.glob && d.prefix() == "." && !t.options.Strict {
			return false // that may be anything
		}
		return Below(d.prefix(), dir) || Below(dir, d.prefix()) && (t.isPlain(&d, dir) || d.glob && d.matches(dir))
	})
}

// deployed says whether Argo CD or Flux builds the kustomization of a directory,
// or the chart in it, as a whole.
func (t *Tree) deployed(dir string) bool {
	return slices.ContainsFunc(t.deployments.all, func(d deployment) bool {
		return d.how != asManifests && d.matches(dir) || d.how == byFlux && t.nested(&d, dir)
	})
}

// nested says whether Flux builds a kustomization because it is below a directory
// without one (fluxcd/pkg kustomize, Generator.generateKustomization).
func (t *Tree) nested(d *deployment, dir string) bool {
	if !strictlyBelow(dir, d.dir) || HasKustomization(t.fsys, d.dir) {
		return false
	}
	for above := path.Dir(dir); above != d.dir; above = path.Dir(above) {
		if HasKustomization(t.fsys, above) {
			return false
		}
	}
	return true
}

// isPlain says whether the files of a directory, as they are, are what is
// deployed.
func (t *Tree) isPlain(d *deployment, dir string) bool {
	switch d.how {
	case byFlux:
		return Below(dir, d.dir) && !HasKustomization(t.fsys, dir) && (dir == d.dir || t.nested(d, dir))
	case asManifests, byContent:
		for at := dir; Below(at, d.prefix()); at = path.Dir(at) {
			if d.matches(at) && (at == dir || d.recurse) && (d.how == asManifests || !t.renders(at)) {
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
func (t *Tree) renders(dir string) bool {
	out, known := t.deployments.rendered[dir]
	if !known {
		out = t.exists(path.Join(dir, manifest.ChartFile)) || HasKustomization(t.fsys, dir)
		t.deployments.rendered[dir] = out
	}
	return out
}

// Deployed says whether Argo CD or Flux deploys a manifest as it is, by a
// directory that it is in. It must not be called concurrently with the other
// methods.
func (t *Tree) Deployed(file string) bool {
	t.findLive()
	dir := path.Dir(file)
	out, known := t.deployments.plain[dir]
	if !known {
		out = slices.ContainsFunc(t.deployments.live, func(d deployment) bool { return t.isPlain(&d, dir) })
		t.deployments.plain[dir] = out
	}
	return out && (path.Ext(file) != ".json" || t.readsJSON(dir))
}

// readsJSON says whether it is Argo CD that deploys a directory: Flux passes over
// files of JSON.
func (t *Tree) readsJSON(dir string) bool {
	return slices.ContainsFunc(t.deployments.live, func(d deployment) bool { return d.how != byFlux && t.isPlain(&d, dir) })
}

// covers says whether a deployment deploys a directory, something in it, or plain
// manifests above it, among which it may be.
func (t *Tree) covers(d *deployment, dir string) bool {
	if Below(d.prefix(), dir) {
		return true
	}
	return Below(dir, d.prefix()) && (d.glob || !t.renders(d.dir) || d.how != named && t.isPlain(d, dir))
}

// findLive finds out which deployments count, for which Find may have had no use.
// An object in a directory that may not be deployed counts if that is deployed
// itself: an example of an Application deploys nothing.
func (t *Tree) findLive() {
	d := &t.deployments
	if d.done {
		return
	}
	d.done = true
	if !d.known {
		d.read(t)
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
	d.live = t.propagate(all)
}

// propagate returns the deployments that count: those in no candidate for a
// directory that is not deployed, and those in candidates that these cover.
func (t *Tree) propagate(all []deployment) (live []deployment) {
	waiting := map[string][]int{} // by candidate
	waits := make([]int, len(all))
	var queue []int
	for i := range all {
		for _, c := range t.candidates(all[i].by) {
			waiting[c.Dir] = append(waiting[c.Dir], i)
			waits[i]++
		}
		if waits[i] == 0 {
			queue = append(queue, i)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		d := all[queue[0]]
		live = append(live, d)
		for dir, deployments := range waiting {
			if !t.covers(&d, dir) {
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
