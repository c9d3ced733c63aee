package soundness

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
)

// thing is an object that is in a cluster.
type thing struct {
	object
	// born is when it was made: one that is created again is another one.
	born int
	// application is the one that tracks it, and kustomization the one of its labels.
	application, kustomization string
	// set is the ApplicationSet that owns it.
	set string
	// inventory is what a Kustomization has applied.
	inventory map[key]bool
	// release is that of a HelmRelease.
	release key
	// inputs are those of the last time that its objects were not known, and synced
	// says that there was a last time.
	inputs string
	synced bool
}

// world is all clusters of a management cluster, whose own name is empty.
type world struct {
	tree  tree
	cache *cache
	live  map[key]*thing
	clock int
	// unknown are deployers whose objects are not known, and that deploy others
	// than before or are deleted.
	unknown []string
	// failed says that a deployer could not be synced, and vague that something is
	// not known here although the tools would know it.
	failed, vague bool
	// restless says that deployers undo each other without end.
	restless bool
	// order is that in which deployers are synced. Unless it is free, each comes after
	// the one that made it.
	order func([]key)
	free  bool
	// hand are the objects that a person has applied, and unclear says that the person
	// could not.
	hand    map[key]bool
	unclear bool
	// dirs are those that a person applies. Nil are all.
	dirs []string
}

// cache has what deployers deploy. It is the same for all orders.
type cache struct{ results map[string]any }

// remember calls make once for each text.
func remember[T any](c *cache, text string, make func() T) T {
	if found, ok := c.results[text]; ok {
		return found.(T)
	}
	made := make()
	c.results[text] = made
	return made
}

func newWorld(order func([]key), free bool, dirs []string) *world {
	return &world{live: map[key]*thing{}, order: order, free: free, dirs: dirs}
}

// rounds are enough for a chain of deployers, of which each makes the next one.
const rounds = 7

// settle syncs a tree until nothing more happens.
func (w *world) settle(t tree, c *cache) {
	w.tree, w.cache = t, c
	for range rounds {
		clock := w.clock
		w.applyByHand()
		keys := slices.SortedFunc(maps.Keys(w.live), key.compare)
		w.order(keys)
		if !w.free {
			slices.SortStableFunc(keys, func(a, b key) int { return w.depth(a) - w.depth(b) })
		}
		for _, k := range keys {
			if o := w.live[k]; o != nil {
				w.sync(o)
			}
		}
		if clock == w.clock {
			return
		}
	}
	w.restless = true
}

// depth is how many deployers made one another until this object was made.
func (w *world) depth(k key) (n int) {
	for ; n < rounds; n++ {
		o := w.live[k]
		switch {
		case o == nil:
			return n
		case o.set != "":
			k = key{"", argoGroup, "ApplicationSet", o.namespace, o.set}
		case o.application != "":
			k = key{"", argoGroup, "Application", "argocd", o.application}
		case o.kustomization != "":
			namespace, name, _ := strings.Cut(o.kustomization, "/")
			k = key{"", ksGroup, "Kustomization", namespace, name}
		default:
			return n
		}
		if k == o.key {
			return n // it deploys itself
		}
	}
	return n
}

// sync lets the controller of an object do its work.
func (w *world) sync(o *thing) {
	if o.cluster != "" {
		return // the controllers are in the management cluster
	}
	switch o.group + "/" + o.kind {
	case argoGroup + "/Application":
		w.syncApplication(o)
	case argoGroup + "/ApplicationSet":
		w.syncSet(o)
	case ksGroup + "/Kustomization":
		w.syncKustomization(o)
	case helmGroup + "/HelmRelease":
		w.syncRelease(o)
	}
}

// apply makes an object or changes the one that is there.
func (w *world) apply(o object) *thing {
	found := w.live[o.key]
	if found == nil {
		w.clock++
		found = &thing{object: o, born: w.clock}
		w.live[o.key] = found
	} else if !reflect.DeepEqual(found.fields, o.fields) {
		w.clock++
	}
	found.fields = o.fields
	return found
}

// remove deletes an object with what its controller deletes then.
func (w *world) remove(k key) {
	o := w.live[k]
	if o == nil {
		return
	}
	w.clock++
	delete(w.live, k)
	switch {
	case k.group == "" && k.kind == "Namespace":
		w.removeAll(func(other *thing) bool { return other.cluster == k.cluster && other.namespace == k.name })
	case k.cluster != "":
	case k.group == argoGroup && k.kind == "Application":
		w.finalizeApplication(o)
	case k.group == argoGroup && k.kind == "ApplicationSet":
		w.removeAll(func(other *thing) bool { return other.set == k.name })
	case k.group == ksGroup:
		w.finalizeKustomization(o)
	case k.group == helmGroup:
		w.finalizeRelease(o)
	}
}

func (w *world) has(which func(*thing) bool) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(w.live)), which)
}

func (w *world) removeAll(which func(*thing) bool) {
	for _, k := range slices.SortedFunc(maps.Keys(w.live), key.compare) {
		if o := w.live[k]; o != nil && which(o) {
			w.remove(k)
		}
	}
}

// applyByHand applies what a person applies. Nothing is deleted by that.
func (w *world) applyByHand() {
	w.hand = map[key]bool{}
	for _, dir := range w.tree.hand() {
		if w.dirs != nil && !slices.Contains(w.dirs, dir) {
			continue
		}
		r := remember(w.cache, "hand "+dir, func() result { return w.tree.handObjects(dir) })
		w.unclear = w.unclear || r.err != nil
		for _, o := range r.objects {
			w.hand[o.key] = true
			if w.live[o.key] == nil || o.isDeployer() || o.group == sourceGroup {
				w.apply(o)
			}
		}
	}
}

// handObjects are those of a directory that a person applies.
func (t tree) handObjects(dir string) (r result) {
	if t.kustomization(dir) != "" {
		r.objects, r.err = t.kustomized(dir, nil)
		return r
	}
	for _, name := range t.below(dir) {
		if path.Dir(name) != dir || !isYAML(name) {
			continue
		}
		docs, err := documents(t[name])
		objects, err2 := newObjects(docs)
		if err != nil || err2 != nil {
			r.err = cmpOr(err, err2)
			continue
		}
		r.objects = append(r.objects, objects...)
	}
	return r
}

// forsake deletes the deployers that a person applied before and does no longer:
// an unseen root may prune them. Those that stand elsewhere are let be.
func (w *world) forsake(before map[key]bool) (some bool) {
	elsewhere := remember(w.cache, "written", w.tree.written)
	for _, k := range slices.SortedFunc(maps.Keys(before), key.compare) {
		o := w.live[k]
		switch {
		case o != nil && !w.hand[k] && k.group == sourceGroup:
			w.vague = true // whether it is still there is not written anywhere
		case o == nil || w.hand[k] || !k.isDeployer():
		case w.unclear || elsewhere[k] || o.application != "" || o.kustomization != "" || o.set != "":
			w.vague = true
		default:
			w.remove(k)
			some = true
		}
	}
	return some
}

// written are the deployers that stand in any file.
func (t tree) written() map[key]bool {
	all := map[key]bool{}
	t.each(func(o object) {
		if o.isDeployer() {
			all[o.key] = true
		}
	})
	return all
}

func cmpOr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
