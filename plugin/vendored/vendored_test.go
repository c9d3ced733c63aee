package vendored

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// pack is the archive of files, by name and content in turn.
func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var headers []tar.Header
	var contents []string
	for i := 0; i < len(files); i += 2 {
		headers = append(headers, tar.Header{Typeflag: tar.TypeReg, Name: files[i], Mode: 0o644})
		contents = append(contents, files[i+1])
	}
	return packed(t, headers, contents)
}

func packed(t testing.TB, headers []tar.Header, contents []string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for i := range headers {
		headers[i].Size = int64(len(contents[i]))
		require.NoError(t, w.WriteHeader(&headers[i]))
		_, err := w.Write([]byte(contents[i]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	return out.Bytes()
}

func chartOf(t testing.TB, name, version string) []byte {
	return pack(t, name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: "+version+"\n", name+"/templates/a.yaml", "a: 1\n")
}

// put writes a file of a vendor directory.
func put(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, data, 0o600))
}

func gitIn(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=n", "-c", "user.email=e", "-c", "init.defaultBranch=main"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

func opened(t testing.TB, dir string) *Dir {
	t.Helper()
	d, err := Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close()) })
	return d
}

func lockAll(t testing.TB, dir string, o LockOptions, needs ...Need) (problems []string, out Locked) {
	t.Helper()
	out, err := Lock(t.Context(), dir, needs, o)
	require.NoError(t, err)
	for _, p := range out.Problems {
		problems = append(problems, p.Error())
	}
	return problems, out
}

var web = Need{Kind: Chart, URL: "https://charts.example.com/stable/", Name: "web", Version: "1.2.x"}

func TestChart(t *testing.T) {
	dir := t.TempDir()
	problems, _ := lockAll(t, dir, LockOptions{}, web)
	assert.Equal(t, []string{"the chart web of https://charts.example.com/stable/ at 1.2.x is not in the vendor directory"}, problems)
	put(t, dir, web.Place()+"/web-1.2.3.tgz", chartOf(t, "web", "1.2.3"))
	problems, out := lockAll(t, dir, LockOptions{Date: "2026-01-02"}, web, web)
	assert.Empty(t, problems)
	require.Len(t, out.Added, 1)
	assert.Equal(t, "1.2.3", out.Added[0].Resolved)

	d := opened(t, dir)
	found, err := d.Find(Request{Need: Need{Kind: Chart, URL: "https://user:secret@CHARTS.example.com:443/stable", Name: "web", Version: "1.2.x"}})
	require.NoError(t, err)
	text, err := fs.ReadFile(found.FS, "templates/a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a: 1\n", string(text))
	assert.Equal(t, "2026-01-02", found.Entry.Fetched)
	again, err := d.Find(Request{Need: web})
	require.NoError(t, err)
	assert.Same(t, found.FS, again.FS)

	for _, other := range []Need{
		{URL: web.URL, Name: "web", Version: "1.2.3"},
		{URL: web.URL, Name: "web"},
		{URL: web.URL, Name: "other", Version: "1.2.x"},
		{Kind: Chart, URL: "https://charts.example.com/Stable", Name: "web", Version: "1.2.x"},
		{Kind: Chart, URL: "oci://charts.example.com/stable", Name: "web", Version: "1.2.x"},
		{Kind: Chart, URL: "https://charts.example.com:8443/stable", Name: "web", Version: "1.2.x"},
	} {
		_, err := d.Find(Request{Need: other})
		assert.Equal(t, checkout.Remote, checkout.CodeOf(err), "%+v", other)
	}
	for _, nothing := range []*Dir{nil, {}} {
		_, err = nothing.Find(Request{Need: web})
		assert.Equal(t, checkout.Remote, checkout.CodeOf(err))
		assert.NoError(t, nothing.Close())
	}
	assert.Len(t, d.Requests(), 8)
}

