package deploy

import (
	"cmp"
	"slices"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// relearn gives an adapter the clusters whose Secrets are in kustomizations, which are
// known only when these are rendered, and lets it declare its objects again. It reports
// whether there was anything new.
func relearn(rev *Revision) bool {
	if rev.resolver.options.Tool != gitops.ArgoCD || rev.relearnt > mostAsked {
		return false
	}
	all := rev.asTheyAre()
	for _, x := range rev.roots {
		if !x.consumed {
			all.Merge(x.found)
		}
	}
	deployed := deployedClusters(rev, all.Clusters)
	all.Clusters = append(all.Clusters, deployed...)
	same := func(a, b gitops.Cluster) bool {
		return placeOf(a.Object) == placeOf(b.Object) && a.Object.Set == b.Object.Set
	}
	if slices.EqualFunc(all.Clusters, rev.clusters, same) {
		return false
	}
	rev.clusters = all.Clusters
	rev.relearnt++
	rev.adapter.Prepare(all)
	var nodes []*node
	for _, g := range rev.live() {
		if g.isLive() && namesClusters(g.from) {
			nodes = append(nodes, redeclare(rev, g)...)
		}
	}
	rev.expand(nodes)
	return true
}

// namesClusters reports whether a declaration may depend on the known clusters.
func namesClusters(d gitops.Declared) bool {
	return len(d.ApplicationSets) > 0 || slices.ContainsFunc(d.Applications, func(a gitops.Application) bool { return a.Spec.Destination.Name != "" })
}

// deployedClusters are those that deployers deploy, and that are not known yet.
func deployedClusters(rev *Revision, known []gitops.Cluster) (all []gitops.Cluster) {
	for _, g := range rev.live() {
		for _, n := range g.nodes {
			for _, o := range n.Desired.Objects {
				if !gitops.DeclaresCluster(o) || slices.ContainsFunc(slices.Concat(known, all), func(c gitops.Cluster) bool { return c.Object.Name == o.Name && c.Object.Set == n.Instance }) {
					continue
				}
				o.Set = n.Instance
				for _, c := range gitops.FromObjects(gitops.ArgoCD, o).Clusters {
					c.Metadata.Namespace = cmp.Or(c.Metadata.Namespace, n.Destination.Namespace)
					all = append(all, c)
				}
			}
		}
	}
	return all
}

// redeclare makes the nodes of a generation again.
func redeclare(rev *Revision, g *generation) []*node {
	for _, n := range g.nodes {
		n.replaced = true
		n.release(rev.places)
	}
	rev.nodes = slices.DeleteFunc(rev.nodes, func(n *node) bool { return n.in == g })
	fresh := rev.generation(g.from)
	g.Declared, g.nodes, g.queued = fresh.Declared, fresh.nodes, false
	for _, n := range g.nodes {
		n.in = g
	}
	return g.queue()
}
