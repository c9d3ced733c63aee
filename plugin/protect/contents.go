package protect

import (
	"cmp"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// subject is an object to judge.
type subject struct {
	object dupcheck.Object
	id     dupcheck.ID
	// by is its deployer. It is nil if no deployer of the tree deploys it.
	by      *deploy.Deployer
	cluster string // of by
	byHand  bool   // a user applies it
}

// contents knows the data that is lost with an object: the objects inside of it, and which
// volumes are retained.
type contents struct {
	state      []deploy.StateKind
	losses     map[dupcheck.GroupKind]deploy.StateKind // the answers of stateOf
	version    deploy.Version
	all        []subject
	namespaces map[string][]*subject // with data, by namespace
	kinds      map[dupcheck.GroupKind]*subject
	deployed   map[deploy.Key][]*subject // by the deployer
	deployers  map[deploy.Key]*deploy.Deployer
	written    map[dupcheck.Position]*deploy.Deployer // by where they are
	owners     map[deploy.Key]*deploy.Deployer        // that deploy a deployer or a generator
	generated  map[deploy.Key][]*deploy.Deployer      // by the generator
	volumes    retention
	seen       map[deploy.Key]bool // deployers whose objects are being examined
}

func newContents(t Tree, o Options) *contents {
	c := &contents{
		state: o.State, version: o.Version, namespaces: map[string][]*subject{}, kinds: map[dupcheck.GroupKind]*subject{},
		deployed: map[deploy.Key][]*subject{}, deployers: map[deploy.Key]*deploy.Deployer{}, generated: map[deploy.Key][]*deploy.Deployer{},
		owners: map[deploy.Key]*deploy.Deployer{}, losses: map[dupcheck.GroupKind]deploy.StateKind{}, seen: map[deploy.Key]bool{}, written: map[dupcheck.Position]*deploy.Deployer{}, volumes: retention{},
	}
	claims := deploy.NewClaims(dupcheck.Rules{}, o.Clusters, t.Snapshot)
	for i := range t.Snapshot.Deployers {
		d := &t.Snapshot.Deployers[i]
		c.deployers[d.Key()] = d
		c.written[d.At] = d
		if by := d.CreatedBy; by.ID.Kind != "" {
			k := deploy.Key{Instance: by.Instance, ID: by.ID}
			c.generated[k] = append(c.generated[k], d)
		}
		if d.Template {
			continue // its objects are not known
		}
		ids, objects := claims.Of(d)
		for _, id := range ids {
			object := objects[id]
			object.Set = d.Instance
			c.all = append(c.all, subject{object: object, id: id, by: d, cluster: claims.Cluster(d)})
		}
	}
	for i, objects := range [][]dupcheck.Object{t.Rest, t.ByHand} {
		for _, object := range objects {
			c.all = append(c.all, subject{object: object, id: identity(object), byHand: i > 0})
		}
	}
	c.all = slices.DeleteFunc(c.all, func(s subject) bool { return s.id.Name == "" || s.object.Placeholder })
	c.index()
	return c
}

// index sorts the objects by the objects that contain them.
func (c *contents) index() {
	for i := range c.all {
		c.volumes.learn(&c.all[i])
	}
	for i := range c.all {
		s := &c.all[i]
		if s.by != nil {
			c.deployed[s.by.Key()] = append(c.deployed[s.by.Key()], s)
			c.owners[deploy.Key{Instance: s.by.Instance, ID: s.id}] = s.by
		}
		if c.kinds[s.id.GroupKind()] == nil {
			c.kinds[s.id.GroupKind()] = s
		}
		if c.holdsData(s) {
			c.namespaces[s.namespace()] = append(c.namespaces[s.namespace()], s)
		}
	}
}

// stateOf says which data is lost with objects of a kind. It searches the table once for
// each kind, not for each object.
func (c *contents) stateOf(gk dupcheck.GroupKind) deploy.StateKind {
	kind, known := c.losses[gk]
	if !known {
		_, kind = deploy.StateOf(c.state, gk)
		c.losses[gk] = kind
	}
	return kind
}

// holdsData says whether the deletion of an object's namespace loses data because of the
// object.
func (c *contents) holdsData(s *subject) bool {
	if s.id.Kind == "StatefulSet" && s.id.Group == "apps" {
		return len(valuesOf(&s.object, "spec", "volumeClaimTemplates")) > 0
	}
	kind := c.stateOf(s.id.GroupKind())
	return kind.Loss == deploy.DataLoss && !c.volumes.keeps(s)
}

// makers returns the deployers that decide about an object: its own, and those that deploy
// that one or its generator.
func (c *contents) makers(s *subject) (all []*deploy.Deployer) {
	for d := s.by; d != nil && !slices.Contains(all, d); {
		all = append(all, d)
		owner := c.owners[d.Key()]
		if owner == nil {
			owner = c.owners[deploy.Key{Instance: d.CreatedBy.Instance, ID: d.CreatedBy.ID}]
		}
		d = owner
	}
	return all
}

// suchAs introduces one of several objects in a message.
const suchAs = ", such as "

// lossOf says which data is lost with an object, and why: if because of an object inside of
// it, inside is that object.
func (c *contents) lossOf(s *subject) (loss deploy.Loss, reason string, inside *subject) {
	kind := c.stateOf(s.id.GroupKind())
	switch {
	case kind.Loss == deploy.DataLoss && c.volumes.keeps(s):
		return deploy.ServiceLoss, "its data is retained, and the way to it is lost", nil
	case kind.Loss != deploy.InsideLoss:
		return kind.Loss, kind.Reason, nil
	}
	inside, goes := c.inside(s)
	switch {
	case !goes:
		return deploy.NoLoss, "", nil
	case inside == nil:
		return deploy.ServiceLoss, kind.Reason, nil
	}
	return deploy.DataLoss, kind.Reason + suchAs + inside.id.String(), inside
}

// inside returns an object inside of another one because of which the deletion of that one
// loses data, if there is any. It also says whether anything is deleted with that one.
func (c *contents) inside(s *subject) (one *subject, goes bool) {
	switch {
	case s.id.GroupKind() == dupcheck.GroupKind{Kind: "Namespace"}:
		for _, held := range slices.Concat(c.namespaces[s.id.Name], c.namespaces[s.beside()]) {
			if held.mayShareCluster(s) {
				return held, true
			}
		}
		return nil, true
	case s.object.CRD != nil:
		return c.kinds[dupcheck.GroupKind{Group: s.object.CRD.Group, Kind: s.object.CRD.Kind}], true
	case deploy.IsGenerator(s.id):
		for _, d := range c.generated[deploy.Key{Instance: s.object.Set, ID: s.id}] {
			if one := c.takes(d); one != nil {
				return one, true
			}
		}
		return nil, true
	}
	d := c.deployers[deploy.Key{Instance: s.object.Set, ID: s.id}]
	if d == nil {
		d = c.written[s.object.At]
	}
	if d == nil || d.ID.GroupKind() != s.id.GroupKind() {
		return nil, true
	}
	return c.takes(d), d.Policy.Cascade
}

// takes returns an object with data that is deleted with its deployer, if there is any.
func (c *contents) takes(d *deploy.Deployer) *subject {
	if !d.Policy.Cascade || c.seen[d.Key()] {
		return nil
	}
	c.seen[d.Key()] = true
	defer delete(c.seen, d.Key())
	for _, s := range c.deployed[d.Key()] {
		if loss, _, _ := c.lossOf(s); loss == deploy.DataLoss && d.OnCascadeDelete(c.version, s.object) == deploy.Unprotected {
			return s
		}
	}
	return nil
}

// beside returns a name that an object without a deployer shares with the objects that are
// deployed with it: its target, or its directory. An object that names no namespace may be
// in any of theirs. The result is no name of a namespace.
func (s *subject) beside() string {
	if s.by != nil {
		return "/"
	}
	return "/" + cmp.Or(s.object.At.Origin, path.Dir(s.object.At.File))
}

// namespace returns the namespace of an object, as far as it is known. An object without one
// is in no namespace.
func (s *subject) namespace() string {
	if gk := s.id.GroupKind(); gk == persistentVolume || gk == snapshotContent || s.by != nil && s.id.Namespace == "" {
		return ""
	}
	return cmp.Or(s.id.Namespace, s.beside())
}

// mayShareCluster says whether two objects may be in one cluster. The cluster of an object
// without a deployer is not known.
func (s *subject) mayShareCluster(other *subject) bool {
	return s.by == nil || other.by == nil || s.cluster == other.cluster
}
