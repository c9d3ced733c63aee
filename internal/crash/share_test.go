package crash

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

// TestShare: every number once, and none by a worker that was not announced.
func TestShare(t *testing.T) {
	for _, n := range []int{0, 1, atOnce - 1, atOnce, atOnce + 1, 1000} {
		done := make([]atomic.Int32, n)
		Share(context.Background(), n, func(worker, i int) {
			assertion.Continue.Less(t, worker, Workers(n))
			done[i].Add(1)
		})
		for i := range done {
			assertion.Continue.Equal(t, int32(1), done[i].Load(), "%d of %d", i, n)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	Share(ctx, 100, func(int, int) { assertion.Continue.True(t, false, "called although it was canceled") })
}
