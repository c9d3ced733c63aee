package dupcheck

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var assert = assertion.Continue

func TestSortByHash(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 63, 64, 65, 127, 128, 1000, 50_000} {
		index := make([]entry, n)
		for i := range index {
			index[i] = entry{same: random.Uint64(), object: int32(i)}
			if i > 0 && random.IntN(3) == 0 {
				index[i].same = index[random.IntN(i)].same
			}
		}
		random.Shuffle(n, func(i, j int) { index[i], index[j] = index[j], index[i] })
		want := slices.Clone(index)
		slices.SortFunc(want, func(a, b entry) int { return cmp.Or(cmp.Compare(a.same, b.same), cmp.Compare(a.object, b.object)) })
		sortByHash(index, hashSame)
		assert.Equal(t, want, index, n)
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
