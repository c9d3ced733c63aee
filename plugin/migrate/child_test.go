package migrate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// childDir is the variable that makes the test binary a child to be killed.
const childDir = "KUNIQ_MIGRATE_CHILD"

// beKilled migrates a directory, and says when it begins to write.
func beKilled(dir string) int {
	ctx := context.Background()
	r, err := Open(ctx, dir)
	if err != nil {
		return 3
	}
	p, err := New(ctx, r, Options{})
	if err != nil || len(p.Refusals) > 0 {
		return 4
	}
	fmt.Println("planned")
	o := WriteOptions{Git: true, step: func(op, path string) error {
		fmt.Println(op, path)
		return nil
	}}
	if _, err := p.Write(ctx, o); err != nil {
		return 5
	}
	return 0
}

// manyFiles is a tree of several hundred objects with kustomizations.
func manyFiles(dirs, objects int) string {
	var b strings.Builder
	for d := range dirs {
		fmt.Fprintf(&b, "-- d%d/all.yaml --\n", d)
		for o := range objects {
			fmt.Fprintf(&b, "# object %d\n%s---\n", o, object("ConfigMap", fmt.Sprintf("c%d-%d", d, o)))
		}
	}
	b.WriteString("-- d0/kustomization.yaml --\nresources:\n- all.yaml\n")
	return b.String()
}

// A process that is killed at any moment leaves what can be completed and what
// can be undone, and never touches what is not its own.
func TestLongKill(t *testing.T) {
	assertion.Long(t)
	const kills = 200
	dir := repository(t, manyFiles(15, 20))
	foreign := "d3/notes.yaml"
	put(t, dir, foreign, two("mine", "too"))
	put(t, dir, "d4/.kuniq-migrate-x.tmp", "mine")
	before := tree(t, dir)

	never := moment{step: -1, afterStart: -1, afterPlan: -1}
	planning, writing, steps := runChild(t, dir, never)
	after := tree(t, dir)
	require.NotEqual(t, before, after)
	undo(t, dir, before)

	left := map[string]int{}
	for i := range kills {
		when := never
		switch i % 4 {
		case 0:
			when.afterStart = rand.N(planning)
		case 1:
			when.afterPlan = rand.N(writing)
		default:
			when.step, when.afterPlan = rand.N(steps), rand.N(2*time.Millisecond)
		}
		runChild(t, dir, when)
		unfinished := open(t, dir).Unfinished()
		switch got := tree(t, dir); {
		case unfinished:
			left["in the middle"]++
		case assert.ObjectsAreEqual(before, got):
			left["before"]++
		default:
			left["after"]++
			require.Equal(t, after, got)
		}
		if i%2 == 0 {
			complete(t, dir, after)
		}
		undo(t, dir, before)
	}
	t.Logf("%d kills: %v", kills, left)
	assert.NotZero(t, left["in the middle"], "no kill hit the writing")
}

// moment is when a child is killed: at a time after its start, or after it has
// said that it begins a step, or that it begins to write.
type moment struct {
	step                  int
	afterStart, afterPlan time.Duration
}

// runChild runs the child until then, and returns how long it planned and
// wrote, and in how many steps.
func runChild(t *testing.T, dir string, when moment) (planning, writing time.Duration, steps int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	start := time.Now()
	require.NoError(t, cmd.Start())
	if when.afterStart >= 0 {
		time.AfterFunc(when.afterStart, func() { _ = cmd.Process.Kill() })
	}
	lines := bufio.NewScanner(stdout)
	for n := -1; lines.Scan(); n++ {
		if n < 0 {
			planning = time.Since(start)
		}
		steps = n + 1
		if n == when.step && when.afterPlan >= 0 {
			time.AfterFunc(when.afterPlan, func() { _ = cmd.Process.Kill() })
		}
	}
	var exit *exec.ExitError
	switch err := cmd.Wait(); {
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		require.Zero(t, exit.ExitCode(), stderr.String())
	case when.afterStart < 0 && when.afterPlan < 0:
		require.NoError(t, err)
	}
	return planning, time.Since(start) - planning, steps
}

// complete does what the next run with --write does.
func complete(t *testing.T, dir string, after map[string]string) {
	t.Helper()
	unlocked(t, dir)
	r := open(t, dir)
	if r.Unfinished() {
		_, err := r.Abort(context.Background())
		require.NoError(t, err)
	}
	if p := plan(t, dir, Options{}); !p.Empty() {
		_, err := p.Write(context.Background(), WriteOptions{Git: true})
		require.NoError(t, err)
	}
	require.Equal(t, after, tree(t, dir))
	require.True(t, plan(t, dir, Options{}).Empty())
}

// undo does what --abort does.
func undo(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	unlocked(t, dir)
	_, err := open(t, dir).Abort(context.Background())
	if !errors.Is(err, ErrNoRun) {
		require.NoError(t, err)
	}
	require.Equal(t, before, tree(t, dir))
	require.Empty(t, gitIn(t, dir, "status", "--porcelain", "--untracked-files=no"))
}

// unlocked waits for a git command that outlives the process that was killed.
func unlocked(t *testing.T, dir string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := os.Stat(dir + "/.git/index.lock")
		return os.IsNotExist(err)
	}, 10*time.Second, time.Millisecond)
}
