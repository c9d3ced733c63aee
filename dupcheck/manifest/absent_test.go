package manifest_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

const (
	pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
	isLFS   = "a git LFS pointer; get the file that it stands for with git lfs pull"
	isCrypt = "encrypted by git-crypt; get its content with git-crypt unlock"
	noLFS   = "begins like a git LFS pointer and is not one; check it out again"
)

// absentFiles are files whose content is elsewhere, with what is said of them.
var absentFiles = []struct{ name, text, reason string }{
	{"a pointer", pointer, isLFS},
	{"CRLF", strings.ReplaceAll(pointer, "\n", "\r\n"), isLFS},
	{"blank lines", "\n\n" + strings.ReplaceAll(pointer, "\n", "\n\n"), isLFS},
	{"no line end", strings.TrimSpace(pointer), isLFS},
	{"a byte order mark", "\ufeff" + pointer, isLFS},
	{"UTF-16", utf16Text(pointer, false), isLFS},
	{"UTF-16 of the other order", utf16Text(strings.ReplaceAll(pointer, "\n", "\r\n"), true), isLFS},
	{"an older name", strings.Replace(pointer, "git-lfs.github", "hawser.github", 1), isLFS},
	{"the oldest name", strings.Replace(pointer, "https://git-lfs.github.com/spec/v1", "http://git-media.io/v/2", 1), isLFS},
	{"a version to come", strings.Replace(pointer, "v1", "v2\next-0-foo sha256:4d7a", 1), isLFS},
	{"the first line alone", "version https://git-lfs.github.com/spec/v1\n", isLFS},
	{"git-crypt", "\x00GITCRYPT\x00\x8f\x00\x01\xfe", isCrypt},
	{"git-crypt of nothing", "\x00GITCRYPT\x00", isCrypt},
	{"git-crypt, large", "\x00GITCRYPT\x00" + strings.Repeat("\x9c\x00\xff", 100<<10), isCrypt},
}

func TestAbsent(t *testing.T) {
	for _, f := range absentFiles {
		text := []byte(f.text)
		assert.Equal(t, f.reason, manifest.Absent(text), f.name)
		assert.Equal(t, f.reason, manifest.Absent(text[:min(len(text), manifest.AbsentBytes)]), f.name)
	}
	for name, text := range map[string]string{
		"nothing": "", "a manifest": block("a"), "a word": "version", "another version": "version https://example.com/spec/v1\n",
		"a manifest behind it": pointer + "---\n" + block("a"), "a manifest in it": pointer + "kind: X\n", "JSON behind it": pointer + js("a"),
		"a conflict":     strings.Replace(pointer, "\noid", "\n<<<<<<< HEAD\noid", 1),
		"a large one":    pointer + strings.Repeat("x-y z\n", 200),
		"UTF-16, large":  utf16Text(pointer+strings.Repeat("x-y z\n", 200), false),
		"another cipher": "\x00GITCRYPT",
	} {
		assert.Empty(t, manifest.Absent([]byte(text)), name)
	}
}

// TestAbsentIsUnread: every way to read such a file says what it is.
func TestAbsentIsUnread(t *testing.T) {
	for _, f := range absentFiles {
		t.Run(f.name, func(t *testing.T) {
			inDir(t, map[string]string{"tree/x.yaml": f.text, "tree/y.yaml": cm("y")})
			for _, args := range [][]string{{"tree"}, {"tree/x.yaml", "tree/y.yaml"}} {
				tree := &manifest.Tree{Args: args}
				assert.Equal(t, []string{"unread tree/x.yaml: " + f.reason, "tree/y.yaml: y"}, show(t, tree))
				for file := range tree.Files(t.Context()) {
					for _, u := range file.Unread {
						assert.True(t, u.Code == dupcheck.Absent)
					}
				}
				for file := range tree.Bytes(t.Context()) {
					if file.Name == "tree/x.yaml" {
						require.Len(t, file.Unread, 1)
						assert.True(t, file.Unread[0].Code == dupcheck.Absent)
						assert.Nil(t, file.Data)
					}
				}
			}
			stdin := &manifest.Tree{Args: []string{"-"}, Stdin: strings.NewReader(f.text)}
			assert.Equal(t, []string{"unread -: " + f.reason}, show(t, stdin))
			objects, unread := read(t, "f", f.text)
			assert.Empty(t, objects)
			assert.Equal(t, []string{"f: " + f.reason}, unread)
			text, _, err := manifest.Decode([]byte(f.text))
			require.NoError(t, err)
			for d := range manifest.Documents("f", text) {
				require.Len(t, d.Unread, 1)
				assert.Equal(t, f.reason, d.Unread[0].Reason)
				assert.True(t, d.Unread[0].Code == dupcheck.Absent)
			}
		})
	}
}

// TestNoPointer: what only begins like a pointer is unread, too, but nothing that
// stands behind it can hide there.
func TestNoPointer(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a manifest behind it", pointer + "---\n" + block("a"), "unread x.yaml:1: " + noLFS + "\nx.yaml: a"},
		{"a conflict", strings.Replace(pointer, "\noid", "\n<<<<<<< HEAD\noid", 1), "unread x.yaml:1: " + noLFS},
		{"a large one", pointer + strings.Repeat("x-y z\n", 200), "unread x.yaml:1: " + noLFS},
		{"no YAML any more", pointer + "kind: X\n", "unread x.yaml:4: not valid YAML: mapping values are not allowed in this context"},
		{"no YAML and no manifest", pointer + "x: y\n", "unread x.yaml:4: not valid YAML: mapping values are not allowed in this context"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inDir(t, map[string]string{"x.yaml": c.text})
			for _, arg := range []string{".", "x.yaml"} {
				tree := &manifest.Tree{Args: []string{arg}}
				assert.ElementsMatch(t, strings.Split(c.want, "\n"), show(t, tree))
				for file := range tree.Files(t.Context()) {
					for _, u := range file.Unread {
						assert.False(t, u.Code == dupcheck.Absent)
					}
				}
			}
		})
	}
}

// TestLaterPointer: only the first document of a file can be in the place of its
// content.
func TestLaterPointer(t *testing.T) {
	const pointer = "--- |\n  version https://git-lfs.github.com/spec/v1\n"
	for text, want := range map[string]int{pointer: 1, pointer + pointer: 1, "a: b\n" + pointer: 0, "--- a\n" + pointer: 0} {
		unread := 0
		for _, err := range manifest.Parse("f", []byte(text)) {
			if err != nil {
				unread++
			}
		}
		assert.Equal(t, want, unread, "%q", text)
	}
}
