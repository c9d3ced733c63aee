package manifest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// inDir makes a directory of files, and works in it until the test ends.
func inDir(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	}
}

// show writes what a tree holds, one line for each object, unread entry and
// file that was left out.
func show(t *testing.T, tree *manifest.Tree) []string {
	t.Helper()
	out := []string{}
	for f := range tree.Files(t.Context()) {
		for _, o := range f.Objects {
			assert.Equal(t, f.Name, o.At.File)
			out = append(out, f.Name+": "+o.Name)
		}
		for _, u := range f.Unread {
			assert.Equal(t, f.Name, u.File)
			out = append(out, "unread "+u.Error())
		}
		if f.Skipped != "" {
			out = append(out, "skipped "+f.Name+": "+f.Skipped)
		}
	}
	return out
}

// TestOrdinary walks a repository of files of which few are manifests. None
// may be lost among them, and the rest may say nothing.
func TestOrdinary(t *testing.T) {
	tree := &manifest.Tree{Args: []string{"testdata/ordinary"}}
	var objects []dupcheck.Object
	var skipped []string
	files := 0
	for f := range tree.Files(t.Context()) {
		assert.Empty(t, f.Unread)
		objects = append(objects, f.Objects...)
		files++
		if f.Skipped != "" {
			skipped = append(skipped, strings.TrimPrefix(f.Name, "testdata/ordinary/"))
		}
	}
	assert.Empty(t, findings(objects))
	assert.Equal(t, []string{"shop 4:9", "shop 5:9"}, names(objects))
	assert.Equal(t, []string{"ansible/roles/vars.yml", "tsconfig.json", "web/settings.json"}, skipped)
	assert.Greater(t, files, 15)

	hidden := &manifest.Tree{Args: []string{"testdata/ordinary/.github", "testdata/ordinary/node_modules"}}
	assert.Equal(t, []string{"testdata/ordinary/node_modules/pkg/package.json: hidden"}, show(t, hidden), "what is named is read")
}

// missing are the words of the system for a file that is not there.
func missing(t *testing.T) string {
	t.Helper()
	_, err := os.Lstat("missing.yaml")
	var wrapped *fs.PathError
	require.True(t, errors.As(err, &wrapped))
	return wrapped.Err.Error()
}

// symlink makes a symbolic link, or skips the test where there are none: Windows asks for
// a privilege, and Wine makes nothing.
func symlink(t *testing.T, target, name string) {
	t.Helper()
	err := os.Symlink(target, name)
	if _, missing := os.Lstat(name); runtime.GOOS == "windows" && (err != nil || missing != nil) {
		t.Skip("there are no symbolic links here")
	}
	require.NoError(t, err)
}

func TestTreeOrder(t *testing.T) {
	inDir(t, map[string]string{
		"a/1.yaml": cm("a1"), "a/2.json": js("a2"), "a/b/3.yml": cm("ab3"), "a-b.yaml": cm("a-b"), "a.yaml": cm("a"), "b/1.yaml": cm("b1"), "c.txt": cm("c"), "B.YAML": cm("B"),
	})
	all := []string{"a/1.yaml: a1", "a/2.json: a2", "a/b/3.yml: ab3", "a-b.yaml: a-b", "a.yaml: a", "b/1.yaml: b1"}
	for _, c := range []struct {
		args string
		want []string
	}{
		{".", []string{all[0], all[1], all[2], all[3], all[4], all[5]}},
		{"b a", []string{all[5], all[0], all[1], all[2]}},
		{"a.yaml . ", []string{all[4], all[0], all[1], all[2], all[3], all[5]}},
		{"./a/ a/b a/../a", []string{all[0], all[1], all[2]}},
		{"a/b a", []string{all[2], all[0], all[1]}},
		{"c.txt B.YAML", []string{"c.txt: c", "B.YAML: B"}},
		{"b/1.yaml b/1.yaml ./b/../b/1.yaml", []string{all[5]}},
		{"x.yaml b", []string{"unread x.yaml: " + missing(t), all[5]}},
	} {
		assert.Equal(t, c.want, show(t, &manifest.Tree{Args: strings.Fields(c.args)}), c.args)
	}
	cwd, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.ToSlash(cwd) + "/b/1.yaml: b1"}, show(t, &manifest.Tree{Args: []string{cwd + "/b", "b"}}), "one file by two names")
}