// TestTampered: nothing is used that is not what the lock has.
func TestTampered(t *testing.T) {
	dir := t.TempDir()
	place := web.Place() + "/web-1.2.3.tgz"
	put(t, dir, place, chartOf(t, "web", "1.2.3"))
	problems, _ := lockAll(t, dir, LockOptions{}, web)
	require.Empty(t, problems)
	refused := func(want string) {
		t.Helper()
		found, err := opened(t, dir).Find(Request{Need: web})
		assert.ErrorContains(t, err, want)
		assert.Equal(t, checkout.Mismatch, checkout.CodeOf(err))
		assert.Nil(t, found.FS)
		assert.Nil(t, found.Data)
	}
	put(t, dir, place, pack(t, "web/Chart.yaml", "name: web\nversion: 1.2.3\n", "web/templates/a.yaml", "a: 2\n"))
	refused("differs from the digest in the lock")
	problems, _ = lockAll(t, dir, LockOptions{}, web)
	assert.Len(t, problems, 1, "and the lock does not change by itself")
	refused("differs from the digest in the lock")
	problems, out := lockAll(t, dir, LockOptions{Update: true}, web)
	assert.Empty(t, problems)
	assert.Len(t, out.Updated, 1)
	_, err := opened(t, dir).Find(Request{Need: web})
	require.NoError(t, err)

	lock, err := os.ReadFile(filepath.Join(dir, LockFile))
	require.NoError(t, err)
	put(t, dir, LockFile, bytes.ReplaceAll(lock, []byte(`"resolved":"1.2.3"`), []byte(`"resolved":"1.3.0"`)))
	refused("it is another chart or version")
	outside := t.TempDir()
	put(t, outside, "web-1.2.3.tgz", chartOf(t, "web", "1.2.3"))
	require.NoError(t, os.Remove(filepath.Join(dir, place)))
	require.NoError(t, os.Symlink(filepath.Join(outside, "web-1.2.3.tgz"), filepath.Join(dir, place)))
	put(t, dir, LockFile, lock)
	refused("cannot be used")
	require.NoError(t, os.Remove(filepath.Join(dir, place)))
	refused("it is not there")
	require.NoError(t, os.Mkdir(filepath.Join(dir, place), 0o777))
	refused("it is not a regular file")
	require.NoError(t, os.Remove(filepath.Join(dir, place)))
	if exec.Command("mkfifo", filepath.Join(dir, place)).Run() == nil {
		refused("it is not a regular file") // and is not opened
	}
}

// TestArchives: archives that are refused.
func TestArchives(t *testing.T) {
	header := func(name string, kind byte, link string) tar.Header {
		return tar.Header{Typeflag: kind, Name: name, Linkname: link, Mode: 0o644}
	}
	const outside, irregular = "it has a file outside of its directory", "it has a file that is not a regular file"
	for i, c := range []struct {
		want    string
		archive []byte
	}{
		{"it is not a gzip archive", []byte("x")},
		{outside, pack(t, "web/../../x", "x")},
		{outside, pack(t, "Chart.yaml", "x")},
		{outside, pack(t, "/web/x", "x")},
		{outside, pack(t, "web/a\\b", "x")},
		{outside, pack(t, "web/.", "x")},
		{"it has a file twice", pack(t, "web/a", "x", "web/./a", "y")},
		{"it has a file inside of a file", pack(t, "web/a", "x", "web/a/b", "y")},
		{irregular, packed(t, []tar.Header{header("web/a", tar.TypeSymlink, "/etc/passwd")}, []string{""})},
		{irregular, packed(t, []tar.Header{header("web/a", tar.TypeLink, "web/b")}, []string{""})},
		{"has no name and version", pack(t, "web/Chart.yaml", "name: web\n")},
	} {
		_, _, _, err := openChart(c.archive)
		assert.ErrorContains(t, err, c.want, i)
	}
	const most = 8 << 10
	_, err := unpack(pack(t, "web/a", strings.Repeat("0", most), "web/b", "0"), most)
	assert.ErrorContains(t, err, "it is too large")
	_, err = unpack(pack(t, "web/a", strings.Repeat("0", most), "web/b", ""), most)
	assert.NoError(t, err)
	const directories = 2*most/512 + 1 // a header has 512 bytes
	_, err = unpack(packed(t, slices.Repeat([]tar.Header{header("web/d/", tar.TypeDir, "")}, directories), make([]string, directories)), most)
	assert.ErrorContains(t, err, "it is too large", "empty directories are bounded as well")

	dir := t.TempDir()
	for i, archive := range [][]byte{chartOf(t, "other", "1.2.3"), chartOf(t, "web", "1.3.0"), chartOf(t, "web", "v1.3"), pack(t, "web/a", "x")} {
		put(t, dir, web.Place()+"/web.tgz", archive)
		problems, out := lockAll(t, dir, LockOptions{}, web)
		assert.Empty(t, out.Entries)
		assert.Len(t, problems, 1, i)
	}
}

