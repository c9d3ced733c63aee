package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExample plays examples/admission without the policies and with them. Both are as
// its page says.
func TestExample(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "examples", "admission"))
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2)
	g := newGuarded(t, Config{})
	d := &drill{plane: g.Plane, kuniq: g.kuniq}
	for _, block := range blocks {
		commands, want, found := strings.Cut(block[1], "$ ./incident.sh\n")
		require.True(t, found)
		if setup, ok := strings.CutPrefix(commands, "$ "); ok {
			d.shell(t, dir, setup)
			g.until(t, func() bool { return g.refusesClass(t) })
		}
		assert.Equal(t, want, d.shell(t, dir, "./incident.sh"))
		g.must(t, "", "delete", "application", "billing", "-n", "argocd")
	}
}