// TestTreeParallel reads many files of different sizes, in any order, and
// yields them in one.
func TestTreeParallel(t *testing.T) {
	files := map[string]string{}
	for i := range 100 {
		files[fmt.Sprintf("d%d/%d.yaml", i%7, i)] = strings.Repeat(cm(fmt.Sprint("n", i))+"---\n", 1+i*i%37)
	}
	inDir(t, files)
	var want []string
	require.NoError(t, filepath.WalkDir(".", func(p string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			want = append(want, filepath.ToSlash(p))
		}
		return nil
	}))
	for range 3 {
		tree := &manifest.Tree{Args: []string{"."}, Set: func(name string) string { return name[:2] }}
		var got []string
		for f := range tree.Files(t.Context()) {
			got = append(got, f.Name)
			for i, o := range f.Objects {
				require.Equal(t, i, o.At.Document)
				require.Equal(t, f.Name[:2], o.Set)
			}
			line, ok := tree.Line(f.Name, 1)
			require.True(t, ok)
			require.Contains(t, line, "{apiVersion: v1")
		}
		require.Equal(t, want, got)
	}
}

func TestTreeStops(t *testing.T) {
	inDir(t, map[string]string{"1.yaml": cm("a"), "2.yaml": cm("b"), "3.yaml": cm("c")})
	tree := &manifest.Tree{Args: []string{"."}}
	for range tree.Files(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range tree.Files(ctx) {
		n++
		cancel()
	}
	assert.Equal(t, 1, n)
	assert.Len(t, show(t, tree), 3, "a tree can be read again")

	r, w := io.Pipe() // without a writer
	defer w.Close()
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	for f := range (&manifest.Tree{Args: []string{"-"}, Stdin: r}).Files(ctx) {
		t.Error("read", f)
	}
}

// TestTreeMemory makes sure that objects keep no file in memory.
func TestTreeMemory(t *testing.T) {
	const files, size = 16, 1 << 18
	texts := map[string]string{}
	for i := range files {
		texts[fmt.Sprintf("%d.yaml", i)] = block(fmt.Sprint("y", i)) + "data: {k: " + strings.Repeat("v", size) + "}\n"
		texts[fmt.Sprintf("%d.json", i)] = js(fmt.Sprint("j", i)) + strings.Repeat(" ", size)
	}
	inDir(t, texts)
	clear(texts)
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := inUse()
	tree := &manifest.Tree{Args: []string{"."}}
	var objects []dupcheck.Object
	for f := range tree.Files(t.Context()) {
		objects = append(objects, f.Objects...)
	}
	assert.Len(t, objects, 2*files)
	assert.Less(t, int64(inUse())-int64(before), int64(2*size))
	runtime.KeepAlive(objects)
	runtime.KeepAlive(tree)
}

func TestTreeDirectories(t *testing.T) {
	inDir(t, map[string]string{
		"k/kustomization.yaml": "resources: [a.yaml]\n", "k/a.yaml": cm("a"), "k/sub/b.yaml": cm("b"),
		"l/x/Kustomization": "", "l/x/a.yaml": cm("x"), "l/y/kustomization.yml": "", "l/z.yaml": cm("z"),
		"h/Chart.yaml": "apiVersion: v2\n", "h/templates/a.yaml": "{{ x", "h/values.yaml": "",
		".hidden/a.yaml": cm("h"), "node_modules/a/b.yaml": cm("n"), ".dot.yaml": cm("dot"),
		"j/a.jsonnet": "{}", "j/b.libsonnet": "{}", "j/c.yaml": cm("j"),
	})
	kustomize := func(dir string) string {
		return "unread " + dir + ": a kustomization: check what it builds (kustomize build " + dir + " | kuniq check -), or read its files as they are"
	}
	const helm = "unread h: a Helm chart: check what it renders (helm template h | kuniq check -), or leave it out"
	jsonnet := []string{"skipped j/a.jsonnet: jsonnet, which has to be rendered first", "skipped j/b.libsonnet: jsonnet, which has to be rendered first"}
	assert.Equal(t, []string{".dot.yaml: dot", helm, jsonnet[0], jsonnet[1], "j/c.yaml: j", kustomize("k"), kustomize("l/x"), kustomize("l/y"), "l/z.yaml: z"},
		show(t, &manifest.Tree{Args: []string{"."}}))
	assert.Equal(t, []string{kustomize("k"), "k/a.yaml: a"}, show(t, &manifest.Tree{Args: []string{"k", "k/a.yaml"}}), "a file that is named is read")
	assert.Equal(t, []string{"k/a.yaml: a", "k/sub/b.yaml: b", "skipped h/templates/a.yaml: not a manifest: not valid YAML: did not find expected ',' or '}'; it looks like a template: render it first, or leave it out"},
		show(t, &manifest.Tree{Args: []string{"k", "h"}, Plain: true}))

	skip := func(name string) string {
		if name == "k" || strings.HasPrefix(name, "l/") || name == "h" || name == ".dot.yaml" {
			return "left out"
		}
		return ""
	}
	assert.Equal(t, []string{
		"skipped .dot.yaml: left out", "skipped h: left out", jsonnet[0], jsonnet[1], "j/c.yaml: j", "skipped k: left out",
		"skipped l/x: left out", "skipped l/y: left out", "skipped l/z.yaml: left out",
	}, show(t, &manifest.Tree{Args: []string{"."}, Skip: skip}))
	assert.Equal(t, []string{"skipped k: left out", "k/a.yaml: a"}, show(t, &manifest.Tree{Args: []string{"k/", "k/a.yaml"}, Skip: skip}))
}

// TestTreeList: a caller that knows more about a directory says what is read.
func TestTreeList(t *testing.T) {
	inDir(t, map[string]string{"a/x.yaml": cm("x"), "a/y.yaml": cm("y"), "a/sub/z.yaml": cm("z"), "a/.hidden/h.yaml": cm("h"), "b/n.yaml": cm("n")})
	tree := &manifest.Tree{Args: []string{"a/x.yaml", "a", "b"}, List: func(name string) (iter.Seq[manifest.Listed], bool) {
		return slices.Values([]manifest.Listed{
			{Path: "x.yaml"},
			{Path: ".hidden/h.yaml"},
			{Path: "y.yaml", Skip: "beside"},
			{Path: "sub", Type: fs.ModeDir, Unread: "a submodule", Code: dupcheck.Absent},
			{Path: "readme"},
		}), name == "a"
	}}
	assert.Equal(t, []string{"a/x.yaml: x", "a/.hidden/h.yaml: h", "skipped a/y.yaml: beside", "unread a/sub: a submodule", "b/n.yaml: n"}, show(t, tree))
}

// TestTreeTemplates has templates that were found by walking, and some that
// were named.
func TestTreeTemplates(t *testing.T) {
	const template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"x\" . }}-a\n{{- if .Values.x }}\ndata: {}\n{{- end }}\n"
	inDir(t, map[string]string{
		"t/a.yaml": template, "t/b.yaml": cm("b"), "t/helpers.yaml": "{{ define \"x\" }}\nx\n{{ end }}\n", "t/latin.yaml": "# x\na: caf\xe9\n", "t/c.json": `{"kind": "x",}`,
	})
	const reason = "t/a.yaml:4: not valid YAML: did not find expected key; it looks like a template: render it first, or leave it out"
	const helpers = "not valid YAML: something follows the end of the document; it looks like a template: render it first, or leave it out"
	assert.Equal(t, []string{"unread " + reason, "t/b.yaml: b", "skipped t/helpers.yaml: not a manifest: " + helpers, "unread t/latin.yaml:2: not UTF-8"},
		show(t, &manifest.Tree{Args: []string{"t"}}), "c.json is valid YAML")
	assert.Equal(t, []string{"unread " + reason, "unread t/helpers.yaml:2: " + helpers},
		show(t, &manifest.Tree{Args: []string{"t/a.yaml", "t/helpers.yaml"}}))
}

// TestTreeIncludes: a template may say nothing of its own, and still be an object.
func TestTreeIncludes(t *testing.T) {
	inDir(t, map[string]string{
		"t/a.yaml": "# all\n{{- include \"lib.deployment\" . }}\n", "t/b.yaml": cm("b"), "t/c.yaml": "{{ template \"x\" }}\n",
		"t/d.yaml": "{{- define \"x\" }}\n{{ include \"y\" . }}\n{{- end }}\n", "t/e.yaml": "{% if x %}\ny: include z\n{% endif %}\n",
	})
	var unread, skipped []string
	for f := range (&manifest.Tree{Args: []string{"t"}}).Files(t.Context()) {
		if len(f.Unread) > 0 {
			unread = append(unread, f.Name)
		}
		if f.Skipped != "" {
			skipped = append(skipped, f.Name)
		}
	}
	assert.Equal(t, []string{"t/a.yaml", "t/c.yaml"}, unread)
	assert.Equal(t, []string{"t/d.yaml", "t/e.yaml"}, skipped)
}

func TestTreeLinks(t *testing.T) {
	inDir(t, map[string]string{
		"r/a.yaml": cm("a"), "r/d/b.yaml": cm("b"), "out/c.yaml": cm("c"), "out/readme.txt": "x", "r/pipe.txt": "",
	})
	for link, target := range map[string]string{
		"r/d/again.yaml": "../a.yaml", "r/dir": "d", "r/loop": "..", "r/d/self": ".", "r/broken.yaml": "nowhere", "r/broken": "nowhere",
		"r/out.yaml": "../out/c.yaml", "r/outdir": "../out", "r/readme": "../out/readme.txt", "r/proc.yaml": "/proc/self/environ", "r/abs.yaml": "/etc/hostname",
		"r/ring1.yaml": "ring2.yaml", "r/ring2.yaml": "ring1.yaml", "r/name.txt": "a.yaml", "linked": "r/d", "file.yaml": "out/c.yaml",
	} {
		symlink(t, target, link)
	}
	const leaves = ": a link that leaves the directory, which is not followed"
	const dir = ": a link to a directory, which is not followed"
	const ring = ": a link that cannot be followed: too many levels of symbolic links"
	assert.Equal(t, []string{
		"r/a.yaml: a", "unread r/abs.yaml" + leaves, "unread r/broken.yaml: a link that cannot be followed: " + missing(t),
		"r/d/b.yaml: b", "skipped r/d/self" + dir, "skipped r/dir" + dir, "unread r/loop" + leaves, "unread r/out.yaml" + leaves, "unread r/outdir" + leaves,
		"unread r/proc.yaml" + leaves, "unread r/ring1.yaml" + ring, "unread r/ring2.yaml" + ring,
	}, show(t, &manifest.Tree{Args: []string{"r"}}))
	// An argument is read, wherever its links lead.
	assert.Equal(t, []string{"unread linked/again.yaml" + leaves, "linked/b.yaml: b", "skipped linked/self" + dir}, show(t, &manifest.Tree{Args: []string{"linked"}}))
	assert.Equal(t, []string{"file.yaml: c"}, show(t, &manifest.Tree{Args: []string{"file.yaml", "out"}}))
	assert.Equal(t, []string{"unread r/ring1.yaml: too many levels of symbolic links"}, show(t, &manifest.Tree{Args: []string{"r/ring1.yaml"}}))
}

func TestTreeStdin(t *testing.T) {
	inDir(t, map[string]string{"a.yaml": cm("a")})
	tree := &manifest.Tree{Args: []string{"-", "a.yaml", "-"}, Stdin: strings.NewReader(block("s") + "---\n" + block("s"))}
	var c dupcheck.Checker
	for f := range tree.Files(t.Context()) {
		for _, o := range f.Objects {
			c.Add(o)
		}
	}
	report := c.Report()
	require.Len(t, report.Diagnostics, 1)
	assert.True(t, report.Diagnostics[0].Identical)
	line, ok := tree.Line("-", 4)
	assert.True(t, ok && line == "  name: s", line)

	assert.Equal(t, []string{"x/y.yaml: s"}, show(t, &manifest.Tree{Args: []string{"-"}, StdinName: "x/y.yaml", Stdin: strings.NewReader(block("s"))}))
	assert.Equal(t, []string{"unread -: no standard input"}, show(t, &manifest.Tree{Args: []string{"-"}}))
	assert.Equal(t, []string{"unread -: UTF-16 without a byte order mark"}, show(t, &manifest.Tree{Args: []string{"-"}, Stdin: strings.NewReader("a\x00")}))
	assert.Equal(t, []string{"-: s"}, show(t, &manifest.Tree{Args: []string{"-"}, Stdin: strings.NewReader(utf16Text(block("s"), true))}))
	assert.Empty(t, show(t, &manifest.Tree{Args: []string{"-"}, Stdin: strings.NewReader("")}))
}

func TestLine(t *testing.T) {
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, "# %d\r\n", i+1)
	}
	files := map[string]string{"a.yaml": "\ufeff# a\r\n# b\n\n# é\xff", "many.yaml": many.String(), "wide.yaml": utf16Text("# a\n# b\n", true), "empty.yaml": ""}
	for i := range 20 {
		files[fmt.Sprintf("x%d.yaml", i)] = fmt.Sprintf("# %d\n", i)
	}
	inDir(t, files)
	tree := &manifest.Tree{Args: []string{"."}}
	_, ok := tree.Line("a.yaml", 1)
	assert.False(t, ok, "before it was read")
	show(t, tree)
	for _, c := range []struct {
		name   string
		number int
		want   string
		ok     bool
	}{
		{"a.yaml", 1, "# a", true},
		{"a.yaml", 2, "# b", true},
		{"a.yaml", 3, "", true},
		{"a.yaml", 4, "# é\xff", true},
		{"a.yaml", 5, "", false},
		{"a.yaml", 0, "", false},
		{"a.yaml", -1, "", false},
		{"b.yaml", 1, "", false},
		{"empty.yaml", 1, "", true},
		{"empty.yaml", 2, "", false},
		{"many.yaml", 1000, "# 1000", true},
		{"many.yaml", 1, "# 1", true},
		{"many.yaml", 65, "# 65", true},
		{"many.yaml", 64, "# 64", true},
		{"many.yaml", 1001, "", true},
		{"many.yaml", 1002, "", false},
		{"many.yaml", math.MaxInt, "", false},
		{"wide.yaml", 2, "# b", true},
	} {
		line, ok := tree.Line(c.name, c.number)
		assert.Equal(t, c.want, line, "%v", c)
		assert.Equal(t, c.ok, ok, "%v", c)
	}
	for range 3 {
		for i := range 20 {
			line, ok := tree.Line(fmt.Sprintf("x%d.yaml", i), 1)
			assert.True(t, ok && line == fmt.Sprint("# ", i))
		}
	}
	require.NoError(t, os.WriteFile("x0.yaml", []byte("# changed\n"), 0o666))
	_, ok = tree.Line("x0.yaml", 1)
	assert.False(t, ok, "the file has changed")
}

