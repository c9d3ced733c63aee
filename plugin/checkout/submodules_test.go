package checkout

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// modulesCases are what git itself makes of a .gitmodules.
var modulesCases = map[string]struct {
	text string
	want []string
}{
	"plain":               {"[submodule \"x\"]\n\tpath = gone\n\turl = https://example.com/x\n", []string{"gone"}},
	"no blanks":           {"[submodule \"x\"]\npath=gone", []string{"gone"}},
	"on one line":         {"[submodule \"x\"] path = gone\n", []string{"gone"}},
	"quoted":              {"[submodule \"x\"]\n\tpath = \"two words\"\n", []string{"two words"}},
	"comment behind":      {"[submodule \"x\"]\n\tpath = gone # here\n", []string{"gone"}},
	"semicolon behind":    {"[submodule \"x\"]\n\tpath = gone;here\n", []string{"gone"}},
	"comment in quotes":   {"[submodule \"x\"]\n\tpath = \"a#b\"\n", []string{"a#b"}},
	"commented out":       {"[submodule \"x\"]\n# path = no\n; path = no\n\tpath = gone\n", []string{"gone"}},
	"continued":           {"[submodule \"x\"]\n\tpath = go\\\nne\n", []string{"gone"}},
	"key case":            {"[SubModule \"x\"]\n\tPATH = gone\n", []string{"gone"}},
	"several values":      {"[submodule \"x\"]\n\tpath = first\n\tpath = gone\n", []string{"gone"}},
	"in two sections":     {"[submodule \"x\"]\n\tpath = first\n[core]\n\tpath = no\n[submodule \"x\"]\n\tpath = gone\n", []string{"gone"}},
	"two":                 {"[submodule \"x\"]\n\tpath = a\n[submodule \"y\"]\n\tpath = b\n", []string{"a", "b"}},
	"name with a bracket": {"[submodule \"x]y\"]\n\tpath = gone\n", []string{"gone"}},
	"name with a quote":   {"[submodule \"x\\\"y\"]\n\tpath = gone\n", []string{"gone"}},
	"carriage returns":    {"[submodule \"x\"]\r\n\tpath = gone\r\n", []string{"gone"}},
	"byte order mark":     {"\ufeff[submodule \"x\"]\n\tpath = gone\n", []string{"gone"}},
	"blanks at the end":   {"[submodule \"x\"]\n\tpath = gone  \t\n", []string{"gone"}},
	"escapes":             {"[submodule \"x\"]\n\tpath = a\\\\b\\\"c\n", []string{"a\\b\"c"}},
	"half in quotes":      {"[submodule \"x\"]\n\tpath = \"a b\"c\n", []string{"a bc"}},
	"other sections":      {"[submodulex \"x\"]\n\tpath = no\n[branch \"x\"]\n\tpath = no\n", nil},
	"nothing":             {"", nil},
}

func TestSubmodules(t *testing.T) {
	for name, tt := range modulesCases {
		assert.Equal(t, tt.want, parseSubmodules([]byte(tt.text)), name)
		assert.Equal(t, tt.want, GitSubmodules([]byte(tt.text)), "%s: git", name)
	}
}

// TestGitSubmodulesIncludesNothing: a .gitmodules may not have git read another
// file.
func TestGitSubmodulesIncludesNothing(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.WriteFile(other, []byte("[submodule \"x\"]\n\tpath = secret\n"), 0o600))
	assert.Empty(t, GitSubmodules([]byte("[include]\n\tpath = "+other+"\n")))
}

// FuzzParseSubmodules: the parser ends, and what it returns is in the text.
func FuzzParseSubmodules(f *testing.F) {
	for _, tt := range modulesCases {
		f.Add([]byte(tt.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, p := range parseSubmodules(text) {
			assert.LessOrEqual(t, len(p), len(text))
		}
	})
}

// TestMissingSubmodules: a submodule that is not checked out is an empty
// directory.
func TestMissingSubmodules(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"r/.gitmodules": "[submodule \"x\"]\n\tpath = gone\n[submodule \"y\"]\n\tpath=there\n[submodule \"z\"]\n\tpath = \"left out\"\n" +
			"[submodule \"1\"]\n\tpath = ../r\n[submodule \"2\"]\n\tpath = /\n[submodule \"3\"]\n\tpath = deleted\n[submodule \"4\"]\n\tpath = a.yaml\n",
		"r/there/b.yaml": "", "r/a.yaml": "",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	for _, name := range []string{"r/gone", "r/left out"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o777))
	}
	tree := Find(os.DirFS(dir), []string{"r"}, Options{Skip: func(name string) string {
		if name == "r/left out" {
			return "left out"
		}
		return ""
	}})
	var unread []string
	for _, f := range tree.Files("r") {
		if f.Unread != "" {
			unread = append(unread, f.Path+": "+f.Unread)
			assert.Equal(t, Absent, f.Code)
		}
	}
	assert.Equal(t, []string{"r/gone: a git submodule that is not checked out (git submodule update --init)"}, unread)
}
