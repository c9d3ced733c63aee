package dupcheck

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var assert = assertion.Continue

func TestChain(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 63, 64, 65, 127, 128, 1000, 50_000} {
		index, want := make([]entry, n), map[uint64][]int32{}
		for i := range index {
			index[i] = entry{same: random.Uint64() >> (i % 3 * 31)} // also hashes whose first bits are zero
			if i > 0 && random.IntN(3) == 0 {
				index[i].same = index[random.IntN(i)].same
			}
			want[index[i].same] = append(want[index[i].same], int32(i))
		}
		next := chain(index, hashSame)
		assert.Len(t, next, n)
		for _, places := range want {
			for k, i := range places {
				following := int32(-1)
				if k+1 < len(places) {
					following = places[k+1]
				}
				assert.Equal(t, following, next[i], n)
			}
		}
	}
}

func TestCandidates(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 2, 3, 100, 50_000} {
		for _, every := range []int{1, 3, 1_000_000} { // one in so many meets another
			index, count := make([]entry, n), map[uint64]int{}
			for i := range index {
				index[i] = entry{near: random.Uint64(), object: int32(i)}
				if i > 0 && random.IntN(every) == 0 {
					index[i].near = index[random.IntN(i)].near
				}
				count[index[i].near]++
			}
			want := slices.Clone(index)
			got := candidates(index, hashNear)
			seen, alone := map[uint64]int{}, 0
			for _, e := range got {
				if seen[e.near]++; count[e.near] == 1 {
					alone++
				}
			}
			for hash, n := range count {
				if n > 1 {
					assert.Equal(t, n, seen[hash])
				}
			}
			assert.LessOrEqual(t, alone, n/8, n)
			assert.ElementsMatch(t, want[:min(n, 100)], filter(index, func(e entry) bool { return int(e.object) < 100 }))
			assert.Len(t, index, n)
			assert.True(t, slices.IsSortedFunc(got, func(a, b entry) int { return cmp.Compare(a.object, b.object) }), n)
		}
	}
}

func filter(index []entry, keep func(entry) bool) (out []entry) {
	for _, e := range index {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}