// TestChanged changes a file between its reading and the comparison.
func TestChanged(t *testing.T) {
	const changed = "changed while it was being checked"
	rewrite := func(text string) func(t *testing.T, info fs.FileInfo) {
		return func(t *testing.T, info fs.FileInfo) {
			require.NoError(t, os.WriteFile("a.yaml", []byte(text), 0o666))
			require.NoError(t, os.Chtimes("a.yaml", info.ModTime(), info.ModTime()))
		}
	}
	text := block("a") + "data: {k: 1}\n---\n" + block("b")
	for _, c := range []struct {
		name   string
		change func(t *testing.T, info fs.FileInfo)
		unread string
	}{
		{"not at all", func(*testing.T, fs.FileInfo) {}, ""},
		{"size", rewrite(text + "\n"), changed},
		{"shorter", rewrite(block("a")), changed},
		{"time", func(t *testing.T, info fs.FileInfo) {
			require.NoError(t, os.Chtimes("a.yaml", info.ModTime(), info.ModTime().Add(time.Second)))
		}, changed},
		{"identity", rewrite(strings.Replace(text, "name: a", "name: c", 1)), changed},
		{"kind of document", rewrite(strings.Replace(text, "apiVersion", "ApiVersion", 1)), changed},
		{"no YAML", rewrite(strings.Replace(text, "name: a", "name: [", 1)), changed},
		{"gone", func(t *testing.T, _ fs.FileInfo) { require.NoError(t, os.Remove("a.yaml")) }, missing(t)},
		{"a link that leaves", func(t *testing.T, _ fs.FileInfo) {
			require.NoError(t, os.Remove("a.yaml"))
			symlink(t, "/proc/self/environ", "a.yaml")
		}, "path escapes from parent"},
		{"a directory", func(t *testing.T, _ fs.FileInfo) {
			require.NoError(t, os.Remove("a.yaml"))
			require.NoError(t, os.Mkdir("a.yaml", 0o777))
		}, changed},
		// Only the object's own range is read again, so this goes unnoticed.
		{"elsewhere", rewrite(text[:len(text)-len(block("b"))] + strings.Repeat("[", len(block("b")))), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inDir(t, map[string]string{"a.yaml": text, "b.yaml": block("a")})
			info, err := os.Stat("a.yaml")
			require.NoError(t, err)
			var checker dupcheck.Checker
			var first dupcheck.Object
			for f := range (&manifest.Tree{Args: []string{"."}}).Files(t.Context()) {
				for _, o := range f.Objects {
					if first.Name == "" {
						first = o
					}
					checker.Add(o)
				}
			}
			c.change(t, info)
			for range 2 { // and it is not forgotten the second time
				_, err = first.Body.Value()
				report := checker.Report()
				require.Len(t, report.Diagnostics, 1)
				if c.unread == "" {
					require.NoError(t, err)
					assert.Equal(t, []string{"data"}, report.Diagnostics[0].Differs)
					continue
				}
				var u *dupcheck.Unread
				require.True(t, errors.As(err, &u))
				assert.Equal(t, dupcheck.Unread{File: "a.yaml", Reason: c.unread}, *u)
				assert.Equal(t, []dupcheck.Unread{*u}, report.Unread)
				assert.Empty(t, report.Diagnostics[0].Differs)
			}
		})
	}
}

