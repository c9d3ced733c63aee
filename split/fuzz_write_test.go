package split

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
)

// FuzzWrite lets a user and kuniq work in one directory in turn, and compares
// what happens with a model that is as simple as the rules.
func FuzzWrite(f *testing.F) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, seed))
		script := make([]byte, 60)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		m := model{t: t, dir: fastDir(t), script: script[:min(len(script), 200)], owned: files{}}
		for len(m.script) > 0 {
			if m.choose(3) == 0 {
				m.run()
			} else {
				m.user()
			}
		}
	})
}

var (
	modelNames = []string{
		"a.yaml", "A.yaml", "b.yaml", "d/a.yaml", "d/b.yaml", "D/b.yaml", "d/e/c.yaml", "d/e.yaml", "b.yaml/x.yaml", "e/f/g.yaml",
	}
	modelContents = []string{"1\n", "2\n", "3\n"}
)

// model knows what is to come of a run.
type model struct {
	t      *testing.T
	dir    string
	script []byte
	owned  files // what kuniq wrote, by its index
}

// choose takes the next choice of n from the script.
func (m *model) choose(n int) int {
	if len(m.script) == 0 {
		return 0
	}
	b := m.script[0]
	m.script = m.script[1:]
	return int(b) % n
}

func (m *model) name() string { return modelNames[m.choose(len(modelNames))] }
func (m *model) at(name string) string {
	return filepath.Join(m.dir, filepath.FromSlash(name))
}

// user does something, which may fail.
func (m *model) user() {
	name := m.name()
	switch m.choose(6) {
	case 0:
		_ = os.RemoveAll(m.at(name))
	case 1:
		_ = os.RemoveAll(filepath.Dir(m.at(name + "/x")))
		_ = os.Symlink("a.yaml", m.at(name))
	case 2:
		if dir := path.Dir(name); dir != "." {
			_ = os.RemoveAll(m.at(dir))
			_ = os.Symlink(".", m.at(dir))
		}
	default:
		_ = os.MkdirAll(filepath.Dir(m.at(name)), 0o777)
		if info, err := os.Lstat(m.at(name)); err != nil || info.Mode().IsRegular() {
			_ = os.WriteFile(m.at(name), []byte(modelContents[m.choose(len(modelContents))]), 0o666)
		}
	}
	require.NoError(m.t, os.MkdirAll(m.dir, 0o777))
}

// run writes a plan, perhaps killed on the way, and checks everything.
func (m *model) run() {
	plan := files{}
	for range m.choose(6) {
		plan[m.name()] = modelContents[m.choose(len(modelContents))]
	}
	o := WriteOptions{Prune: m.choose(2) == 0}
	o.open = []func(*os.Root) (journal.Folder, error){journal.OpenFolder, journal.OpenPortable}[m.choose(2)]
	before := read(m.t, m.dir)
	reasonable, want, owned, result := m.expect(plan, before, o.Prune)
	if !reasonable {
		_, err := planned(plan).Write(context.Background(), openRoot(m.t, m.dir), o)
		var refusal *RefusedError
		require.ErrorAs(m.t, err, &refusal, "%v over %v", plan, before)
		require.Equal(m.t, before, read(m.t, m.dir))
		return
	}
	completed := m.interrupt(plan, o)
	got, err := planned(plan).Write(context.Background(), openRoot(m.t, m.dir), o)
	require.NoError(m.t, err, "%v over %v", plan, before)
	if !completed {
		require.Equal(m.t, result, got, "%v over %v", plan, before)
	}
	require.Equal(m.t, want, onlyFiles(read(m.t, m.dir)), "%v over %v", plan, before)
	m.owned = owned
	m.checkIndex()
	m.requireIdempotent(plan, o)
}

// interrupt kills a run of the plan at one of its steps, or none.
func (m *model) interrupt(plan files, o WriteOptions) (completed bool) {
	n := m.choose(40)
	if n >= 20 {
		return false
	}
	fault := kill
	if n%2 == 0 {
		fault = func() error { return errFault }
	}
	o, _ = atStep(o, n, fault)
	_, killed, err := writeKilled(m.t, m.dir, planned(plan), o)
	// If nothing came in between the plan is written already.
	return killed || err == nil || errors.Is(err, errFault)
}

