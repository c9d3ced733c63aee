package split

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split/journal"
)

// The child of TestLongSIGKILL writes two plans in turn until it is killed.
const childEnv = "KUNIQ_TEST_WRITE_IN_A_LOOP"

func TestSIGKILLChild(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("is run by TestLongSIGKILL")
	}
	size := killSize
	root := openRoot(t, dir)
	fmt.Println("ready")
	for n := 0; ; n++ {
		_, err := killPlan(size, n%2).Write(context.Background(), root, WriteOptions{Prune: true})
		require.NoError(t, err)
	}
}

// Of the tests that kill a process at random moments.
const (
	kills    = 200
	killSize = 300 // objects
)

// killPlan has n objects; those of the two versions differ in every way: a
// third has other bytes, a third is there in one of them only.
func killPlan(n, version int) Plan {
	p := manyObjects(n)
	for i := range p.Files {
		f := &p.Files[i]
		switch i % 3 {
		case 1:
			f.Parts = append(f.Parts, fmt.Appendf(nil, "# version %d\n", version))
		case 2:
			f.Name = fmt.Sprintf("v%d/ns%d/%s", version, i%7, f.Name)
		}
	}
	return p
}

// TestLongSIGKILL kills a process that writes at random moments. The next run has
// to set everything right.
func TestLongSIGKILL(t *testing.T) {
	assertion.Long(t)
	dir := t.TempDir()
	foreign := files{"mine.yaml": "mine\n", "v0/mine.txt": "mine\n", "v1/ns2/mine.yaml": "mine\n"}
	put(t, dir, foreign)
	p := killPlan(killSize, 0)
	root := openRoot(t, dir)
	start := time.Now()
	_, err := p.Write(context.Background(), root, WriteOptions{})
	require.NoError(t, err)
	longest := 3 * time.Since(start) // The child needs about that for both plans.
	want := maps.Clone(foreign)
	for _, f := range p.Files {
		want[f.Name] = joined(f)
	}
	states := map[string]int{}
	for range kills {
		killChild(t, childEnv, dir, rand.N(longest))
		states[stateOf(t, dir)]++
		_, err := p.Write(context.Background(), root, WriteOptions{Prune: true})
		require.NoError(t, err)
		require.Equal(t, want, read(t, dir))
	}
	t.Logf("%d kills of runs of up to %v left: %v", kills, longest, states)
}

func stateOf(t *testing.T, dir string) string {
	_, err := os.Stat(filepath.Join(dir, journal.JournalName))
	_, errTemp := os.Stat(filepath.Join(dir, journal.TempName))
	switch {
	case err == nil:
		return "a journal"
	case errTemp == nil:
		return "temporary files"
	}
	return "nothing"
}

// killChild runs the child that an environment variable tells its directory, and
// kills it.
func killChild(t *testing.T, env, dir string, after time.Duration) {
	child := exec.Command(os.Args[0], "-test.run=^Test(WriteNew)?SIGKILLChild$")
	child.Env = append(os.Environ(), env+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	time.Sleep(after)
	require.NoError(t, child.Process.Kill())
	require.NotNil(t, child.Wait(), "it was to be killed and not to end")
}
