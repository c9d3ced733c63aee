package dupcheck

import "math/bits"

// candidates moves all entries that share a hash with another to the front of an index,
// and returns them with a few more: about one of every 256 entries that share none. They
// stay in their order. To chain those that are left after one pass would take longer than
// the second pass.
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

// chain connects the entries that share a hash: next has the position of the following
// one, or -1 for the last one and for those that are alone. To sort by hash would take
// longer, and bring entries next to each other that are far apart in memory.
func chain(index []entry, by hashed) (next []int32) {
	shift := 64 - bits.Len(uint(2*len(index)+1))
	last := make([]int32, 1<<(64-shift)) // by hash: the position of the last one so far, plus one
	next = make([]int32, len(index))
	for i := range index {
		next[i] = -1
		hash := index[i].hash(by)
		for slot := hash >> shift; ; slot = (slot + 1) % uint64(len(last)) {
			before := last[slot] - 1
			if before >= 0 && index[before].hash(by) != hash {
				continue
			}
			if before >= 0 {
				next[before] = int32(i)
			}
			last[slot] = int32(i) + 1
			break
		}
	}
	return next
}
