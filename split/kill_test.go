package split

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
)

// upheaval is a run in which everything happens that can happen to a file.
var upheaval = struct{ first, user, plan, want files }{
	first: files{
		"stay.yaml": "1\n", "d/replaced.yaml": "1\n", "empties/e/pruned.yaml": "1\n", "changed.yaml": "1\n",
	},
	user: files{
		"changed.yaml": "user\n", "foreign.yaml": "user\n", "same.yaml": "2\n", "d/notes.txt": "user\n",
	},
	plan: files{
		"stay.yaml": "1\n", "d/replaced.yaml": "2\n", "same.yaml": "2\n", "n/e/w.yaml": "2\n",
	},
	want: files{
		"stay.yaml": "1\n", "d/replaced.yaml": "2\n", "same.yaml": "2\n", "n/e/w.yaml": "2\n",
		"changed.yaml": "user\n", "foreign.yaml": "user\n", "d/notes.txt": "user\n",
	},
}

// beforeUpheaval makes the old state.
func beforeUpheaval(t testing.TB) (dir string) {
	dir = fastDir(t)
	write(t, dir, upheaval.first, WriteOptions{})
	put(t, dir, upheaval.user)
	return dir
}

// requireSettled requires that the next run leads to the new state, and the
// one after it has nothing to do.
func requireSettled(t testing.TB, dir string, o WriteOptions, messages ...any) {
	t.Helper()
	_, interrupted := readAll(t, dir)[journal.JournalName]
	result := write(t, dir, upheaval.plan, pruning(o))
	require.Equal(t, interrupted, result.Undone, messages...)
	require.Equal(t, upheaval.want, read(t, dir), messages...)
	before := stampsOf(t, dir)
	again := write(t, dir, upheaval.plan, pruning(o))
	require.Equal(t, Result{Unchanged: slices.Sorted(maps.Keys(upheaval.plan))}, again, messages...)
	require.Equal(t, before, stampsOf(t, dir), messages...)
}

// requireWhole requires that every file is as it was or as it is to be.
func requireWhole(t testing.TB, dir string, messages ...any) {
	t.Helper()
	old := upheaval.first.with(upheaval.user)
	for name, content := range readAll(t, dir) {
		if !strings.HasPrefix(name, journal.OwnPrefix) && !strings.HasSuffix(name, "/") {
			require.Contains(t, []string{old[name], upheaval.want[name]}, content, messages...)
		}
	}
	for name := range old {
		if _, stays := upheaval.want[name]; stays {
			requireThere(t, "a file", filepath.Join(dir, name), messages...)
		}
	}
}

// TestKilledAtEveryStep ends a run at each of its steps in turn, and the run
// that undoes it at each of its own.
func TestKilledAtEveryStep(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for n := 0; ; n++ {
			dir := beforeUpheaval(t)
			killing, steps := atStep(pruning(o), n, kill)
			_, wasKilled, err := writeKilled(t, dir, planned(upheaval.plan), killing)
			require.NoError(t, err)
			if !wasKilled {
				require.LessOrEqual(t, 24, n, "that were all steps: %v", *steps)
				require.Equal(t, upheaval.want, read(t, dir))
				return
			}
			requireWhole(t, dir, *steps)
			requireUndone(t, dir, o, *steps)
			killUndoing(t, dir, o, *steps)
			requireSettled(t, dir, o, *steps)
		}
	})
}

// requireUndone requires of a copy of an interrupted run that every file and directory
// is as it was once it is undone.
func requireUndone(t *testing.T, dir string, o WriteOptions, messages ...any) {
	again := fastDir(t)
	require.NoError(t, os.CopyFS(again, os.DirFS(dir)))
	d, err := openDiff(journal.Begin, openRoot(t, again), "", Plan{}, o)
	require.NoError(t, err)
	defer d.run.Close()
	undone, err := d.undo()
	require.NoError(t, err, messages...)
	if undone {
		require.Equal(t, readAll(t, beforeUpheaval(t)), readAll(t, again), messages...)
	}
}

