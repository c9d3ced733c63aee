package stream

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestWiden: much output gets a larger pipe, and arrives as it is; a little
// leaves the pipe alone.
func TestWiden(t *testing.T) {
	for _, much := range []bool{false, true} {
		in, to, err := os.Pipe()
		require.NoError(t, err)
		defer in.Close()
		want, err := unix.FcntlInt(in.Fd(), unix.F_GETPIPE_SZ, 0)
		require.NoError(t, err)
		content := bytes.Repeat([]byte("x"), muchOutput)
		if much {
			content, want = append(content, 'x'), pipeSize
		}
		go func() {
			_, _ = (&Output{Writer: to}).Write(content)
			_ = to.Close()
		}()
		got, err := io.ReadAll(in)
		require.NoError(t, err)
		assert.Equal(t, content, got)
		has, err := unix.FcntlInt(in.Fd(), unix.F_GETPIPE_SZ, 0)
		require.NoError(t, err)
		assert.Equal(t, want, has)
	}
}
