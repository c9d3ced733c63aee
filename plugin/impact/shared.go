package impact

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// sharing reports objects that a deployer has only at head, and that another one also
// deploys to the same cluster.
func (e *evaluation) sharing() {
	b, h := e.was, e.is
	if h == nil || h.Template || isLeftOver(h, e.base.deployers) || e.isForsaken(h.Key()) {
		return
	}
	cluster := e.claims.Cluster(h)
	had := claim{}
	if b != nil && e.claims.Cluster(b) == cluster {
		had = e.base.claims[b.Key()]
	}
	shared := map[deploy.Key][]RemovedObject{}
	for _, id := range e.head.claims[h.Key()].order {
		object := e.head.claims[h.Key()].objects[id]
		if had.has(id) || !h.Tool.Applies(object) {
			continue
		}
		e.fresh[cluster] = append(e.fresh[cluster], id)
		for _, k := range e.head.claimed[deploy.ObjectKey{Cluster: cluster, ID: id}] {
			other := e.head.deployers[k]
			if k == h.Key() || other.Template || e.isForsaken(k) || !other.Tool.Applies(e.head.claims[k].objects[id]) || e.isToldThere(k, h.Key(), cluster, id) {
				continue
			}
			if !e.ignores(id) {
				shared[k] = append(shared[k], RemovedObject{ID: id, At: object.At})
			}
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(shared), deploy.Key.Compare) {
		objects := shared[k]
		what := kinds(objects)
		if len(objects) == 1 {
			what = objects[0].ID.String()
		}
		e.tell(NewlyShared, dupcheck.Error, objects[0].At, fmt.Sprintf("%s of %s would be deployed by %s as well: %s",
			report.Count(len(objects), "object", "objects"), e.name(), e.head.deployers[k].Name(), what),
			"let one of them deploy it: the one that is synced last takes it over, and the one that stops deploying it deletes it for both")
	}
}

// ignores says whether several deployers may deploy an object, or declare it.
func (c *comparison) ignores(id dupcheck.ID) bool {
	ignored := slices.ContainsFunc(c.options.Ignore, func(i dupcheck.Ignore) bool { return i.Matches(id) })
	if ignored {
		c.impact.Ignored++
	}
	return ignored
}

// isToldThere says whether the finding belongs to the other deployer, since both
// have the object of late.
func (e *evaluation) isToldThere(other, own deploy.Key, cluster string, id dupcheck.ID) bool {
	if other.Compare(own) < 0 {
		return false
	}
	before := e.base.deployers[other]
	return before == nil || e.claims.Cluster(before) != cluster || !e.base.claims[other].has(id)
}
