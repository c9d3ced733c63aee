package split

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split/journal"
)

// freshPlan has directories in directories.
var freshPlan = files{"a.yaml": "1\n", "d/b.yaml": "2\n", "d/e/f/c.yaml": "3\n", "g/b.yaml": "2\n"}

// freshTemp is what the directory "out" is called while it is made.
const freshTemp = ".out.kuniq-new"

// beside is what is in the directory above, and has to stay.
var beside = files{"mine.yaml": "user\n", "other/x.yaml": "user\n"}

// besideFresh makes a directory in which "out" will be made.
func besideFresh(t testing.TB) (dir string) {
	dir = fastDir(t)
	put(t, dir, beside)
	return dir
}

// whole is beside, and the plan in "out".
func whole() files {
	tree := maps.Clone(beside)
	for name, content := range freshPlan {
		tree["out/"+name] = content
	}
	return tree
}

// readFresh reads the tree without the index of "out".
func readFresh(t testing.TB, dir string) files {
	tree := readAll(t, dir)
	delete(tree, "out/"+indexName)
	return tree
}

func writeFresh(t testing.TB, dir string, o WriteOptions) (Result, error) {
	return planned(freshPlan).writeNew(context.Background(), openRoot(t, dir), "out", o)
}

func TestWriteNew(t *testing.T) {
	locksDirectories(t)
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir, usual := besideFresh(t), fastDir(t)
		last := 0
		o.Progress = func(done, total int) {
			require.Equal(t, len(freshPlan), total)
			require.Equal(t, last+1, done)
			last = done
		}
		result, err := writeFresh(t, dir, o)
		require.NoError(t, err)
		require.Equal(t, len(freshPlan), last)
		require.Equal(t, whole(), readFresh(t, dir))
		o.Progress = nil
		require.Equal(t, write(t, usual, freshPlan, o), result, "as Write says")
		require.Equal(t, readAll(t, usual), readAll(t, filepath.Join(dir, "out")), "as Write writes, with the same index")
		for name, stamp := range stampsOf(t, usual) {
			name, _ := filepath.Rel(usual, name)
			if name == "." { // made by the test
				continue
			}
			info, err := os.Lstat(filepath.Join(dir, "out", name))
			require.NoError(t, err)
			require.Equal(t, stamp.mode, info.Mode(), name)
		}
		again := write(t, filepath.Join(dir, "out"), freshPlan, o)
		require.Equal(t, Result{Unchanged: slices.Sorted(maps.Keys(freshPlan))}, again)
	})
}

// TestWriteNewOfNothing: a file may be empty, and a plan, too.
func TestWriteNewOfNothing(t *testing.T) {
	locksDirectories(t)
	dir := fastDir(t)
	for name, p := range map[string]Plan{"file": {Files: []File{{Name: "a.yaml"}}}, "plan": {}} {
		_, err := p.writeNew(context.Background(), openRoot(t, dir), name, WriteOptions{})
		require.NoError(t, err)
	}
	require.Equal(t, files{"a.yaml": ""}, read(t, filepath.Join(dir, "file")))
	require.Empty(t, readAll(t, filepath.Join(dir, "plan")))
}

func TestWriteNewNeedsANewName(t *testing.T) {
	for _, there := range []files{{"out": "user\n"}, {"out/": ""}, {"out/x": "user\n"}, {"out": "-> other"}, {"out": "-> nowhere"}} {
		dir := besideFresh(t)
		put(t, dir, there)
		before := stampsOf(t, dir)
		_, err := writeFresh(t, dir, WriteOptions{})
		require.ErrorIs(t, err, fs.ErrExist, "%v", there)
		require.Equal(t, before, stampsOf(t, dir))
	}
	dir := besideFresh(t)
	for _, name := range []string{"", ".", "..", "a/b", "/out", "out/", "../out", ".x.kuniq-new"} {
		_, err := planned(freshPlan).writeNew(context.Background(), openRoot(t, dir), name, WriteOptions{})
		require.ErrorIs(t, err, fs.ErrInvalid, name)
	}
	require.Equal(t, beside, readAll(t, dir))
}

