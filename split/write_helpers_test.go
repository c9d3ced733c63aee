package split

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split/journal"
)

var assert, require = assertion.Continue, assertion.Stop

// systems are the two ways to the disk. Everything must hold for both.
var systems = map[string]func(*os.Root) (journal.Folder, error){"system": journal.OpenFolder, "portable": journal.OpenPortable}

// onBoth runs a test for each of them, with options that choose it.
func onBoth(t *testing.T, test func(t *testing.T, o WriteOptions)) {
	for name, open := range systems {
		t.Run(name, func(t *testing.T) { test(t, WriteOptions{open: open}) })
	}
}

// pruning returns the options with Prune.
func pruning(o WriteOptions) WriteOptions {
	o.Prune = true
	return o
}

// files is a directory tree: content by path, "dir" with a slash at the end of
// the path for an empty directory, "-> target" for a symbolic link.
type files map[string]string

// link makes a symbolic link, or skips the test where there are none: Windows asks for a
// privilege, and Wine makes nothing.
func link(t testing.TB, target, name string) {
	t.Helper()
	err := os.Symlink(target, name)
	if _, missing := os.Lstat(name); runtime.GOOS == "windows" && (err != nil || missing != nil) {
		t.Skip("there are no symbolic links here")
	}
	require.NoError(t, err)
}

// locksDirectories skips a test of what is only where directories can be locked.
func locksDirectories(t *testing.T) {
	t.Helper()
	unlock, err := journal.LockDirectory(openRoot(t, t.TempDir()))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("directories cannot be locked here")
	}
	require.NoError(t, err)
	unlock()
}

// put writes the tree below dir.
func put(t testing.TB, dir string, tree files) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		full := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o777))
		target, isLink := strings.CutPrefix(tree[name], "-> ")
		switch {
		case strings.HasSuffix(name, "/"):
			require.NoError(t, os.MkdirAll(full, 0o777))
		case isLink:
			link(t, target, full)
		default:
			require.NoError(t, os.WriteFile(full, []byte(tree[name]), 0o666))
		}
	}
}

// read returns the tree below dir without the index.
func read(t testing.TB, dir string) files {
	t.Helper()
	tree := readAll(t, dir)
	delete(tree, indexName)
	return tree
}

func readAll(t testing.TB, dir string) files {
	t.Helper()
	tree := files{}
	require.NoError(t, filepath.WalkDir(dir, func(full string, e fs.DirEntry, err error) error {
		if err != nil || full == dir {
			return err
		}
		name, err := filepath.Rel(dir, full)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case e.IsDir():
			if inside, err := os.ReadDir(full); err != nil || len(inside) > 0 {
				return err
			}
			tree[name+"/"] = ""
		case e.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(full)
			tree[name] = "-> " + target
			return err
		default:
			content, err := os.ReadFile(full)
			tree[name] = string(content)
			return err
		}
		return nil
	}))
	return tree
}

// with returns the tree with others over it; an empty content removes.
func (f files) with(others ...files) files {
	out := maps.Clone(f)
	for _, other := range others {
		maps.Copy(out, other)
	}
	maps.DeleteFunc(out, func(name, content string) bool { return content == "" && !strings.HasSuffix(name, "/") })
	return out
}

// planned is a plan of files without identities.
func planned(tree files) Plan {
	var p Plan
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		content := []byte(tree[name])
		// In pieces, as plans have them.
		half := len(content) / 2
		p.Files = append(p.Files, File{Name: name, Parts: [][]byte{content[:half], nil, content[half:]}})
	}
	return p
}

// fastDir is t.TempDir in memory, where there is such a thing: tests that try
// thousands of ways to die would wait for the disk.
func fastDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "kuniq-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

func openRoot(t testing.TB, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return root
}

