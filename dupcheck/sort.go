package dupcheck

import (
	"cmp"
	"math/bits"
	"slices"
)

// candidates moves all entries that share a hash with another to the front of an index,
// and returns them with a few more: about one of every 256 entries that share none. To
// sort those that are left after one pass would take longer than the second pass.
func candidates(index []entry, by hashed) []entry {
	return mayShare(mayShare(index, by, 0), by, 32)
}

// mayShare is candidates that returns one of every 16 entries that share none, by other
// bits of the hash if it is rotated.
func mayShare(index []entry, by hashed, rotated int) []entry {
	shift := 64 - max(6, bits.Len(uint(16*len(index))))
	once, twice := make([]uint64, 1<<(64-shift)/64), make([]uint64, 1<<(64-shift)/64)
	for i := range index {
		slot := bits.RotateLeft64(index[i].hash(by), rotated) >> shift
		word, bit := slot/64, uint64(1)<<(slot%64)
		twice[word] |= once[word] & bit
		once[word] |= bit
	}
	n := 0
	for i := range index {
		slot := bits.RotateLeft64(index[i].hash(by), rotated) >> shift
		if twice[slot/64]&(1<<(slot%64)) != 0 {
			index[n], index[i] = index[i], index[n]
			n++
		}
	}
	return index[:n]
}

// sortByHash sorts entries by one of their hashes, and where it is equal by object.
func sortByHash(index []entry, by hashed) {
	slices.SortFunc(index, func(a, b entry) int {
		if c := cmp.Compare(a.hash(by), b.hash(by)); c != 0 {
			return c
		}
		return cmp.Compare(a.object, b.object)
	})
}