// TestWriteNewOfALongName: there is no room for that of a hidden directory.
func TestWriteNewOfALongName(t *testing.T) {
	dir, name := fastDir(t), strings.Repeat("o", 250)
	_, err := planned(freshPlan).WriteDir(context.Background(), filepath.Join(dir, name), WriteOptions{})
	require.NoError(t, err)
	require.Equal(t, freshPlan, read(t, filepath.Join(dir, name)))
	_, err = planned(files{"x.exe": "1\n"}).WriteDir(context.Background(), filepath.Join(dir, name[1:]), WriteOptions{})
	require.NotNil(t, err)
	requireThere(t, "nothing", filepath.Join(dir, name[1:]))
}

// TestWriteNewKilledAtEveryStep: whenever a run is killed, also the one after
// it, there is nothing of that name, or all.
func TestWriteNewKilledAtEveryStep(t *testing.T) {
	locksDirectories(t)
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for n := 0; ; n++ {
			dir := besideFresh(t)
			steps, wasKilled := killFresh(t, dir, o, n)
			if !wasKilled {
				require.Greater(t, n, len(freshPlan), steps)
				require.Equal(t, whole(), readFresh(t, dir))
				return
			}
			requireThere(t, "nothing", filepath.Join(dir, "out"), steps)
			for k := 0; ; k++ {
				again := fastDir(t)
				require.NoError(t, os.CopyFS(again, os.DirFS(dir)))
				more, wasKilled := killFresh(t, again, o, k)
				if !wasKilled {
					require.Equal(t, whole(), readFresh(t, again), "%v\n%v", steps, more)
					break
				}
				requireThere(t, "nothing", filepath.Join(again, "out"), "%v\n%v", steps, more)
				_, err := writeFresh(t, again, o)
				require.NoError(t, err, "%v\n%v", steps, more)
				require.Equal(t, whole(), readFresh(t, again), "%v\n%v", steps, more)
			}
		}
	})
}

// killFresh kills a run at its n-th step, and says whether it had that many.
func killFresh(t *testing.T, dir string, o WriteOptions, n int) (steps []string, wasKilled bool) {
	killing, reached := atStep(o, n, kill)
	defer func() {
		steps = *reached
		if r := recover(); r != nil {
			require.Equal(t, errKilled, r)
			wasKilled = true
		}
	}()
	_, err := writeFresh(t, dir, killing)
	require.NoError(t, err)
	return *reached, false
}

// TestWriteNewFaultAtEveryStep: after an error there is nothing new, also if a
// killed run had left something; after two there may be what the next run
// removes.
func TestWriteNewFaultAtEveryStep(t *testing.T) {
	locksDirectories(t)
	onBoth(t, func(t *testing.T, o WriteOptions) {
		for n := 0; ; n++ {
			dir := besideFresh(t)
			killFresh(t, dir, o, 5)
			faulty, steps := atStep(o, n, fault)
			_, err := writeFresh(t, dir, faulty)
			if n >= len(*steps) {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, errFault)
			if swept := slices.Index(*steps, "mkdir "+freshTemp); swept >= 0 && swept <= n {
				require.Equal(t, beside, readAll(t, dir), *steps)
			}
			if strings.HasPrefix((*steps)[n], "write ") {
				require.Contains(t, err.Error(), "; nothing was changed")
			}
			_, err = writeFresh(t, dir, o)
			require.NoError(t, err)
			require.Equal(t, whole(), readFresh(t, dir), *steps)
		}
	})
}

// TestWriteNewSaysWhatStays if it cannot be removed.
func TestWriteNewSaysWhatStays(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	o := WriteOptions{step: func(op, name string) error {
		if op == "rename" || op == "take back" && name == "d/b.yaml" {
			return errFault
		}
		return nil
	}}
	_, err := writeFresh(t, dir, o)
	require.EqualError(t, err, strings.ReplaceAll("DIR/out: the disk is on strike; nothing was changed,"+
		" but DIR/.out.kuniq-new could not be removed (DIR/.out.kuniq-new/d/b.yaml: the disk is on strike); the next run tries again", "DIR", filepath.ToSlash(dir)))
	_, err = writeFresh(t, dir, WriteOptions{})
	require.NoError(t, err)
	require.Equal(t, whole(), readFresh(t, dir))
}