// write writes a tree and requires that it works.
func write(t testing.TB, dir string, tree files, o WriteOptions) Result {
	t.Helper()
	result, err := planned(tree).Write(context.Background(), openRoot(t, dir), o)
	require.NoError(t, err)
	return result
}

// refused requires that a plan is refused, by Preview as well, with a reason
// for each path, and that nothing changes.
func refused(t *testing.T, dir string, p Plan, o WriteOptions, reasons map[string]string) {
	t.Helper()
	before, stamps := readAll(t, dir), stampsOf(t, dir)
	root := openRoot(t, dir)
	_, previewed, err := p.Preview(root, o)
	require.NoError(t, err)
	_, err = p.Write(context.Background(), root, o)
	var refusal *RefusedError
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, refusal.Refusals, previewed)
	found := map[string]string{}
	for _, r := range refusal.Refusals {
		name, err := filepath.Rel(dir, r.At.File)
		require.NoError(t, err)
		found[filepath.ToSlash(name)] = r.Reason
	}
	require.Equal(t, reasons, found)
	require.Equal(t, before, readAll(t, dir))
	require.Equal(t, stamps, stampsOf(t, dir))
}

// stamp changes if a file or directory is touched.
type stamp struct {
	mode     fs.FileMode
	modified int64
}

// stampsOf returns the stamps of everything below dir, and of dir.
func stampsOf(t testing.TB, dir string) map[string]stamp {
	t.Helper()
	stamps := map[string]stamp{}
	require.NoError(t, filepath.WalkDir(dir, func(full string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		stamps[full] = stamp{info.Mode(), info.ModTime().UnixNano()}
		if full == dir && runtime.GOOS == "windows" { // in which a lock is a file
			stamps[full] = stamp{mode: info.Mode()}
		}
		return err
	}))
	return stamps
}

// errKilled is what a step panics with to end a run as a signal would: nothing
// after it happens but that the system closes what was open.
var errKilled = errors.New("killed")

// atStep returns options that call f at the n-th step, counted from 0, and
// what the steps were.
func atStep(o WriteOptions, n int, f func() error) (WriteOptions, *[]string) {
	var steps []string
	o.step = func(op, name string) error {
		steps = append(steps, op+" "+name)
		if len(steps)-1 == n {
			return f()
		}
		return nil
	}
	return o, &steps
}

func kill() error { panic(errKilled) }

// writeKilled writes with options that may kill the run, and says whether
// they did.
func writeKilled(t testing.TB, dir string, p Plan, o WriteOptions) (result Result, wasKilled bool, err error) {
	t.Helper()
	root := openRoot(t, dir)
	defer func() {
		if r := recover(); r != nil {
			require.Equal(t, errKilled, r)
			wasKilled = true
		}
	}()
	result, err = p.Write(context.Background(), root, o)
	return result, false, err
}

// manyObjects is a plan of n ConfigMaps in one directory.
func manyObjects(n int) Plan {
	var p Plan
	for i := range n {
		name := fmt.Sprintf("c%06d", i)
		text := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  namespace: shop\n  labels:\n"+
			"    app.kubernetes.io/name: web\ndata:\n  key: value-%d\n  other: |\n    some text\n    more text\n", name, i)
		p.Files = append(p.Files, File{
			Name:  "v1.ConfigMap-shop." + name + ".yaml",
			ID:    dupcheck.ID{Kind: "ConfigMap", Namespace: "shop", Name: name},
			Parts: [][]byte{[]byte(text)},
		})
	}
	return p
}

func yamlOf(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n"
}

func joined(f File) string { return string(bytes.Join(f.Parts, nil)) }

// requireThere expects a file, a directory or nothing at a path, links followed.
func requireThere(t testing.TB, want, name string, message ...any) {
	t.Helper()
	got := "nothing"
	if info, err := os.Stat(name); err == nil {
		got = "a file"
		if info.IsDir() {
			got = "a directory"
		}
	}
	require.Equal(t, want+": "+name, got+": "+name, message...)
}