// killUndoing undoes copies of an interrupted run, and kills each at another step.
func killUndoing(t *testing.T, dir string, o WriteOptions, before []string) {
	for n := 0; ; n++ {
		again := fastDir(t)
		require.NoError(t, os.CopyFS(again, os.DirFS(dir)))
		killing, steps := atStep(pruning(o), n, kill)
		_, wasKilled, err := writeKilled(t, again, planned(upheaval.plan), killing)
		require.NoError(t, err, "%v\n%v", before, *steps)
		requireWhole(t, again, "%v\n%v", before, *steps)
		requireUndone(t, again, o, "%v\n%v", before, *steps)
		requireSettled(t, again, o, "%v\n%v", before, *steps)
		if !wasKilled {
			return
		}
	}
}

var errFault = errors.New("the disk is on strike")

func fault() error { return errFault }

// TestFaultAtEveryStep: after any error everything is as it was, or, once the
// journal is gone, as it is to be.
func TestFaultAtEveryStep(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for n := 0; ; n++ {
			dir := beforeUpheaval(t)
			before := readAll(t, dir)
			faulty, steps := atStep(pruning(o), n, fault)
			_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), faulty)
			if n >= len(*steps) {
				require.NoError(t, err)
				return
			}
			switch failed := (*steps)[n]; {
			case strings.HasPrefix(failed, "link "):
				require.NoError(t, err, "there is another way")
			case strings.HasPrefix(failed, "rmdir empties"):
				require.NoError(t, err, "an empty directory stays")
				require.NoError(t, os.RemoveAll(filepath.Join(dir, "empties")))
			case strings.HasPrefix(failed, "sweep "), strings.HasPrefix(failed, "rmdir "):
				require.ErrorIs(t, err, errFault, failed)
				require.Contains(t, err.Error(), journal.TempName)
			default:
				require.ErrorIs(t, err, errFault, failed)
				require.Regexp(t, "nothing was changed$|every file was put back as it was$", err.Error())
				require.Equal(t, before, readAll(t, dir), *steps)
			}
			requireSettled(t, dir, o, *steps)
		}
	})
}

// TestWithoutLinks: on a file system without links files are copied, and a
// kill on the way back may leave one missing until the next run.
func TestWithoutLinks(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for n := 0; ; n++ {
			dir := beforeUpheaval(t)
			before := readAll(t, dir)
			steps := 0
			noLinks := pruning(o)
			noLinks.step = func(op, name string) error {
				if strings.HasPrefix(op, "link") {
					return errors.ErrUnsupported
				}
				steps++
				if steps-1 == n && op != "sweep" && op != "rmdir" {
					return errFault
				}
				return nil
			}
			_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), noLinks)
			if err != nil {
				require.ErrorIs(t, err, errFault)
				require.Equal(t, before, readAll(t, dir))
			}
			requireSettled(t, dir, o)
			if n >= steps {
				return
			}
		}
	})
}

// TestFaultAndKill: the way back after an error is as safe as the way there,
// be it that a signal ends it or another error.
func TestFaultAndKill(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for _, second := range []func() error{kill, fault} {
			for n := 0; faultThen(t, o, n, second); n++ {
			}
		}
	})
}

