package propose

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/gate"
)

// Collision is a deployer that is declared more than once.
type Collision struct {
	ID dupcheck.ID
	// Places are in the order in which they would be applied.
	Places []dupcheck.Position
	// Told says how the gate reports it.
	Told string
}

// decides says whether an object decides which objects are deployed.
func decides(id dupcheck.ID) bool {
	return deploy.IsDeployer(id) || deploy.IsGenerator(id) || id.GroupKind() == (dupcheck.GroupKind{Group: gitops.ArgoGroup, Kind: "AppProject"})
}

// place is the place in which an object is written.
type place struct {
	file                   string
	line, column, document int
}

// collisions returns the deployers that are written in several places. A place that several
// kustomizations render counts once.
func collisions(objects []gate.Listed) (all []Collision) {
	at := map[dupcheck.ID]int{}
	seen := map[dupcheck.ID]map[place]bool{}
	for _, o := range objects {
		if !decides(o.ID) {
			continue
		}
		p := o.Object.At
		where := place{p.File, p.Line, p.Column, p.Document}
		i, known := at[o.ID]
		if !known {
			i = len(all)
			at[o.ID], seen[o.ID], all = i, map[place]bool{}, append(all, Collision{ID: o.ID})
		}
		if !seen[o.ID][where] {
			seen[o.ID][where] = true
			all[i].Places = append(all[i].Places, p)
		}
	}
	return slices.DeleteFunc(all, func(c Collision) bool { return len(c.Places) < 2 })
}