// expect says whether a plan is to be accepted, and what is to come of it.
func (m *model) expect(plan, before files, prune bool) (reasonable bool, want, owned files, result Result) {
	reasonable, want, owned = true, onlyFiles(before), maps.Clone(m.owned)
	for name := range m.owned {
		content, there := want[name]
		_, inPlan := plan[name]
		switch {
		case inPlan:
		case isFolder(before, name):
			result.Kept = append(result.Kept, name)
			if prune {
				delete(owned, name)
			}
		case !there:
			if prune {
				delete(owned, name)
			}
		case content != m.owned[name]:
			result.Kept = append(result.Kept, name)
			if prune {
				delete(owned, name)
			}
		case prune:
			result.Pruned = append(result.Pruned, name)
			delete(want, name)
			delete(owned, name)
		default:
			result.Stale = append(result.Stale, name)
		}
	}
	pruned := want
	want = maps.Clone(want)
	for name, content := range plan {
		old, there := before[name]
		_, mine := m.owned[name]
		switch {
		case m.impossible(name, plan, pruned):
			reasonable = false
		case there && old == content:
			result.Unchanged = append(result.Unchanged, name)
			if mine {
				owned[name] = content
			}
		case there && (!mine || old != m.owned[name]):
			reasonable = false
		default:
			result.Written = append(result.Written, name)
			owned[name], want[name] = content, content
		}
	}
	for _, names := range [][]string{result.Written, result.Unchanged, result.Pruned, result.Kept, result.Stale} {
		slices.Sort(names)
	}
	return reasonable, want, owned, result
}

// impossible says whether something is in the way of a path: in the plan
// itself, or on the disk, where pruned is what is left after pruning.
func (m *model) impossible(name string, plan, pruned files) bool {
	for other := range plan {
		if strings.HasPrefix(name, other+"/") || strings.HasPrefix(other, name+"/") {
			return true
		}
		for a := name; a != "."; a = path.Dir(a) {
			for b := other; b != "."; b = path.Dir(b) {
				if a != b && strings.EqualFold(a, b) && path.Dir(a) == path.Dir(b) {
					return true
				}
			}
		}
	}
	for dir := name; dir != "."; dir = path.Dir(dir) {
		info, err := os.Lstat(m.at(dir))
		if err == nil && (dir == name && !info.Mode().IsRegular() || dir != name && !info.IsDir()) {
			return true
		}
		siblings, err := os.ReadDir(filepath.Dir(m.at(dir)))
		if err != nil {
			continue
		}
		for _, s := range siblings {
			full := path.Join(path.Dir(dir), s.Name())
			_, stays := pruned[full]
			if strings.EqualFold(s.Name(), path.Base(dir)) && full != dir && (stays || !s.Type().IsRegular()) {
				return true
			}
		}
	}
	return false
}

// isFolder says whether something stands below a name.
func isFolder(tree files, name string) bool {
	for other := range tree {
		if strings.HasPrefix(other, name+"/") {
			return true
		}
	}
	return false
}

// onlyFiles leaves empty directories out.
func onlyFiles(tree files) files {
	out := maps.Clone(tree)
	maps.DeleteFunc(out, func(name, _ string) bool { return strings.HasSuffix(name, "/") })
	return out
}

// checkIndex compares the index with what the model knows.
func (m *model) checkIndex() {
	want := indexHeader
	for _, name := range slices.Sorted(maps.Keys(m.owned)) {
		want += entry(name, m.owned[name])
	}
	found, there := readAll(m.t, m.dir)[indexName]
	if !there {
		found = indexHeader
	}
	require.Equal(m.t, want, found)
}

// requireIdempotent requires that a second run does nothing.
func (m *model) requireIdempotent(plan files, o WriteOptions) {
	before := stampsOf(m.t, m.dir)
	result := write(m.t, m.dir, plan, o)
	require.Empty(m.t, result.Written)
	require.Empty(m.t, result.Pruned)
	require.Len(m.t, result.Unchanged, len(plan))
	require.Equal(m.t, before, stampsOf(m.t, m.dir))
}
