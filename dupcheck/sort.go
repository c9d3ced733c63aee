package dupcheck

import (
	"cmp"
	"math/bits"
	"slices"
)

// candidates moves to the front of an index, and returns, all entries whose hash
// is that of another one, and a few more: of every 16 that meet none, about one.
func candidates(index []entry, by hashed) []entry {
	shift := 64 - max(6, bits.Len(uint(16*len(index))))
	once, twice := make([]uint64, 1<<(64-shift)/64), make([]uint64, 1<<(64-shift)/64)
	for i := range index {
		slot := index[i].hash(by) >> shift
		word, bit := slot/64, uint64(1)<<(slot%64)
		twice[word] |= once[word] & bit
		once[word] |= bit
	}
	n := 0
	for i := range index {
		slot := index[i].hash(by) >> shift
		if twice[slot/64]&(1<<(slot%64)) != 0 {
			index[n], index[i] = index[i], index[n]
			n++
		}
	}
	return index[:n]
}

// perBucket is how many entries a bucket has on average: so few that they are
// sorted by insertion.
const perBucket = 8

// sortByHash sorts entries by one of their hashes, and where it is equal by
// object. Hashes are spread evenly, so that their first bits say about where an
// entry belongs; this takes a third of the time of comparing all of them.
func sortByHash(index []entry, by hashed) {
	width := bits.Len(uint(len(index) / perBucket))
	if width < 4 {
		sortBucket(index, by)
		return
	}
	shift := 64 - width
	starts := make([]int32, 1<<width+1)
	for i := range index {
		starts[index[i].hash(by)>>shift+1]++
	}
	for b := range 1 << width {
		starts[b+1] += starts[b]
	}
	next := slices.Clone(starts)
	for b := range 1 << width {
		for next[b] < starts[b+1] {
			e := &index[next[b]]
			to := int(e.hash(by) >> shift)
			if to != b {
				*e, index[next[to]] = index[next[to]], *e
			}
			next[to]++
		}
		sortBucket(index[starts[b]:starts[b+1]], by)
	}
}

func sortBucket(index []entry, by hashed) {
	if len(index) < 2 {
		return
	}
	slices.SortFunc(index, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.hash(by), b.hash(by)), cmp.Compare(a.object, b.object))
	})
}
