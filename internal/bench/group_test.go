package main

import (
	"os"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseStat(t *testing.T) {
	pid, pages, group := parseStat([]byte("42 (a ) b) S 7 40 40 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 900 1000000 321 18446744073709551615 1\n"))
	assert.Equal(t, []int64{42, 321, 40}, []int64{int64(pid), pages, int64(group)})
	pid, _, _ = parseStat([]byte("42 (a"))
	assert.Zero(t, pid)
}

// TestGroup: the needs of several processes count together.
func TestGroup(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	assert.Zero(t, groupMemory(0, -1))
	assert.Greater(t, groupMemory(0, syscall.Getpgrp()), groupMemory(os.Getpid(), syscall.Getpgrp()))
	s, err := launched(t, command{Args: []string{"true"}, Group: true})
	require.NoError(t, err)
	assert.Positive(t, s.Peak)
}
