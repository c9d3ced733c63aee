package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page about the architecture knows every package, and only what there is.
func TestArchitecturePage(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "ARCHITECTURE.md"))
	require.NoError(t, err)
	quoted := map[string]bool{}
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(page), -1) {
		name := m[1]
		quoted[name] = true
		if strings.Contains(name, "/") && !strings.Contains(name, " ") {
			_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
			assert.NoError(t, err, "%s is not in the tree", name)
		}
	}
	for _, p := range packages(t) {
		name, _ := own(p.ImportPath)
		if within(name, "examples") {
			name = "examples"
		}
		assert.True(t, quoted[name], "docs/ARCHITECTURE.md does not say what %s is for", name)
	}
}
