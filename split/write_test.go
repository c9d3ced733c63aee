package split

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
)

func TestWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := t.TempDir()
		put(t, dir, files{"README.md": "mine\n", "same.yaml": "same\n"})
		tree := files{"a.yaml": "a\n", "empty.yaml": "", "same.yaml": "same\n", "x/y/b.json": "{}\n", "x/c.yml": "c\n"}

		var progress [][2]int
		o.Progress = func(done, total int) { progress = append(progress, [2]int{done, total}) }
		result := write(t, dir, tree, o)
		require.Equal(t, Result{
			Written:   []string{"a.yaml", "empty.yaml", "x/c.yml", "x/y/b.json"},
			Unchanged: []string{"same.yaml"},
		}, result)
		require.Equal(t, [][2]int{{1, 4}, {2, 4}, {3, 4}, {4, 4}}, progress)
		tree["README.md"] = "mine\n"
		require.Equal(t, tree, read(t, dir))
	})
}

func TestNothingToDoTouchesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := t.TempDir()
		tree := files{"a.yaml": "a\n", "x/b.yaml": "b\n"}
		write(t, dir, tree, o)
		for _, options := range []WriteOptions{o, pruning(o)} {
			before := stampsOf(t, dir)
			options.step = func(op, name string) error {
				t.Errorf("step %s %s", op, name)
				return nil
			}
			require.Equal(t, Result{Unchanged: []string{"a.yaml", "x/b.yaml"}}, write(t, dir, tree, options))
			require.Equal(t, before, stampsOf(t, dir))
		}
	})
}

// TestNothingIsOwned: neither is there an index if there is nothing to note.
func TestNothingIsOwned(t *testing.T) {
	dir := t.TempDir()
	require.Equal(t, Result{}, write(t, dir, nil, WriteOptions{Prune: true}))
	put(t, dir, files{"a.yaml": "a\n"})
	write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{})
	require.Equal(t, files{"a.yaml": "a\n"}, readAll(t, dir))
}

func TestOnlyChangedFilesAreTouched(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := t.TempDir()
		write(t, dir, files{"a.yaml": "a\n", "x/b.yaml": "b\n"}, o)
		perm := os.FileMode(0o606)
		if runtime.GOOS == "windows" { // which knows only who may not write
			perm = 0o666
		}
		require.NoError(t, os.Chmod(filepath.Join(dir, "a.yaml"), perm))
		before := stampsOf(t, dir)[filepath.Join(dir, "x/b.yaml")]
		result := write(t, dir, files{"a.yaml": "A\n", "x/b.yaml": "b\n"}, o)
		require.Equal(t, Result{Written: []string{"a.yaml"}, Unchanged: []string{"x/b.yaml"}}, result)
		require.Equal(t, files{"a.yaml": "A\n", "x/b.yaml": "b\n"}, read(t, dir))
		after := stampsOf(t, dir)
		require.Equal(t, before, after[filepath.Join(dir, "x/b.yaml")])
		require.Equal(t, perm, after[filepath.Join(dir, "a.yaml")].mode, "permissions are kept")
	})
}

func TestOwnFileThatTheUserDeletedIsWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{})
	require.NoError(t, os.Remove(filepath.Join(dir, "a.yaml")))
	require.Equal(t, Result{Written: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{}))
	require.Equal(t, files{"a.yaml": "a\n"}, read(t, dir))
}

// TestChangeThatEqualsThePlan: the user brought the file to the new bytes
// already, and it stays ours.
func TestChangeThatEqualsThePlan(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{})
	put(t, dir, files{"a.yaml": "A\n"})
	require.Equal(t, Result{Unchanged: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": "A\n"}, WriteOptions{}))
	require.Equal(t, Result{Written: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": "!\n"}, WriteOptions{}))
}

func TestForeignFileStaysForeign(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"a.yaml": "a\n"})
	write(t, dir, files{"a.yaml": "a\n", "b.yaml": "b\n"}, WriteOptions{})
	result := write(t, dir, files{"b.yaml": "b\n"}, WriteOptions{Prune: true})
	require.Equal(t, Result{Unchanged: []string{"b.yaml"}}, result)
	refused(t, dir, planned(files{"a.yaml": "A\n"}), WriteOptions{}, map[string]string{
		"a.yaml": "is there already, differs, and was not written by kuniq",
	})
}

func TestTwoRunsAtOnce(t *testing.T) {
	dir := t.TempDir()
	second := func() {
		_, err := planned(files{"b.yaml": "b\n"}).Write(context.Background(), openRoot(t, dir), WriteOptions{})
		require.ErrorIs(t, err, ErrBusy)
		require.ErrorContains(t, err, ": another run of kuniq is writing there")
		require.ErrorContains(t, err, filepath.ToSlash(dir))
	}
	steps := 0
	write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{step: func(string, string) error {
		before := readAll(t, dir)
		second()
		require.Equal(t, before, readAll(t, dir))
		steps++
		return nil
	}})
	require.Greater(t, steps, 0)
	require.Equal(t, files{"a.yaml": "a\n"}, read(t, dir))
	write(t, dir, files{"b.yaml": "b\n"}, WriteOptions{})
}

// TestLockFile is about systems on which a directory cannot be locked.
func TestLockFile(t *testing.T) {
	dir := t.TempDir()
	root := openRoot(t, dir)
	unlock, err := journal.LockByFile(root)
	require.NoError(t, err)
	_, err = journal.LockByFile(root)
	require.ErrorIs(t, err, ErrBusy)
	require.EqualError(t, err, filepath.ToSlash(dir)+"/"+journal.LockName+
		": another run of kuniq is writing there, or one was killed; if no run is active, remove the file")
	unlock()
	require.Empty(t, readAll(t, dir))
	unlock, err = journal.LockByFile(root)
	require.NoError(t, err)
	unlock()
}

func TestCancelled(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		// At every step of a run in turn.
		for n := 0; ; n++ {
			dir := t.TempDir()
			write(t, dir, files{"a.yaml": "1\n"}, o)
			before := readAll(t, dir)
			ctx, cancel := context.WithCancel(context.Background())
			options, steps := atStep(o, n, func() error { cancel(); return nil })
			_, err := planned(files{"a.yaml": "2\n", "b.yaml": "2\n"}).Write(ctx, openRoot(t, dir), options)
			cancelled := ctx.Err() != nil
			cancel()
			if !cancelled {
				require.NoError(t, err)
				return
			}
			// The promise itself is asked for once ctx was last looked at.
			promise := slices.Index(*steps, "promise "+journal.JournalName)
			if promise < 0 || promise > n {
				require.ErrorIs(t, err, context.Canceled)
				require.Equal(t, before, readAll(t, dir))
			} else {
				require.NoError(t, err)
				require.Equal(t, files{"a.yaml": "2\n", "b.yaml": "2\n"}, read(t, dir))
			}
		}
	})
}

// TestOldTemporariesGo also if there is nothing else to do.
func TestOldTemporariesGo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{})
	put(t, dir, files{journal.TempName + "/0": "x", journal.TempName + "/123": "x"})
	preview, refusals, err := planned(files{"a.yaml": "a\n"}).Preview(openRoot(t, dir), WriteOptions{})
	require.NoError(t, err)
	require.Empty(t, refusals)
	require.Equal(t, Result{Unchanged: []string{"a.yaml"}}, preview)
	require.Equal(t, Result{Unchanged: []string{"a.yaml"}}, write(t, dir, files{"a.yaml": "a\n"}, WriteOptions{}))
	require.Equal(t, files{"a.yaml": "a\n"}, read(t, dir))
}
