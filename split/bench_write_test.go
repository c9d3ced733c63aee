//go:build unix

package split

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/kuniq/kuniq/dupcheck"
)

// BenchmarkWrite compares writing many small files, and writing them again
// where nothing is to be done, with cp -r of the result: by the clock, and by
// the processor time, which a busy machine changes less. Without identities
// nothing is parsed, which shows what the parser costs. KUNIQ_BENCH_DIR says
// where; it should be on a tmpfs.
func BenchmarkWrite(b *testing.B) {
	dir := os.Getenv("KUNIQ_BENCH_DIR")
	if dir == "" {
		b.Skip("KUNIQ_BENCH_DIR says where")
	}
	for _, n := range []int{10_000, 50_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkWrite(b, dir, manyObjects(n)) })
		b.Run(fmt.Sprint(n, "-unparsed"), func(b *testing.B) {
			p := manyObjects(n)
			for i := range p.Files {
				p.Files[i].ID = dupcheck.ID{}
			}
			benchmarkWrite(b, dir, p)
		})
	}
}

// spent is time by the clock and of the processor.
type spent struct{ wall, cpu time.Duration }

func (s *spent) measure(f func()) {
	runtime.GC()
	start, cpu := time.Now(), processorTime()
	f()
	s.wall += time.Since(start)
	s.cpu += processorTime() - cpu
}

func processorTime() time.Duration {
	var all time.Duration
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		_ = unix.Getrusage(who, &u)
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}

func benchmarkWrite(b *testing.B, dir string, p Plan) {
	out := filepath.Join(dir, "out")
	var first, again, copied spent
	for b.Loop() {
		require.NoError(b, os.RemoveAll(out))
		require.NoError(b, os.RemoveAll(out+"2"))
		require.NoError(b, os.Mkdir(out, 0o777))
		root, err := os.OpenRoot(out)
		require.NoError(b, err)
		first.measure(func() { _, err = p.Write(context.Background(), root, WriteOptions{}) })
		require.NoError(b, err)
		var result Result
		again.measure(func() { result, err = p.Write(context.Background(), root, WriteOptions{}) })
		require.NoError(b, err)
		require.Len(b, result.Unchanged, len(p.Files))
		copied.measure(func() { err = exec.Command("cp", "-r", out, out+"2").Run() })
		require.NoError(b, err)
		require.NoError(b, root.Close())
	}
	require.NoError(b, os.RemoveAll(out))
	require.NoError(b, os.RemoveAll(out+"2"))
	b.ReportMetric(first.wall.Seconds()/copied.wall.Seconds(), "x-cp")
	b.ReportMetric(again.wall.Seconds()/copied.wall.Seconds(), "again-x-cp")
	b.ReportMetric(first.cpu.Seconds()/copied.cpu.Seconds(), "cpu-x-cp")
	b.ReportMetric(again.cpu.Seconds()/copied.cpu.Seconds(), "again-cpu-x-cp")
	b.ReportMetric(copied.cpu.Seconds()/float64(b.N), "cp-cpu-s")
	b.ReportMetric(first.cpu.Seconds()/float64(b.N), "cpu-s")
}
