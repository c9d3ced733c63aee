package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// snapshot is a deploy.Snapshot by what Compare looks up in it.
type snapshot struct {
	deploy.Snapshot
	deployers map[deploy.Key]*deploy.Deployer
	repeated  map[deploy.Key]bool // declared differently more than once
	claims    map[deploy.Key]claim
	claimed   map[deploy.ObjectKey][]deploy.Key
	parents   map[deploy.Key][]*deploy.Deployer // of a deployer, or of a generator
	// generators are all generators, generated is what each generates, and unexpanded
	// says why that is not known.
	generators map[deploy.Key]*deploy.Generator
	generated  map[deploy.Key][]*deploy.Deployer
	unexpanded map[deploy.Key]checkout.Reason
	declared   map[deploy.Key]int  // how often a generator is
	written    map[deploy.Key]bool // deployers that no generator made
}

// claim is the objects of one deployer.
type claim struct {
	order   []dupcheck.ID
	objects map[dupcheck.ID]dupcheck.Object
}

// has says whether an object is among them.
func (c claim) has(id dupcheck.ID) bool {
	_, is := c.objects[id]
	return is
}

// newSnapshot indexes a snapshot. before are the earlier deployers: no generator takes
// over a deployer that another generator made and still makes.
func newSnapshot(s deploy.Snapshot, claims deploy.Claims, before map[deploy.Key]*deploy.Deployer) snapshot {
	out := snapshot{
		Snapshot: s, deployers: map[deploy.Key]*deploy.Deployer{}, repeated: map[deploy.Key]bool{}, claims: map[deploy.Key]claim{},
		claimed: map[deploy.ObjectKey][]deploy.Key{}, parents: map[deploy.Key][]*deploy.Deployer{},
		generators: map[deploy.Key]*deploy.Generator{}, generated: map[deploy.Key][]*deploy.Deployer{}, unexpanded: map[deploy.Key]checkout.Reason{},
		written: map[deploy.Key]bool{}, declared: map[deploy.Key]int{},
	}
	for i := range s.Deployers {
		d := &s.Deployers[i]
		other := out.deployers[d.Key()]
		if d.Superseded || other != nil && d.Unlisted && !other.Unlisted {
			continue
		}
		if other != nil && other.Unlisted && !d.Unlisted {
			other = nil
		}
		if other != nil && !other.Carried && !d.Carried && (differ(other, d) || ofTwo(other, d)) {
			out.repeated[d.Key()] = true
		}
		if other == nil || !other.Carried && (d.Carried || !isOwned(other, before[d.Key()])) {
			out.deployers[d.Key()] = d
		}
		if d.CreatedBy.ID.Kind == "" && !d.Unlisted && !d.Carried {
			out.written[d.Key()] = true
		}
		if !d.Carried && d.CreatedBy.ID.Kind != "" {
			out.generated[keyOf(d.CreatedBy)] = append(out.generated[keyOf(d.CreatedBy)], d)
		}
	}
	for i := range s.Generators {
		out.declared[keyOf(s.Generators[i])]++
		out.generators[keyOf(s.Generators[i])] = &s.Generators[i]
	}
	for _, u := range s.Unexpanded {
		out.unexpanded[deploy.Key{Instance: u.Instance, ID: u.ID}] = u.Reason
	}
	for k, d := range out.deployers {
		order, objects := claims.Of(d)
		out.claims[k] = claim{order, objects}
		if before != nil && isLeftOver(d, before) {
			continue // it takes nothing
		}
		for _, id := range order {
			at := deploy.ObjectKey{Cluster: claims.Cluster(d), ID: id}
			out.claimed[at] = append(out.claimed[at], k)
			child := deploy.Key{Instance: d.Instance, ID: id}
			if (deploy.IsDeployer(id) || deploy.IsGenerator(id)) && child != k {
				out.parents[child] = append(out.parents[child], d)
			}
		}
	}
	for _, keys := range out.claimed {
		slices.SortFunc(keys, deploy.Key.Compare)
	}
	for _, parents := range out.parents {
		slices.SortFunc(parents, func(a, b *deploy.Deployer) int { return a.Key().Compare(b.Key()) })
	}
	return out
}

// isLeftOver reports whether a new deployer is beside a kustomization that does not name
// it: nothing says that a user applies it.
func isLeftOver(d *deploy.Deployer, before map[deploy.Key]*deploy.Deployer) bool {
	return d.Unlisted && before[d.Key()] == nil
}

// isOwned says whether a deployer is made by the generator that made it before.
func isOwned(d, before *deploy.Deployer) bool {
	return before != nil && before.CreatedBy.ID.Kind != "" && keyOf(d.CreatedBy) == keyOf(before.CreatedBy)
}

// ofTwo says whether two generators make a deployer.
func ofTwo(a, b *deploy.Deployer) bool {
	return a.CreatedBy.ID.Kind != "" && b.CreatedBy.ID.Kind != "" && keyOf(a.CreatedBy) != keyOf(b.CreatedBy)
}

// differ says whether two declarations of a deployer are not the same.
func differ(a, b *deploy.Deployer) bool {
	return len(fieldChanges(a, b)) > 0 || len(policyChanges(a, b)) > 0
}
