package revision

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scratch is a repository of a test.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T) scratch {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	s := scratch{t, t.TempDir()}
	s.git("init", "-q", "-b", "main")
	for _, kv := range []string{"user.name=a", "user.email=a@example.com", "core.compression=1"} {
		s.config(strings.Cut(kv, "="))
	}
	return s
}

func (s scratch) git(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	require.NoError(s.t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

func (s scratch) config(key, value string, _ bool) { s.git("config", key, value) }

func (s scratch) write(name, data string) {
	s.t.Helper()
	name = filepath.Join(s.dir, name)
	require.NoError(s.t, os.MkdirAll(filepath.Dir(name), 0o777))
	require.NoError(s.t, os.WriteFile(name, []byte(data), 0o777))
}

// commit commits all files.
func (s scratch) commit(message string) string {
	s.git("add", "--all")
	s.git("commit", "-q", "--allow-empty", "-m", message)
	return s.git("rev-parse", "HEAD")
}

func (s scratch) repository() Repository { return Repository{s.dir} }

// signed gives a commit a signature, of which git asks gpg.program.
func (s scratch) signed(commit string) string {
	text := strings.Replace(s.git("cat-file", "commit", commit), "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1)
	s.write("commit", text+"\n")
	commit = s.git("hash-object", "-t", "commit", "-w", "commit")
	require.NoError(s.t, os.Remove(filepath.Join(s.dir, "commit")))
	s.git("reset", "-q", "--soft", commit)
	return commit
}

// forget removes the content of a file from the repository.
func (s scratch) forget(file string) {
	object := s.git("rev-parse", "HEAD:"+file)
	require.NoError(s.t, os.Remove(filepath.Join(s.dir, ".git", "objects", object[:2], object[2:])))
}

func TestTree(t *testing.T) {
	s := newScratch(t)
	s.write("a/x.yaml", "x")
	s.write("a/b/y.yaml", "y")
	s.write("same.yaml", "x")
	s.write("empty", "")
	for name, target := range map[string]string{
		"a/link.yaml": "b/y.yaml", "dir": "a/b", "up": "a/../same.yaml", "out": "../x", "abs": "/etc/passwd", "loop": "loop", "nowhere": "z",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(s.dir, name)))
	}
	s.git("add", "--all")
	s.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",sub")
	s.git("commit", "-q", "-m", "all")
	tree, err := s.repository().Tree(t.Context(), "HEAD")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"sub": strings.Repeat("1", 40)}, tree.Submodules)
	assert.Empty(t, tree.Long)
	for name, want := range map[string]string{
		"a/x.yaml": "x", "same.yaml": "x", "empty": "", "a/link.yaml": "y", "dir/y.yaml": "y", "up": "x", "dir/../a": "", "out": "", "abs": "", "loop": "", "nowhere": "", "sub": "",
	} {
		data, err := fs.ReadFile(tree.FS, name)
		assert.Equal(t, want, string(data), name)
		assert.Equal(t, want == "" && name != "empty", err != nil, name)
	}
	entries, err := fs.ReadDir(tree.FS, "dir")
	require.NoError(t, err)
	assert.Len(t, entries, 1)
	info, err := fs.Lstat(tree.FS, "dir")
	require.NoError(t, err)
	assert.Equal(t, fs.ModeSymlink, info.Mode().Type())

	for _, name := range []string{"dir", "up", "out", "abs", "loop", "nowhere", "a/link.yaml"} {
		require.NoError(t, os.Remove(filepath.Join(s.dir, name)))
	}
	s.commit("no links")
	tree, err = s.repository().Tree(t.Context(), "HEAD")
	require.NoError(t, err)
	assert.NoError(t, fstest.TestFS(struct{ fs.FS }{tree.FS}, "a/x.yaml", "a/b/y.yaml", "same.yaml", "empty")) // without ReadFile, which does not copy
}

// TestCommit: a commit has several names. Files, trees, options and an empty name are errors.
func TestCommit(t *testing.T) {
	s := newScratch(t)
	s.write("a.yaml", "a: 1\n")
	want := s.commit("one")
	for _, name := range []string{"HEAD", "main", want, want[:8]} {
		got, err := s.repository().Commit(t.Context(), name)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "absent", "HEAD:a.yaml", "HEAD^{tree}", "--all", "HEAD\nHEAD"} {
		got, err := s.repository().Commit(t.Context(), name)
		assert.Error(t, err, "%q", name)
		assert.Empty(t, got, "%q", name)
	}
}

