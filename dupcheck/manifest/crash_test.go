package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/internal/crash"
)

// panics returns the panic of a function.
func panics(do func()) (p *crash.Panic) {
	defer func() { p = crash.Of(recover()) }()
	do()
	return nil
}

// TestPanicNamesTheFile: whatever goes wrong while a file is read, the panic says
// which one it was.
func TestPanicNamesTheFile(t *testing.T) {
	name := filepath.ToSlash(filepath.Join(t.TempDir(), "a.yaml"))
	text := []byte("kind: A\napiVersion: v1\n")
	require.NoError(t, os.WriteFile(name, text, 0o644))
	for what, do := range map[string]func(){
		"Bytes": func() {
			for range (&Tree{Args: []string{name}}).Bytes(t.Context()) {
				panic("x")
			}
		},
		"Parse": func() {
			for range Parse(name, text) {
				panic("x")
			}
		},
		"Documents": func() {
			for range Documents(name, text) {
				panic("x")
			}
		},
	} {
		p := panics(do)
		if assert.NotNil(t, p, what) {
			assert.Equal(t, name, p.Input, what)
		}
	}
}

// TestSharedPanic: of a text that several goroutines read, a panic of one of them
// reaches the one that reads it, in order and after the others have ended.
func TestSharedPanic(t *testing.T) {
	all := parts([]byte(strings.Repeat("---\na: b\n", 100)), 0, 9)
	require.Greater(t, len(all), 10)
	done := 0
	p := panics(func() {
		parallel(all, 0, func(_ *part, lines int) {
			if lines >= 20 {
				panic("x")
			}
		}, func(*part) { done++ })
	})
	require.NotNil(t, p)
	assert.Equal(t, "x", p.Value)
	assert.Greater(t, done, 0)
	assert.Less(t, done, len(all))
}

// TestLoadingPanics: a panic while a file is read, or while files are looked for,
// reaches the one that takes them.
func TestLoadingPanics(t *testing.T) {
	dir := t.TempDir()
	for i := range 50 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.yaml", i)), []byte("kind: A\napiVersion: v1\n"), 0o644))
	}
	for _, tree := range []*Tree{
		{Args: []string{dir}, Set: func(name string) string {
			if strings.HasSuffix(name, "07.yaml") {
				panic("x")
			}
			return ""
		}},
		{Args: []string{dir}, Skip: func(name string) string {
			if strings.HasSuffix(name, "07.yaml") {
				panic("x")
			}
			return ""
		}},
	} {
		read := 0
		p := panics(func() {
			for range tree.Files(t.Context()) {
				read++
			}
		})
		require.NotNil(t, p)
		assert.Equal(t, "x", p.Value)
		assert.Equal(t, 7, read)
		assert.Equal(t, tree.Set != nil, p.Input == filepath.ToSlash(dir)+"/07.yaml")
	}
}