// TestWriteNewTouchesNothingForeign that has the name of its own.
func TestWriteNewTouchesNothingForeign(t *testing.T) {
	locksDirectories(t)
	index := indexHeader + strings.Repeat("1", 64) + "  "
	for _, c := range []struct {
		there  files
		reason string
	}{
		{files{"": "user\n"}, " is a file; kuniq needs the name"},
		{files{"": "-> other"}, " is a symbolic link, and kuniq follows none; kuniq needs the name"},
		{files{"/x.yaml": "user\n"}, "/x.yaml is in the way"},
		{files{"/x/": ""}, "/x is in the way"},
		{files{"/.kuniq-index": "-> ../mine.yaml"}, "/.kuniq-index"},
		{files{"/.kuniq-index/": ""}, "/.kuniq-index"},
		{files{"/.kuniq-index": index + "a.yaml\n", "/a.yaml": "1\n", "/b.yaml": "user\n"}, "/b.yaml is in the way"},
		{files{"/.kuniq-index": index + "a.yaml\n", "/a.yaml": "-> ../mine.yaml"}, "/a.yaml is in the way"},
		{files{"/.kuniq-index": index + "a.yaml\n", "/a.yaml/x": "user\n"}, "/a.yaml is in the way"},
		{files{"/.kuniq-index": index + "d/x.yaml\n", "/d": "-> ../other"}, "/d is in the way"},
		{files{"/.kuniq-index": index + "d/x.yaml\n", "/d/x.yaml": "1\n", "/d/y": "user\n"}, "/d/y is in the way"},
		{files{"/.kuniq-index": index + "../mine.yaml\n", "/a.yaml": "user\n"}, "/a.yaml is in the way"},
		{files{"/.kuniq-index": "user\n", "/a.yaml": "user\n"}, "/a.yaml is in the way"},
	} {
		onBoth(t, func(t *testing.T, o WriteOptions) {
			dir := besideFresh(t)
			for name, content := range c.there {
				put(t, dir, files{freshTemp + name: content})
			}
			before := readAll(t, dir)
			_, err := writeFresh(t, dir, o)
			require.ErrorContains(t, err, filepath.ToSlash(dir)+"/"+freshTemp+c.reason)
			require.Equal(t, before, readAll(t, dir))
		})
	}
}

// TestWriteNewRemovesWhatWasLeft, also where a run was killed while it wrote its
// first file, and whatever is in the files that the index names.
func TestWriteNewRemovesWhatWasLeft(t *testing.T) {
	locksDirectories(t)
	index := indexHeader + strings.Repeat("1", 64) + "  "
	for _, left := range []files{
		{"/": ""},
		{"/.kuniq-index": ""},
		{"/.kuniq-index": index + "a.ya"},
		{"/.kuniq-index": index + "a.yaml\n"},
		{"/.kuniq-index": index + "d/e/a.yaml\n", "/d/e/": ""},
		{"/.kuniq-index": index + "d/e/a.yaml\n", "/d/e/a.yaml": "half of i"},
	} {
		dir := besideFresh(t)
		for name, content := range left {
			put(t, dir, files{freshTemp + name: content})
		}
		_, err := writeFresh(t, dir, WriteOptions{})
		require.NoError(t, err, "%v", left)
		require.Equal(t, whole(), readFresh(t, dir), "%v", left)
	}
}

func TestWriteNewDoesNotWait(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	require.NoError(t, os.Mkdir(filepath.Join(dir, freshTemp), 0o777))
	unlock, err := journal.LockDirectory(openRoot(t, filepath.Join(dir, freshTemp)))
	require.NoError(t, err)
	_, err = writeFresh(t, dir, WriteOptions{})
	require.ErrorIs(t, err, ErrBusy)
	requireThere(t, "a directory", filepath.Join(dir, freshTemp))
	unlock()
	_, err = writeFresh(t, dir, WriteOptions{})
	require.NoError(t, err)
	require.Equal(t, whole(), readFresh(t, dir))
}

// TestWriteNewInstead: what has come in the meantime under the name stays.
func TestWriteNewInstead(t *testing.T) {
	locksDirectories(t)
	for _, comes := range []files{{"out": "user\n"}, {"out/x": "user\n"}, {"out": "-> other"}, {"out/": ""}} {
		for _, when := range []string{"rename", "mkdir"} {
			onBoth(t, func(t *testing.T, o WriteOptions) {
				dir := besideFresh(t)
				o.step = func(op, name string) error {
					if op == when && (op == "rename" || name == freshTemp) {
						put(t, dir, comes)
					}
					return nil
				}
				_, err := writeFresh(t, dir, o)
				require.ErrorIs(t, err, fs.ErrExist, "%v", comes)
				require.Equal(t, beside.with(comes), readAll(t, dir), "%v", comes)
			})
		}
	}
}

