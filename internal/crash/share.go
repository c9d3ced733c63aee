package crash

import (
	"context"
	"runtime"
	"sync/atomic"
)

// atOnce is the number of numbers that a worker takes at a time.
const atOnce = 16

// Share calls do for each number below n, from as many goroutines as there are processors,
// each with a number of its own. Once ctx is done it makes no more calls.
func Share(ctx context.Context, n int, do func(worker, i int)) {
	var next atomic.Int64
	var all Group
	for worker := range Workers(n) {
		all.Go(func() {
			for ctx.Err() == nil {
				end := int(next.Add(atOnce))
				for i := end - atOnce; i < min(end, n); i++ {
					do(worker, i)
				}
				if end >= n {
					return
				}
			}
		})
	}
	all.Wait()
}

// Workers returns how many goroutines Share uses for n numbers.
func Workers(n int) int { return min(runtime.GOMAXPROCS(0), (n+atOnce-1)/atOnce) }