// TestBytes reads the files themselves, in the order of Files.
func TestBytes(t *testing.T) {
	wide := utf16Text(block("w"), true)
	inDir(t, map[string]string{
		"a.yaml": "{{ x", "b/c.yaml": block("c"), "k/kustomization.yaml": "", "w.yaml": wide, "nulls.yaml": "\x00\x00", "x.jsonnet": "", "empty.yaml": "", "half.yaml": "a\x00",
	})
	symlink(t, "/etc/hostname", "out.yaml")
	tree := &manifest.Tree{Args: []string{".", "a.yaml", "-", "nothing.yaml"}, Stdin: strings.NewReader(wide), StdinName: "in"}
	got := map[string]string{}
	var order []string
	for f := range tree.Bytes(t.Context()) {
		order = append(order, f.Name)
		got[f.Name] = string(f.Data)
		for _, u := range f.Unread {
			got[f.Name] += "unread: " + u.Reason
		}
		got[f.Name] += f.Skipped
		assert.Equal(t, f.Name == "in", f.Named, f.Name)
		assert.Equal(t, f.Data == nil, len(f.Unread) > 0 || f.Skipped != "", f.Name)
	}
	assert.Equal(t, map[string]string{
		"a.yaml": "{{ x", "b/c.yaml": block("c"), "w.yaml": wide, "in": wide, "empty.yaml": "",
		"nulls.yaml": "unread: not text: it has NUL bytes", "half.yaml": "unread: UTF-16 without a byte order mark",
		"out.yaml": "unread: a link that leaves the directory, which is not followed", "nothing.yaml": "unread: " + missing(t),
		"k":         "unread: a kustomization: check what it builds (kustomize build k | kuniq check -), or read its files as they are",
		"x.jsonnet": "jsonnet, which has to be rendered first",
	}, got)
	var files []string
	for f := range (&manifest.Tree{Args: tree.Args, Stdin: strings.NewReader(wide), StdinName: "in"}).Files(t.Context()) {
		files = append(files, f.Name)
	}
	assert.Equal(t, files, order)

	for range tree.Bytes(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range tree.Bytes(ctx) {
		t.Error("read after all")
	}
	text, changed, err := manifest.Decode([]byte(wide))
	assert.True(t, changed && err == nil && string(text) == block("w"))
	text, changed, err = manifest.Decode([]byte("a"))
	assert.True(t, !changed && err == nil && string(text) == "a")
}
