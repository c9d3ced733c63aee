package split

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync/atomic"
	"testing"
)

// TestShare: every number once, and none by a worker that was not announced.
func TestShare(t *testing.T) {
	for _, n := range []int{0, 1, atOnce - 1, atOnce, atOnce + 1, 1000} {
		done := make([]atomic.Int32, n)
		share(context.Background(), n, func(worker, i int) {
			assert.Less(t, worker, workers(n))
			done[i].Add(1)
		})
		for i := range done {
			assert.Equal(t, int32(1), done[i].Load(), "%d of %d", i, n)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	share(ctx, 100, func(int, int) { assert.True(t, false, "called although it was canceled") })
}

func TestDigestsOf(t *testing.T) {
	var list []*File
	for i := range 100 {
		list = append(list, &File{Parts: [][]byte{fmt.Append(nil, "head ", i), fmt.Append(nil, " body ", i)}})
	}
	for i, d := range digestsOf(context.Background(), list) {
		assert.Equal(t, digest(sha256.Sum256(fmt.Append(nil, "head ", i, " body ", i))), d)
	}
}
