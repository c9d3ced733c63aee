package worker

import (
	"encoding/gob"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain makes this test binary a process that answers once and then works for
// ever.
func TestMain(m *testing.M) {
	if os.Getenv("KUNIQ_TEST_PROCESS") == "" {
		os.Exit(m.Run())
	}
	in := Input(os.Stdin)
	var n int
	_ = gob.NewDecoder(in).Decode(&n)
	_ = gob.NewEncoder(os.Stdout).Encode(n)
	for {
		_ = os.Getpid()
	}
}

func start(t *testing.T) *Process {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "KUNIQ_TEST_PROCESS=1")
	p, err := Start(cmd)
	require.NoError(t, err)
	require.NoError(t, p.Send.Encode(1))
	var n int
	require.NoError(t, p.Take.Decode(&n))
	assert.Equal(t, 1, n)
	return p
}

// TestInput: a process ends with its input, also while it works. Otherwise one
// whose parent was killed would never end.
func TestInput(t *testing.T) {
	p := start(t)
	require.NoError(t, p.in.Close())
	var n int
	require.ErrorIs(t, p.Take.Decode(&n), io.EOF)
	p.End()
	assert.True(t, p.cmd.ProcessState.Success())
}

func TestKill(t *testing.T) {
	p := start(t)
	assert.Equal(t, Unknown, p.Kill())
	assert.False(t, p.cmd.ProcessState.Success())
}

func TestDeath(t *testing.T) {
	for text, want := range map[string]Death{
		"": Unknown,
		"SIGSEGV: segmentation violation\nPC=0x0 m=6 sigcode=1 addr=0x0\n":                       Unknown,
		"runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n":  Recursion,
		"runtime: out of memory: cannot allocate 8-byte block (6 in use)\nfatal error: out of m": Memory,
		"fatal error: runtime: cannot allocate memory\n":                                         Memory,
		"runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort\n": Memory,
		"runtime: failed to create new OS thread (have 5 already; errno=11)\n":                   Memory,
	} {
		var l lastWords
		for i := range len(text) { // it may come in pieces
			_, err := l.Write([]byte(text[i : i+1]))
			require.NoError(t, err)
		}
		n, err := l.Write(make([]byte, 2*mostWords))
		require.NoError(t, err)
		assert.Equal(t, 2*mostWords, n)
		assert.Len(t, l.text, mostWords)
		assert.Equal(t, want, l.death(), text)
	}
}
