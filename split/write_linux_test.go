package split

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// mount mounts a tmpfs, or skips the test where that is not allowed.
func mount(t *testing.T, options string) (dir string) {
	dir = t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("needs the right to mount: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
	return dir
}

// TestFullDisk runs out of space, and of inodes, at every point between not
// enough to begin with and enough for all.
func TestFullDisk(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for _, option := range []string{"size=%dk", "nr_inodes=%d"} {
			succeeded, failed := 0, 0
			for n := 2; succeeded < 3; n++ {
				amount := n
				if option == "size=%dk" {
					amount = 4 * n
				}
				switch onFullDisk(t, o, fmt.Sprintf(option, amount)) {
				case 1:
					failed++
				case 2:
					succeeded++
				}
			}
			t.Logf("%s: %d failed", option, failed)
			require.Greater(t, failed, 3, option)
		}
	})
}

// onFullDisk returns 0 if the disk is too small for the old state, 1 if it is
// for the new one, and 2 if it is not.
func onFullDisk(t *testing.T, o WriteOptions, option string) int {
	plan := files{"new/x.yaml": strings.Repeat("x", 15<<10), "old.yaml": strings.Repeat("2", 15<<10)}
	dir := mount(t, option)
	_, err := planned(files{"old.yaml": "1\n", "stale.yaml": "1\n"}).Write(context.Background(), openRoot(t, dir), o)
	if err != nil {
		require.ErrorIs(t, err, unix.ENOSPC)
		require.Empty(t, readAll(t, dir), option)
		return 0
	}
	before, stamps := readAll(t, dir), stampsOf(t, dir)
	_, err = planned(plan).Write(context.Background(), openRoot(t, dir), pruning(o))
	if err == nil {
		require.Equal(t, plan, read(t, dir), option)
		return 2
	}
	require.ErrorIs(t, err, unix.ENOSPC, option)
	require.Equal(t, before, readAll(t, dir), option)
	after := stampsOf(t, dir)
	after[dir] = stamps[dir] // .kuniq-tmp was made in it.
	require.Equal(t, stamps, after, option)
	return 1
}

// TestWriteNewOnFullDisk runs out of space, and of inodes, at every point.
func TestWriteNewOnFullDisk(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for _, option := range []string{"size=%dk", "nr_inodes=%d"} {
			failed := 0
			for n := 1; ; n++ {
				amount := n
				if option == "size=%dk" {
					amount = 4 * n
				}
				dir := mount(t, fmt.Sprintf(option, amount))
				_, err := writeFresh(t, dir, o)
				if err == nil {
					break
				}
				failed++
				require.ErrorIs(t, err, unix.ENOSPC)
				require.Empty(t, readAll(t, dir))
			}
			require.Greater(t, failed, 3, option)
		}
	})
}

func TestReadOnlyDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := mount(t, "size=1m")
		write(t, dir, files{"a.yaml": "1\n"}, o)
		require.NoError(t, unix.Mount("none", dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
		before := stampsOf(t, dir)
		_, err := planned(files{"a.yaml": "2\n"}).Write(context.Background(), openRoot(t, dir), o)
		require.ErrorIs(t, err, unix.EROFS)
		require.EqualError(t, err, dir+"/.kuniq-tmp: read-only file system; nothing was changed")
		require.Equal(t, Result{Unchanged: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": "1\n"}, o), "there is nothing to do")
		require.Equal(t, before, stampsOf(t, dir))
	})
}

// TestUnwritableSubdirectory fails only after the point of no return.
func TestUnwritableSubdirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for _, plan := range []files{{"a.yaml": "2\n", "sub/b.yaml": "2\n"}, {"a.yaml": "2\n"}, {"a.yaml": "2\n", "sub/b.yaml": "1\n", "sub/new/b.yaml": "2\n"}} {
			dir := t.TempDir()
			write(t, dir, files{"a.yaml": "1\n", "sub/b.yaml": "1\n", "z.yaml": "1\n"}, o)
			before, stamps := readAll(t, dir), stampsOf(t, filepath.Join(dir, "sub"))
			lockDown(t, filepath.Join(dir, "sub"))
			_, err := planned(plan).Write(context.Background(), openRoot(t, dir), pruning(o))
			require.True(t, errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES), err)
			require.ErrorContains(t, err, filepath.Join(dir, "sub"))
			require.ErrorContains(t, err, "; every file was put back as it was")
			require.Equal(t, before, readAll(t, dir))
			require.Equal(t, stamps, stampsOf(t, filepath.Join(dir, "sub")))
		}
	})
}

