package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// childMode makes the test binary a program that starts a control plane, says
// which processes it has, and then ends in the way that is asked for.
const childMode = "KUNIQ_CONTROLPLANE_CHILD"

func child() int {
	programs, _, err := cachedPrograms(context.Background())
	if err == nil {
		plane, err = Start(context.Background(), programs, Config{})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	stopOnSignal()
	fmt.Println(plane.dir)
	for _, p := range plane.processes {
		fmt.Println(p.cmd.Process.Pid)
	}
	fmt.Println("end")
	if os.Getenv(childMode) == "panic" {
		panic("as a test may")
	}
	select {} // until a signal
}

// TestNothingIsLeft: however a test ends, no process of its control plane stays.
func TestNothingIsLeft(t *testing.T) {
	live(t)
	for _, tt := range []struct {
		mode   string
		signal os.Signal
		clean  bool // the data is gone, too
	}{
		{mode: "interrupt", signal: os.Interrupt, clean: true},
		{mode: "kill", signal: os.Kill},
		{mode: "panic"},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childMode+"="+tt.mode)
			stdout, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			dir, pids := announced(t, stdout)
			t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
			assert.Len(t, pids, 3)
			if tt.signal != nil {
				require.NoError(t, cmd.Process.Signal(tt.signal))
			}
			require.Error(t, cmd.Wait())
			for _, pid := range pids {
				assert.NoError(t, gone(t.Context(), pid), "process %d is still there", pid)
			}
			if tt.clean {
				assert.NoDirExists(t, dir)
			}
		})
	}
}

// announced reads what the child says about itself.
func announced(t *testing.T, stdout io.Reader) (dir string, pids []int) {
	t.Helper()
	for lines := bufio.NewScanner(stdout); lines.Scan() && lines.Text() != "end"; {
		if dir == "" {
			dir = lines.Text()
			continue
		}
		pid, err := strconv.Atoi(lines.Text())
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	require.NotEmpty(t, pids)
	return dir, pids
}

// gone waits until a process has ended. One that has ended and was not waited
// for counts as ended.
func gone(ctx context.Context, pid int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return until(ctx, func() (bool, error) {
		if syscall.Kill(pid, 0) != nil {
			return true, nil
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return os.IsNotExist(err), nil
		}
		_, state, _ := strings.Cut(string(stat), ") ")
		return strings.HasPrefix(state, "Z"), nil
	})
}

// TestStartSaysWhy: a program that does not start is no mystery, and those
// before it are stopped.
func TestStartSaysWhy(t *testing.T) {
	p := live(t)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(p.Programs.path("etcd"), Programs{dir}.path("etcd")))
	require.NoError(t, os.Symlink(p.Programs.path("kubectl"), Programs{dir}.path("kube-apiserver")))
	_, err := Start(t.Context(), Programs{dir}, Config{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "kube-apiserver is not ready: it has ended; it said:")
	assert.Contains(t, err.Error(), "unknown flag: --etcd-servers")
}