// faultThen fails at step n and then at every later one in turn. It says
// whether there was a step n.
func faultThen(t *testing.T, o WriteOptions, n int, second func() error) bool {
	for k := n + 1; ; k++ {
		dir := beforeUpheaval(t)
		before := readAll(t, dir)
		var steps []string
		options := pruning(o)
		options.step = func(op, name string) error {
			steps = append(steps, op+" "+name)
			switch len(steps) - 1 {
			case n:
				return errFault
			case k:
				return second()
			}
			return nil
		}
		_, wasKilled, err := writeKilled(t, dir, planned(upheaval.plan), options)
		requireWhole(t, dir, steps)
		if isRmdir(steps, n) || isRmdir(steps, k) {
			// A fault may leave an empty directory, but no more than that.
			_ = os.Remove(filepath.Join(dir, "empties", "e"))
			_ = os.Remove(filepath.Join(dir, "empties"))
		}
		if err == nil && !wasKilled {
			require.Equal(t, upheaval.want, read(t, dir), steps)
		}
		_, journal := readAll(t, dir)[journal.JournalName]
		if err != nil && strings.Contains(err.Error(), "putting everything back failed") {
			require.True(t, journal)
			require.Contains(t, err.Error(), "the next run puts everything back")
		}
		if err != nil && strings.HasSuffix(err.Error(), "every file was put back as it was") {
			require.Equal(t, before, readAll(t, dir), steps)
		}
		requireSettled(t, dir, o, steps)
		if k >= len(steps) {
			return n < len(steps)
		}
	}
}

func isRmdir(steps []string, n int) bool {
	return n < len(steps) && strings.HasPrefix(steps[n], "rmdir empties")
}

// TestPutBackKeepsTheFileItself: with its time and its other names.
func TestPutBackKeepsTheFileItself(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := beforeUpheaval(t)
		before := stampsOf(t, dir)
		o.step = func(op, name string) error {
			if op == "verify" && name == indexName {
				return errFault
			}
			return nil
		}
		_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), pruning(o))
		require.ErrorIs(t, err, errFault)
		for name, stamp := range stampsOf(t, dir) {
			if !stamp.mode.IsDir() {
				require.Equal(t, before[name], stamp, name)
			}
		}
	})
}

// TestReadBack: what is on the disk in the end has to be what was written.
func TestReadBack(t *testing.T) {
	for _, victim := range []string{"d/replaced.yaml", "n/e/w.yaml", indexName} {
		dir := beforeUpheaval(t)
		before := readAll(t, dir)
		o := WriteOptions{Prune: true, step: func(op, name string) error {
			if op == "verify" && name == victim {
				return os.WriteFile(filepath.Join(dir, name), []byte("3\n"), 0o666)
			}
			return nil
		}}
		_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), o)
		require.ErrorIs(t, err, journal.ErrOtherBytes)
		require.EqualError(t, err, filepath.ToSlash(dir)+"/"+victim+": has other bytes than were written; every file was put back as it was")
		require.Equal(t, before, readAll(t, dir))
	}
}

// TestSaysWhatIsWhere if nothing works any more.
func TestSaysWhatIsWhere(t *testing.T) {
	dir := beforeUpheaval(t)
	o := WriteOptions{Prune: true, step: func(op, name string) error {
		if op == "take back" || op == "write" && name == indexName {
			return errFault
		}
		return nil
	}}
	_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), o)
	require.EqualError(t, err, strings.ReplaceAll(
		"DIR/.kuniq-index: the disk is on strike; putting everything back failed as well (DIR/n/e/w.yaml: the disk is on strike),"+
			" so that empties/e/pruned.yaml is in DIR/.kuniq-tmp/1, d/replaced.yaml is new and was DIR/.kuniq-tmp/3,"+
			" n/e/w.yaml is new: DIR/.kuniq-journal is kept, and the next run puts everything back", "DIR", filepath.ToSlash(dir)))
	requireSettled(t, dir, WriteOptions{})
}

// TestPutBackReplacesNothing: a file that has come in place of one that was removed stays.
func TestPutBackReplacesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := beforeUpheaval(t)
		o.step = func(op, name string) error {
			if op != "verify" || name != indexName {
				return nil
			}
			put(t, dir, files{"empties/e/pruned.yaml": "user\n"})
			return errFault
		}
		_, err := planned(upheaval.plan).Write(context.Background(), openRoot(t, dir), pruning(o))
		require.ErrorContains(t, err, "putting everything back failed as well ("+filepath.ToSlash(filepath.Join(dir, "empties/e/pruned.yaml")+": file "))
		require.Equal(t, "user\n", readAll(t, dir)["empties/e/pruned.yaml"])
	})
}