// TestWriteNewClearsOnlyItsOwn: what has the name of the hidden directory by now
// may be another run's, and is not cleared.
func TestWriteNewClearsOnlyItsOwn(t *testing.T) {
	locksDirectories(t)
	theirs := files{
		freshTemp + "/" + indexName: indexHeader + strings.Repeat("1", 64) + "  a.yaml\n",
		freshTemp + "/a.yaml":       "of the other run\n",
	}
	onBoth(t, func(t *testing.T, o WriteOptions) {
		dir := besideFresh(t)
		o.step = func(op, name string) error {
			if op == "write" && name == indexName {
				require.NoError(t, os.Remove(filepath.Join(dir, freshTemp)))
				put(t, dir, theirs)
			}
			return nil
		}
		_, err := writeFresh(t, dir, o)
		require.NotNil(t, err)
		require.Equal(t, beside.with(theirs), readAll(t, dir))
	})
}

// TestRemoveUnfinished: a directory of the name does not keep what was left
// beside it.
func TestRemoveUnfinished(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	killFresh(t, dir, WriteOptions{}, 5)
	put(t, dir, files{"out/x": "user\n"})
	requireThere(t, "a directory", filepath.Join(dir, freshTemp))
	for range 2 { // the second time there is nothing to do
		require.NoError(t, removeUnfinished(openRoot(t, dir), "out"))
		require.Equal(t, beside.with(files{"out/x": "user\n"}), readAll(t, dir))
	}
	put(t, dir, files{freshTemp + "/mine": "user\n"})
	for _, name := range []string{"", ".", "..", "a/b", "/out"} {
		require.NoError(t, removeUnfinished(openRoot(t, dir), name))
	}
	require.ErrorContains(t, removeUnfinished(openRoot(t, dir), "out"), "mine is in the way")
	requireThere(t, "a file", filepath.Join(dir, freshTemp, "mine"))
}

func TestWriteNewRefuses(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	other := dupcheck.ID{Kind: "ConfigMap", Name: "other"}
	for _, p := range []Plan{
		planned(files{"x.exe": "1\n"}),
		planned(files{"a.yaml": "1\n", "A.yaml": "1\n"}),
		planned(files{"a.yaml": "1\n", "a.yaml/b.yaml": "1\n"}),
		planned(files{"../a.yaml": "1\n"}),
		planned(files{strings.Repeat("d/", 65) + "a.yaml": "1\n"}),
		planned(files{strings.Repeat(strings.Repeat("d", 200)+"/", 21) + "a.yaml": "1\n"}),
		{Refusals: []Refusal{{Reason: "no"}}},
		{Files: []File{{Name: "a.yaml", ID: other, Parts: [][]byte{[]byte(yamlOf("a"))}}}},
	} {
		_, err := p.writeNew(context.Background(), openRoot(t, dir), "out", WriteOptions{})
		var refused *RefusedError
		require.ErrorAs(t, err, &refused)
		require.NotContains(t, err.Error(), freshTemp, "it is called by the name that it will have")
		require.Equal(t, beside, readAll(t, dir))
	}
}

func TestWriteNewInterrupted(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	ctx, stop := context.WithCancel(context.Background())
	o := WriteOptions{step: func(op, name string) error {
		if op == "write" && name == "d/b.yaml" {
			stop()
		}
		return nil
	}}
	_, err := planned(freshPlan).writeNew(ctx, openRoot(t, dir), "out", o)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, beside, readAll(t, dir))
}

// TestPut: what is in a file in the end has to be what was written.
func TestPut(t *testing.T) {
	for _, size := range []int{0, 1, 99, 100, 101, 200, 250} {
		content := []byte(strings.Repeat("x", size))
		for name, open := range systems {
			dir := t.TempDir()
			top, err := open(openRoot(t, dir))
			require.NoError(t, err)
			require.NoError(t, top.Create("f", 0, content, make([]byte, 100)), name)
			require.Equal(t, string(content), readAll(t, dir)["f"])
			require.ErrorIs(t, top.Create("f", 0, content, make([]byte, 100)), fs.ErrExist)
			top.Close()
		}
	}
}

