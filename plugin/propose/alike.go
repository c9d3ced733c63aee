package propose

import (
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// alike is what the directories of a parent have in common.
type alike struct {
	objects   map[string]map[dupcheck.ID]bool // of all of its directories
	children  map[string]bool                 // that share objects
	most      bool                            // they share most of their objects
	best      [2]string                       // that share the most
	deployers map[dupcheck.ID]bool            // among what they share
}

// compare finds the common objects of the directories of a parent.
func (x *maker) compare(p *parent) (a alike, roots map[string]map[string]bool) {
	a = alike{children: map[string]bool{}, deployers: map[dupcheck.ID]bool{}, most: true}
	a.objects, roots = x.below(p.dir)
	for key, ids := range p.shared {
		n := len(ids)
		cluster := x.bootstrapped(path.Join(p.dir, key[0])) && x.bootstrapped(path.Join(p.dir, key[1]))
		if n < fewestShared && !cluster {
			continue
		}
		a.most = a.most && (cluster || 2*n > min(len(a.objects[key[0]]), len(a.objects[key[1]])))
		a.children[key[0]], a.children[key[1]] = true, true
		if m := len(p.shared[a.best]); n > m || n == m && key[0]+"/"+key[1] < a.best[0]+"/"+a.best[1] {
			a.best = key
		}
		for id := range ids {
			if decides(id) {
				a.deployers[id] = true
			}
		}
	}
	return a, roots
}

// below returns, for each directory of a directory, which objects it declares, and
// which kustomizations are rendered in it.
func (x *maker) below(dir string) (objects map[string]map[dupcheck.ID]bool, roots map[string]map[string]bool) {
	objects, roots = map[string]map[dupcheck.ID]bool{}, map[string]map[string]bool{}
	for _, o := range x.objects {
		unit := unitOf(o)
		rest, ok := unit, true
		if dir != "" {
			rest, ok = strings.CutPrefix(unit, dir+"/")
		}
		if !ok || rest == "" || rest == "." || o.ID == (dupcheck.ID{}) {
			continue
		}
		child, _, _ := strings.Cut(rest, "/")
		if objects[child] == nil {
			objects[child], roots[child] = map[dupcheck.ID]bool{}, map[string]bool{}
		}
		objects[child][o.ID] = true
		if o.Root != "" {
			roots[child][o.Root] = true
		}
	}
	return objects, roots
}

// syncFile is what "flux bootstrap" writes into the directory of a cluster.
const syncFile = "flux-system/gotk-sync.yaml"

// bootstrapped says whether "flux bootstrap" has made a directory the one that is applied to
// a cluster: it has the file for that, or a Kustomization in it names it.
func (x *maker) bootstrapped(dir string) bool {
	return x.synced[dir] || checkout.IsFile(x.tree.FS(), path.Join(dir, syncFile))
}