// lockDown makes a directory such that nothing in it can be changed, also by
// root, or skips the test.
func lockDown(t *testing.T, dir string) {
	if os.Geteuid() != 0 {
		info, err := os.Stat(dir)
		require.NoError(t, err)
		require.NoError(t, os.Chmod(dir, 0o555))
		t.Cleanup(func() { _ = os.Chmod(dir, info.Mode()) })
		return
	}
	f, err := os.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	const immutable = 0x10 // FS_IMMUTABLE_FL of linux/fs.h
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags|immutable)
	}
	if err != nil {
		t.Skipf("root is not stopped by permission bits, and the flag is not to be had: %v", err)
	}
	t.Cleanup(func() {
		require.NoError(t, unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags))
	})
}

// TestSubdirectoryOnAnotherFileSystem cannot be renamed into: files are copied, at
// first under another name, which is what a kill leaves.
func TestSubdirectoryOnAnotherFileSystem(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		sub := mount(t, "size=1m")
		dir := filepath.Dir(sub)
		write(t, dir, files{"a.yaml": "1\n"}, o)
		before := readAll(t, dir)
		name := filepath.Base(sub) + "/b.yaml"
		_, err := planned(files{"a.yaml": "2\n", name: "2\n"}).Write(context.Background(), openRoot(t, dir), o)
		if err != nil { // os.Root does not say why it cannot
			require.EqualError(t, err, fmt.Sprintf("%s/%s: invalid cross-device link; every file was put back as it was", dir, name))
			require.Equal(t, before, readAll(t, dir))
			return
		}
		require.Equal(t, files{"a.yaml": "2\n", name: "2\n"}, read(t, dir))
		for n := 0; ; n++ {
			for _, second := range []func() error{kill, fault} {
				killing, steps := atStep(pruning(o), n, second)
				before := read(t, dir)
				_, wasKilled, err := writeKilled(t, dir, planned(files{name: fmt.Sprintln(n)}), killing)
				if err != nil && strings.HasSuffix(err.Error(), "every file was put back as it was") {
					require.Equal(t, before, read(t, dir), *steps)
				}
				if wasKilled {
					put(t, dir, files{filepath.Base(sub) + "/.kuniq-part": "half"})
				}
				write(t, dir, files{name: fmt.Sprintln(n + 1)}, pruning(o))
				got := read(t, dir)
				delete(got, filepath.Base(sub)+"/.kuniq-part") // of no change that was left
				require.Equal(t, files{name: fmt.Sprintln(n + 1)}, got, *steps)
				_ = os.Remove(filepath.Join(sub, ".kuniq-part"))
				if n >= len(*steps) {
					return
				}
			}
		}
	})
}

// TestPipe: to open one never returns.
func TestPipe(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := t.TempDir()
		require.NoError(t, unix.Mkfifo(filepath.Join(dir, "a.yaml"), 0o666))
		_, err := planned(files{"a.yaml": "1\n"}).Write(context.Background(), openRoot(t, dir), o)
		require.ErrorContains(t, err, "a.yaml: is neither a file nor a directory")
		require.NoError(t, unix.Mkfifo(filepath.Join(dir, indexName), 0o666))
		_, err = planned(files{"a.yaml": "1\n"}).Write(context.Background(), openRoot(t, dir), o)
		require.ErrorContains(t, err, indexName+": is neither a file nor a directory")
	})
}