// TestWriteNewAtTheSameTime: of several runs for one name one makes the whole
// directory, and the others leave it alone, also if they are interrupted.
func TestWriteNewAtTheSameTime(t *testing.T) {
	locksDirectories(t)
	dir := besideFresh(t)
	root := openRoot(t, dir)
	var runs sync.WaitGroup
	for run := range 4 {
		runs.Add(1)
		go func() {
			defer runs.Done()
			for n := range 200 {
				name := fmt.Sprint("out", n%2)
				ctx, stop := context.WithCancel(t.Context())
				o := WriteOptions{Progress: func(done, _ int) {
					if (n+done)%7 == 0 {
						stop()
					}
				}}
				_, err := planned(freshPlan).writeNew(ctx, root, name, o)
				stop()
				if err != nil {
					assert.True(t, errors.Is(err, ErrBusy) || errors.Is(err, fs.ErrExist) || errors.Is(err, context.Canceled), err)
					continue
				}
				away := fmt.Sprintf("%s-%d-%d", name, run, n)
				assert.NoError(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, away)))
				assert.Equal(t, freshPlan, read(t, filepath.Join(dir, away)))
				assert.NoError(t, os.RemoveAll(filepath.Join(dir, away)))
			}
		}()
	}
	runs.Wait()
	require.Equal(t, beside, readAll(t, dir))
}

// The child of TestLongWriteNewSIGKILL makes directories until it is killed.
const freshChildEnv = "KUNIQ_TEST_MAKE_DIRECTORIES"

func TestWriteNewSIGKILLChild(t *testing.T) {
	dir := os.Getenv(freshChildEnv)
	if dir == "" {
		t.Skip("is run by TestLongWriteNewSIGKILL")
	}
	root, p := openRoot(t, dir), killPlan(killSize, 0)
	fmt.Println("ready")
	for n := 0; ; n++ {
		_, err := p.writeNew(context.Background(), root, fmt.Sprint("out", n), WriteOptions{})
		require.NoError(t, err)
	}
}

// TestLongWriteNewSIGKILL kills a process that makes directories at random moments.
// Each of them is whole, and what is left of one the next run removes.
func TestLongWriteNewSIGKILL(t *testing.T) {
	locksDirectories(t)
	assertion.Long(t)
	p := killPlan(killSize, 0)
	want := files{}
	for _, f := range p.Files {
		want[f.Name] = joined(f)
	}
	left := 0
	for range kills {
		dir := fastDir(t)
		killChild(t, freshChildEnv, dir, rand.N(50*time.Millisecond))
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			name, hidden := strings.CutPrefix(e.Name(), ".")
			if hidden {
				left++
				name = strings.TrimSuffix(name, newSuffix)
				_, err := p.writeNew(context.Background(), openRoot(t, dir), name, WriteOptions{})
				require.NoError(t, err)
				requireThere(t, "nothing", filepath.Join(dir, e.Name()))
			}
			require.Equal(t, want, read(t, filepath.Join(dir, name)))
		}
		require.NoError(t, os.RemoveAll(dir))
	}
	t.Logf("%d kills left %d directories that were not ready", kills, left)
}

// FuzzWriteNew: a new directory is what Write makes of an empty one, or refused
// for the same reasons.
func FuzzWriteNew(f *testing.F) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, seed))
		script := make([]byte, 16)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		m := model{script: script[:min(len(script), 64)]}
		plan := files{}
		for len(m.script) > 0 {
			plan[m.name()] = modelContents[m.choose(len(modelContents))]
		}
		dir := fastDir(t)
		put(t, dir, files{"usual/": ""})
		usual, errUsual := planned(plan).Write(context.Background(), openRoot(t, filepath.Join(dir, "usual")), WriteOptions{})
		result, err := planned(plan).writeNew(context.Background(), openRoot(t, dir), "out", WriteOptions{})
		if errUsual != nil {
			var want, got *RefusedError
			require.ErrorAs(t, errUsual, &want)
			require.ErrorAs(t, err, &got)
			require.Equal(t, strings.ReplaceAll(want.Error(), "/usual/", "/out/"), got.Error())
			require.Equal(t, files{"usual/": ""}, readAll(t, dir))
			return
		}
		require.NoError(t, err)
		require.Equal(t, usual, result)
		require.Equal(t, readAll(t, filepath.Join(dir, "usual")), readAll(t, filepath.Join(dir, "out")))
		requireThere(t, "nothing", filepath.Join(dir, freshTemp))
	})
}
