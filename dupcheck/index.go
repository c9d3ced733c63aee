package dupcheck

import (
	"cmp"
	"hash/maphash"
	"iter"
	"math/bits"
	"slices"
)

// key is an identity inside a deployable set.
type key struct {
	set string
	ID
}

// bare is the key under which all namespaces meet.
func (k key) bare() key {
	k.Namespace = ""
	return k
}

// entry is an object that has an identity, with the hashes of the keys under
// which it meets others. Keys are computed again for the few that meet, which
// takes a tenth of the memory that keeping them would.
type entry struct {
	same, bare, near uint64
	object           int32
	floating         bool // as in identity
	unsure           bool // the scope of its kind is unknown
	open             bool // as in identity
}

// hashed says which hash of an entry is meant.
type hashed uint8

const (
	hashSame hashed = iota
	hashBare
	hashNear
)

func (e *entry) hash(by hashed) uint64 {
	switch by {
	case hashBare:
		return e.bare
	case hashNear:
		return e.near
	}
	return e.same
}

// enter takes an object with an identity into the index.
func (r *run) enter(i int32, set string, who *identity) {
	n := len(r.index)
	r.index = slices.Grow(r.index, 1)[:n+1]
	e := &r.index[n] // to make it here takes less time than to copy it
	e.object, e.floating, e.unsure, e.open = i, who.floating, who.scope == unknownScope, who.open
	t := who.typed
	if !t.hashed {
		r.hashType(t)
	}
	namespace, name := r.hashes.again(who.id.Namespace), r.hashes.of(who.id.Name)
	e.bare = mix(t.hash, name)
	e.same = mix(e.bare, namespace)
	if e.near = mix(mix(t.near, name), namespace); (who.odd || r.rules.OpenShift) && !r.rules.off(NearDuplicate) {
		r.folds = true
		near := r.nearKey(key{set, who.id})
		if near.Name != who.id.Name {
			name = r.hashes.of(near.Name)
		}
		if near.Namespace != who.id.Namespace {
			namespace = r.hashes.of(near.Namespace)
		}
		e.near = mix(mix(t.near, name), namespace)
	}
}

// hashType computes the part of the hashes that all objects of a type share.
func (r *run) hashType(t *typed) {
	near := r.nearKey(key{t.set, ID{Group: t.gk.Group, Kind: t.gk.Kind}})
	t.hash = mix(mix(r.hashes.of(t.set), r.hashes.of(t.gk.Group)), r.hashes.of(t.gk.Kind))
	t.near = mix(mix(r.hashes.of(near.set), r.hashes.of(near.Group)), r.hashes.of(near.Kind))
	t.hashed = true
	r.folds = r.types.meet(t) || r.folds
}

// nearTypes has the hashes of types by those of their near keys. The zero value is empty
// and ready for use.
type nearTypes map[uint64]uint64

// meet takes a type in. It says whether another one has the same near key, or may have.
func (n *nearTypes) meet(t *typed) bool {
	if *n == nil {
		*n = nearTypes{}
	}
	other, met := (*n)[t.near]
	if met && other != t.hash || len(*n) == mostTypes {
		return true
	}
	(*n)[t.near] = t.hash
	return false
}

// hasher hashes the parts of keys.
type hasher struct {
	seed     maphash.Seed
	last     string // that again was given
	lastHash uint64 // or 0
}

func (h *hasher) of(s string) uint64 { return maphash.String(h.seed, s) }

// again is of for a string that mostly is the last one again.
func (h *hasher) again(s string) uint64 {
	if s != h.last || h.lastHash == 0 {
		h.last, h.lastHash = s, h.of(s)
	}
	return h.lastHash
}

// mix combines two hashes into one that depends on their order.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd1b54a32d192ed03)
	return bits.RotateLeft64(a, 32) ^ high ^ low
}

// keyOf returns the key of an object that has an identity.
func (r *run) keyOf(i int32) key {
	o := r.last.of(r.objects, r.objects.record(i))
	who := r.crds.identify(o, r.rules)
	return key{o.Set, who.id}
}

// meetings yields the entries that share a key, two or more at a time, in the order in
// which the objects were added. keyOf must return the keys that were hashed.
// Callers do not change the entries.
func (r *run) meetings(by hashed, keyOf func(int32) key) iter.Seq2[key, []entry] {
	return func(yield func(key, []entry) bool) {
		for all := range r.alike(by) {
			k := keyOf(all[0].object)
			other := func(e entry) bool {
				return !r.objects.record(e.object).writtenAs(r.objects.record(all[0].object)) && keyOf(e.object) != k
			}
			if !slices.ContainsFunc(all[1:], other) {
				if !yield(k, all) { // almost always
					return
				}
				continue
			}
			same := map[key][]entry{}
			for _, e := range all {
				k := keyOf(e.object)
				same[k] = append(same[k], e)
			}
			for k, met := range same {
				if len(met) > 1 && !yield(k, met) {
					return
				}
			}
		}
	}
}

// alike yields the entries of one hash, two or more at a time, in the order of their
// objects; the next ones overwrite them. Those that are all one object are yielded for
// hashSame alone: that they have other hashes in common says nothing more about them.
func (r *run) alike(by hashed) iter.Seq[[]entry] {
	index := candidates(r.index, by)
	slices.SortFunc(index, func(a, b entry) int { return cmp.Compare(a.object, b.object) }) // mostly they are
	next := chain(index, by)
	return func(yield func([]entry) bool) {
		var met []entry
		for i := range index {
			if next[i] < 0 {
				continue // alone, or yielded before
			}
			met = met[:0]
			for k := int32(i); k >= 0; {
				met = append(met, index[k])
				k, next[k] = next[k], -1
			}
			more := func(e entry) bool { return by == hashSame || e.same != met[0].same }
			if slices.ContainsFunc(met[1:], more) && !yield(met) {
				return
			}
		}
	}
}