func TestGit(t *testing.T) {
	source, dir := t.TempDir(), t.TempDir()
	gitIn(t, source, "init", "-q")
	put(t, source, "base/kustomization.yaml", []byte("resources: []\n"))
	gitIn(t, source, "add", ".")
	gitIn(t, source, "commit", "-q", "-m", "one")
	gitIn(t, source, "tag", "v1.0.0")
	one := gitIn(t, source, "rev-parse", "HEAD")
	put(t, source, "base/kustomization.yaml", []byte("resources: [a.yaml]\n"))
	gitIn(t, source, "commit", "-q", "-am", "two")
	two := gitIn(t, source, "rev-parse", "HEAD")
	gitIn(t, source, "branch", "1.x")
	gitIn(t, source, "tag", "both", one)
	gitIn(t, source, "branch", "both")

	of := func(version string, s Select) Need {
		return Need{Kind: Git, URL: "git@git.example.com:org/bases.git", Version: version, Select: s}
	}
	mirror := filepath.Join(dir, of("", ByName).Place())
	require.NoError(t, os.MkdirAll(mirror, 0o750))
	problems, _ := lockAll(t, dir, LockOptions{}, of("", ByName))
	require.Len(t, problems, 1)
	assert.Contains(t, problems[0], "it is not a git repository")
	gitIn(t, dir, "clone", "-q", "--bare", source, mirror)

	needs := map[Need]string{
		of("", ByName): two, of("HEAD", ByName): two, of("v1.0.0", ByName): one, of("refs/heads/main", ByName): two, of(one, ByName): one, of(one[:9], ByName): one,
		of(">=0.1", Newest): one, of("1.x", NewestOrName): one, of("9.x", NewestOrName): "!", of("both", ByName): "!", of("nowhere", ByName): "!",
		of("1.x", ByName): two, of(strings.Repeat("a", 40), ByName): "!", of("main@{0}", ByName): "!", of("main~1", ByName): "!", of("-x", ByName): "!",
		of("main", NewestOrName): two, of("refs/notes/../heads/main", ByName): "!", of(">=2", Newest): "!",
	}
	for n, want := range needs {
		problems, _ := lockAll(t, dir, LockOptions{}, n)
		found, err := opened(t, dir).Find(Request{Need: n})
		if want == "!" {
			assert.Len(t, problems, 1, n.Version)
			assert.Equal(t, checkout.Remote, checkout.CodeOf(err), n.Version)
			continue
		}
		require.NoError(t, err, n.Version)
		assert.Equal(t, want, found.Entry.Resolved, n.Version)
		text, err := fs.ReadFile(found.FS, "base/kustomization.yaml")
		require.NoError(t, err)
		assert.Equal(t, want == two, string(text) == "resources: [a.yaml]\n")
	}

	// A branch that moves changes nothing until the lock is updated.
	put(t, source, "base/kustomization.yaml", []byte("resources: [b.yaml]\n"))
	gitIn(t, source, "commit", "-q", "-am", "three")
	gitIn(t, mirror, "fetch", "-q", source, "+refs/heads/*:refs/heads/*")
	found, err := opened(t, dir).Find(Request{Need: of("", ByName)})
	require.NoError(t, err)
	assert.Equal(t, two, found.Entry.Resolved)
	problems, out := lockAll(t, dir, LockOptions{}, of("", ByName))
	assert.Empty(t, problems)
	assert.Empty(t, out.Updated, "the lock stays as it is")
	problems, out = lockAll(t, dir, LockOptions{Update: true}, of("", ByName))
	assert.Empty(t, problems)
	require.Len(t, out.Updated, 1)
	assert.Equal(t, gitIn(t, source, "rev-parse", "HEAD"), out.Updated[0].Resolved)

	// A mirror that is gone is not looked for around the directory.
	require.NoError(t, os.RemoveAll(mirror))
	require.NoError(t, os.MkdirAll(mirror, 0o750))
	gitIn(t, dir, "init", "-q")
	_, err = opened(t, dir).Find(Request{Need: of("", ByName)})
	assert.Equal(t, checkout.Mismatch, checkout.CodeOf(err))
}

