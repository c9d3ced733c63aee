package dupcheck

import (
	"hash/maphash"
	"iter"
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
}

// enter takes an object with an identity into the index.
func (r *run) enter(i int32, set string, who *identity) {
	k := key{set, who.id}
	e := entry{object: i, floating: who.floating, unsure: who.scope == unknownScope}
	e.same = maphash.Comparable(r.seed, k)
	e.bare = e.same
	if bare := k.bare(); bare != k {
		e.bare = maphash.Comparable(r.seed, bare)
	}
	if !r.rules.off(NearDuplicate) {
		e.near = maphash.Comparable(r.seed, r.nearKey(k))
	}
	r.index = append(r.index, e)
}

// keyOf returns the key of an object that has an identity.
func (r *run) keyOf(i int32) key {
	o := r.objects.at(i)
	who := r.crds.identify(o, r.rules)
	return key{o.Set, who.id}
}

// meetings yields the entries that meet under one key, two or more at a time,
// each time in the order in which the objects were added. Both functions must
// belong to the same kind of key.
func (r *run) meetings(hash func(entry) uint64, keyOf func(int32) key) iter.Seq2[key, []entry] {
	sortByHash(r.index, hash)
	return func(yield func(key, []entry) bool) {
		for start, end := 0, 0; start < len(r.index); start = end {
			end = start + 1
			for end < len(r.index) && hash(r.index[end]) == hash(r.index[start]) {
				end++
			}
			if end-start == 1 {
				continue
			}
			for k, met := range byKey(r.index[start:end], keyOf) {
				if len(met) > 1 && !yield(k, met) {
					return
				}
			}
		}
	}
}

// byKey tells apart the entries whose hashes are equal. Almost always they all
// have one key.
func byKey(entries []entry, keyOf func(int32) key) map[key][]entry {
	out := map[key][]entry{}
	for _, e := range entries {
		k := keyOf(e.object)
		out[k] = append(out[k], e)
	}
	return out
}
