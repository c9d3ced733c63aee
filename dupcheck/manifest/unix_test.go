//go:build unix

package manifest_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// TestTreeSpecialFiles has what would block a reader that opens it.
func TestTreeSpecialFiles(t *testing.T) {
	inDir(t, map[string]string{"d/a.yaml": cm("a")})
	require.NoError(t, syscall.Mkfifo("d/pipe.yaml", 0o666))
	require.NoError(t, syscall.Mkfifo("d/pipe.txt", 0o666))
	require.NoError(t, os.Symlink("pipe.yaml", "d/to-pipe.yaml"))
	done := make(chan []string)
	go func() { done <- show(t, &manifest.Tree{Args: []string{"d", "d/pipe.yaml", "d/pipe.txt", "/dev/null"}}) }()
	select {
	case got := <-done:
		assert.Equal(t, []string{
			"d/a.yaml: a", "unread d/pipe.yaml: not a regular file", "unread d/to-pipe.yaml: not a regular file",
			"unread d/pipe.yaml: not a regular file", "unread d/pipe.txt: not a regular file", "unread /dev/null: not a regular file",
		}, got)
	case <-time.After(10 * time.Second):
		t.Fatal("a pipe that has no writer was opened")
	}
}

// TestTreeNames has names that are unusual for a file.
func TestTreeNames(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other file systems refuse such names")
	}
	inDir(t, map[string]string{"d/a\nb.yaml": cm("a"), "d/\xff.yaml": cm("b"), "d/\x1b[0m/c.yaml": cm("c"), "d/e\nf/Chart.yaml": "", "d/\xfe/d.yaml": cm("d")})
	assert.Equal(t, []string{
		"d/\x1b[0m/c.yaml: c", "d/a\nb.yaml: a",
		"unread \"d/e\\nf\": a Helm chart: check what it renders (helm template DIR | kuniq check -), or leave it out",
		"unread \"d/\\xfe\": a name that is not UTF-8; give it as an argument to have it read", "d/\xff.yaml: b",
	}, show(t, &manifest.Tree{Args: []string{"d"}}))
	assert.Equal(t, []string{"d/\xfe/d.yaml: d"}, show(t, &manifest.Tree{Args: []string{"d/\xfe"}}))
}

// TestTreeSubstitution reads what a shell's <(command) names.
func TestTreeSubstitution(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	go func() {
		_, _ = w.WriteString(block("a"))
		_ = w.Close()
	}()
	name := filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
	if _, err := os.Stat(name); err != nil {
		t.Skip("no /dev/fd here")
	}
	assert.Equal(t, []string{name + ": a"}, show(t, &manifest.Tree{Args: []string{name}}))
}

func TestTreePermissions(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	inDir(t, map[string]string{"d/a.yaml": cm("a"), "d/secret.yaml": cm("b"), "d/closed/c.yaml": cm("c"), "d/z.yaml": cm("z")})
	require.NoError(t, os.Chmod("d/secret.yaml", 0))
	require.NoError(t, os.Chmod("d/closed", 0))
	defer func() { _ = os.Chmod("d/closed", 0o777) }()
	require.NoError(t, os.Symlink("closed/c.yaml", "d/link.yaml"))
	assert.Equal(t, []string{
		"d/a.yaml: a", "unread d/closed: permission denied", "unread d/link.yaml: a link that cannot be followed: permission denied",
		"unread d/secret.yaml: permission denied", "d/z.yaml: z",
	}, show(t, &manifest.Tree{Args: []string{"d"}}))
	assert.Equal(t, []string{"unread d/secret.yaml: permission denied"}, show(t, &manifest.Tree{Args: []string{"d/secret.yaml"}}))
}