// TestLargeFile: it must not look as if it were not there.
func TestLargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 64 MiB")
	}
	s := newScratch(t)
	f, err := os.Create(filepath.Join(s.dir, "long.yaml"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(MostFile+1))
	require.NoError(t, f.Close())
	s.commit("long")
	tree, err := s.repository().Tree(t.Context(), "HEAD")
	require.NoError(t, err)
	assert.Equal(t, []string{"long.yaml"}, tree.Long)
}

// TestAbsentContent: what a clone lacks must not look as if it were not there.
func TestAbsentContent(t *testing.T) {
	s := newScratch(t)
	s.write("a.yaml", "a")
	s.commit("a")
	s.forget("a.yaml")
	_, err := s.repository().Tree(t.Context(), "HEAD")
	assert.ErrorContains(t, err, "a.yaml in HEAD is not in this clone")
}

// TestNothingIsObeyed: neither a command that the repository names is executed,
// nor a replacement or graft of it believed.
func TestNothingIsObeyed(t *testing.T) {
	s := newScratch(t)
	s.write("a.yaml", "a")
	s.write("program", fmt.Sprintf("#!/bin/sh\necho \"$0 $*\" >>%q\nexit 1\n", filepath.Join(s.dir, "executed")))
	s.write(".gitattributes", "*.yaml filter=evil diff=evil\n")
	base := s.commit("base")
	s.write("a.yaml", "b")
	s.write("lost.yaml", "lost")
	s.commit("lost\n\nKey: of lost")
	s.forget("lost.yaml")
	s.git("rm", "-q", "lost.yaml")
	s.write("b.yaml", "b")
	head := s.signed(s.commit("head\n\nKey: of head"))
	// A commit of another content in the place of base, and another parent.
	s.git("replace", base, head)
	s.write(".git/info/grafts", head+"\n")
	program := filepath.Join(s.dir, "program")
	for _, key := range []string{
		"core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand", "gpg.program", "diff.external",
		"diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "credential.helper",
		"remote.origin.uploadpack", "trailer.key.command", "trailer.key.cmd", "alias.ls-tree", "alias.log", "uploadpack.packObjectsHook",
	} {
		s.git("config", key, program)
	}
	for key, value := range map[string]string{
		"core.hooksPath": s.dir, "log.showSignature": "true", "filter.evil.required": "true", "core.repositoryFormatVersion": "1",
		"extensions.partialClone": "origin", "remote.origin.promisor": "true", "remote.origin.url": "file://" + s.dir, "protocol.allow": "always",
	} {
		s.git("config", key, value)
	}
	s.write("a.yaml", "c")
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "executed"))) // by the commands of this test

	ctx, r := t.Context(), s.repository()
	tree, err := r.Tree(ctx, base)
	require.NoError(t, err)
	data, err := fs.ReadFile(tree.FS, "a.yaml")
	require.NoError(t, err)
	assert.Equal(t, "a", string(data), "a replacement was read")
	contains, err := r.Contains(ctx, head, base)
	require.NoError(t, err)
	assert.True(t, contains, "a graft was believed")
	trailers, err := r.Trailers(ctx, base, head, "Key")
	require.NoError(t, err)
	require.Len(t, trailers, 2)
	assert.Equal(t, Trailer{"of head", head}, trailers[0])
	assert.Equal(t, "of lost", trailers[1].Value)
	_, err = r.Tree(ctx, head+"~")
	require.Error(t, err, "there is no lost.yaml")
	assert.NotContains(t, err.Error(), "hint")
	opened, err := Open(ctx, s.dir, base)
	require.NoError(t, err)
	changed, err := opened.Changed(ctx, []string{"a.yaml", "program"})
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"a.yaml": true}, changed)
	edits, err := opened.Edits(ctx, func(path string) bool { return path == "a.yaml" })
	require.NoError(t, err)
	require.Len(t, edits, 1)
	assert.Equal(t, "a", string(edits[0].Was))
	data, err = opened.ReadFile(ctx, "a.yaml", 10)
	require.NoError(t, err)
	assert.Equal(t, "a", string(data))

	executed, _ := os.ReadFile(filepath.Join(s.dir, "executed"))
	assert.Empty(t, string(executed))
}
