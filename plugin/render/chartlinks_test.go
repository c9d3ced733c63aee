package render

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/rootfs"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestChartLinks: helm follows the links in a chart, and so it gets what they lead
// to, as long as that is in the chart.
func TestChartLinks(t *testing.T) {
	for name, tt := range map[string]struct {
		links map[string]string
		want  []string // besides the chart's files
		why   string
	}{
		"a file":              {links: map[string]string{"templates/b.yaml": "a.yaml"}, want: []string{"c/templates/b.yaml"}},
		"a file elsewhere":    {links: map[string]string{"templates/b.yaml": "../files/b.yaml"}, want: []string{"c/templates/b.yaml"}},
		"a directory":         {links: map[string]string{"crds": "files"}, want: []string{"c/crds/b.yaml"}},
		"a link to a link":    {links: map[string]string{"templates/b.yaml": "../x.yaml", "x.yaml": "files/b.yaml"}, want: []string{"c/templates/b.yaml", "c/x.yaml"}},
		"a file outside":      {links: map[string]string{"templates/b.yaml": "../../out.yaml"}, why: "leaves the chart"},
		"a directory outside": {links: map[string]string{"crds": "../other"}, why: "leaves the chart"},
		"an absolute path":    {links: map[string]string{"templates/b.yaml": "/etc/hostname"}, why: "leaves the chart"},
		"through another":     {links: map[string]string{"x": "../other", "y": "x/o.yaml"}, why: "leaves the chart"},
		"nothing":             {links: map[string]string{"templates/b.yaml": "none"}, why: "symbolic link to nothing"},
		"itself":              {links: map[string]string{"templates/b.yaml": "b.yaml"}, why: "too many symbolic links"},
		"what it is in":       {links: map[string]string{"templates/x": ".."}, why: "a directory that it is in"},
		"each other":          {links: map[string]string{"p/x": "../q", "q/y": "../p"}, why: "too many symbolic links"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string) {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("name: c\n"), 0o666))
			}
			for _, name := range []string{"c/Chart.yaml", "c/templates/a.yaml", "c/files/b.yaml", "out.yaml", "other/o.yaml"} {
				write(name)
			}
			for name, to := range tt.links {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, "c", filepath.Dir(name)), 0o777))
				require.NoError(t, os.Symlink(to, filepath.Join(dir, "c", name)))
			}
			root, err := os.OpenRoot(dir)
			require.NoError(t, err)
			defer root.Close()
			tree := checkout.Find(rootfs.FS(root), []string{"c"}, checkout.Options{})
			require.Len(t, tree.Targets, 1)
			j, reason := newJob(tree, Target{Target: tree.Targets[0], Helm: Helm{Command: "helm"}})
			if tt.why != "" {
				assert.Contains(t, reason, tt.why)
				return
			}
			require.Empty(t, reason)
			for _, name := range tt.want {
				assert.Contains(t, j.Files, name)
			}
		})
	}
}
