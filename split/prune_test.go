package split

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPrune(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		o.Extension = ".manifest"
		dir := t.TempDir()
		first := files{
			"stay.yaml": "1\n", "stale.yaml": "1\n", "changed.yaml": "1\n", "gone.yaml": "1\n",
			"d/e/stale.yaml": "1\n", "d/f/stale.yaml": "1\n", "g/stale.json": "1\n", "h/x.manifest": "1\n",
		}
		write(t, dir, first, o)
		require.NoError(t, os.Remove(filepath.Join(dir, "gone.yaml")))
		foreign := files{"g/mine.txt": "mine\n", "foreign.yaml": "f\n"}
		put(t, dir, foreign.with(files{"changed.yaml": "2\n"}))
		stale := []string{"d/e/stale.yaml", "d/f/stale.yaml", "g/stale.json", "h/x.manifest", "stale.yaml"}

		next := files{"stay.yaml": "1\n", "stale2.yaml": "2\n"}
		result := write(t, dir, next, o)
		require.Equal(t, Result{
			Written: []string{"stale2.yaml"}, Unchanged: []string{"stay.yaml"}, Kept: []string{"changed.yaml"}, Stale: stale,
		}, result)

		want := Result{Unchanged: []string{"stale2.yaml", "stay.yaml"}, Kept: []string{"changed.yaml"}, Pruned: stale}
		before := stampsOf(t, dir)
		preview, refusals, err := planned(next).Preview(openRoot(t, dir), pruning(o))
		require.NoError(t, err)
		require.Empty(t, refusals)
		require.Equal(t, want, preview)
		require.Equal(t, before, stampsOf(t, dir))

		require.Equal(t, want, write(t, dir, next, pruning(o)))
		require.Equal(t, next.with(foreign, files{"changed.yaml": "2\n"}), read(t, dir))
		require.Equal(t, Result{Unchanged: want.Unchanged}, write(t, dir, next, pruning(o)), "the changed file is the user's now")
	})
}

// TestPruneMindsTheExtension: what an earlier run wrote with an extension that
// this run knows nothing of may be anything.
func TestPruneMindsTheExtension(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"x.manifest": "1\n"}, WriteOptions{Extension: ".manifest"})
	result := write(t, dir, nil, WriteOptions{Prune: true})
	require.Equal(t, Result{Kept: []string{"x.manifest"}}, result)
	require.Equal(t, files{"x.manifest": "1\n"}, read(t, dir))
}

// TestTwinThatGoes: Web.yaml may become web.yaml if it is ours and pruned.
func TestTwinThatGoes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"Web.yaml": "1\n"}, WriteOptions{})
	refused(t, dir, planned(files{"web.yaml": "1\n"}), WriteOptions{}, map[string]string{
		"web.yaml": `some file systems could not tell it from "Web.yaml", which is there already`,
	})
	result := write(t, dir, files{"web.yaml": "1\n"}, WriteOptions{Prune: true})
	require.Equal(t, Result{Written: []string{"web.yaml"}, Pruned: []string{"Web.yaml"}}, result)
	require.Equal(t, files{"web.yaml": "1\n"}, read(t, dir))
}
