package dupcheck

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

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
		sortByHash(index, func(e entry) uint64 { return e.same })
		assert.Equal(t, want, index, n)
	}
}