func TestFilesAndArtifacts(t *testing.T) {
	dir := t.TempDir()
	file := Need{Kind: File, URL: "https://user:secret@example.com/a.yaml?ref=1"}
	artifact := Need{Kind: Artifact, URL: "oci://registry.example.com/manifests", Version: "1.0"}
	put(t, dir, file.Place(), []byte("a: 1\n"))
	put(t, dir, artifact.Place()+"/deploy/a.yaml", []byte("a: 1\n"))
	problems, _ := lockAll(t, dir, LockOptions{}, file, artifact)
	require.Empty(t, problems)
	lock, err := os.ReadFile(filepath.Join(dir, LockFile))
	require.NoError(t, err)
	assert.NotContains(t, string(lock), "secret")

	found, err := opened(t, dir).Find(Request{Need: file})
	require.NoError(t, err)
	assert.Equal(t, "a: 1\n", string(found.Data))
	_, err = opened(t, dir).Find(Request{Need: Need{Kind: File, URL: "https://example.com/a.yaml"}})
	assert.Equal(t, checkout.Remote, checkout.CodeOf(err))
	found, err = opened(t, dir).Find(Request{Need: artifact})
	require.NoError(t, err)
	text, err := fs.ReadFile(found.FS, "deploy/a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a: 1\n", string(text))
	put(t, dir, artifact.Place()+"/deploy/b.yaml", []byte("a: 1\n"))
	_, err = opened(t, dir).Find(Request{Need: artifact})
	assert.Equal(t, checkout.Mismatch, checkout.CodeOf(err))
}

// TestLocks: a lock that is missing, or says nothing that can be relied on, is an error.
func TestLocks(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(t.Context(), dir)
	assert.ErrorContains(t, err, "it is not there")
	_, err = Open(t.Context(), filepath.Join(dir, "nothing"))
	assert.Error(t, err)
	line := `{"kind":"file","url":"https://example.com/a","path":"` + Need{Kind: File, URL: "https://example.com/a"}.Place() + `","sha256":"","fetched":""}`
	for text, want := range map[string]string{
		"":                           "not valid JSON",
		"{":                          "not valid JSON",
		`{"version":2,"entries":[]}`: "its version is 2",
		`{"version":1,"other":[]}`:   "not valid JSON",
		`{"version":1,"entries":[` + line + "," + line + `]}`:                                               "twice",
		`{"version":1,"entries":[{"kind":"file","url":"https://example.com/a","path":"../../etc/passwd"}]}`: "its path",
		`{"version":1,"entries":[{"kind":"file","url":"https://example.com/a","path":"chart/x"}]}`:          "its path",
	} {
		put(t, dir, LockFile, []byte(text))
		_, err := Open(t.Context(), dir)
		assert.ErrorContains(t, err, want, text)
	}
}
