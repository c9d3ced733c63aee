package split

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/kuniq/kuniq/internal/crash"
)

// atOnce is how many numbers a worker takes at a time.
const atOnce = 16

// share calls do for each number below n, from as many goroutines as there are
// processors, each with a number of its own. It calls it no more once ctx is
// done.
func share(ctx context.Context, n int, do func(worker, i int)) {
	var next atomic.Int64
	var all crash.Group
	for worker := range workers(n) {
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

// workers returns how many goroutines share uses for n numbers.
func workers(n int) int { return min(runtime.GOMAXPROCS(0), (n+atOnce-1)/atOnce) }

// digestsOf returns the digests of files. Those not yet computed when ctx is
// done are missing.
func digestsOf(ctx context.Context, files []*File) []digest {
	digests := make([]digest, len(files))
	share(ctx, len(files), func(_, i int) { digests[i] = digestOf(files[i].Parts) })
	return digests
}
