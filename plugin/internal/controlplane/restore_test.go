package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// restoreVolumes runs kuniq restore volumes in the directory of the dumps.
func (d *drill) restoreVolumes(t *testing.T, args ...string) Outcome {
	t.Helper()
	return d.run(t, d.dir, d.kuniq, append([]string{"restore", "volumes"}, args...)...)
}

// writeRestore has kuniq write a directory, and looks at what it has written:
// nothing beside the directory, and nothing that kuniq check minds.
func (d *drill) writeRestore(t *testing.T, dir string) {
	t.Helper()
	before := d.files(t)
	out := d.restoreVolumes(t, "--present", "now.yaml", "-d", dir, "before.yaml")
	require.Zero(t, out.Code, "%s%s", out.Stdout, out.Stderr)
	for _, name := range d.files(t) {
		inside := strings.HasPrefix(name, dir+"/")
		assert.True(t, inside || slices.Contains(before, name), "%s is not below %s", name, dir)
	}
	checked := d.run(t, d.dir, d.kuniq, "check", dir)
	assert.Zero(t, checked.Code, "%s%s", checked.Stdout, checked.Stderr)
}

// files are all files where kuniq runs.
func (d *drill) files(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, fs.WalkDir(os.DirFS(d.dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, name)
		}
		return err
	}))
	return out
}

// A part is one of RESTORE.md, with its commands.
type part struct {
	title  string
	blocks []string
}

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// parts reads RESTORE.md: its phases, and the proof.
func (d *drill) parts(t *testing.T, dir string) (out []part) {
	t.Helper()
	for _, text := range strings.Split(d.document(t, dir), "\n## ")[1:] {
		p := part{}
		p.title, _, _ = strings.Cut(text, "\n")
		for _, b := range shellBlock.FindAllStringSubmatch(text, -1) {
			p.blocks = append(p.blocks, strings.ReplaceAll(b[1], "DUMP...", filepath.Join(d.dir, "before.yaml")))
		}
		if len(p.blocks) > 0 {
			out = append(out, p)
		}
	}
	require.NotEmpty(t, out)
	require.Equal(t, "The proof", out[len(out)-1].title)
	return out
}

func (d *drill) document(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, dir, "RESTORE.md"))
	require.NoError(t, err)
	return string(text)
}

// restore does what RESTORE.md says, command by command, and holds what that
// prints against what is promised there.
func (d *drill) restore(t *testing.T, dir string) {
	t.Helper()
	for _, p := range d.parts(t, dir) {
		for _, commands := range p.blocks {
			out := d.shell(t, filepath.Join(d.dir, dir), commands)
			if p.title == "The proof" {
				assert.Contains(t, out, fmt.Sprintf("%d claims: %d bound already, on the same disk", claims, claims))
				assert.Contains(t, out, "there is nothing to do")
			}
			if _, table, ok := strings.Cut(out, "NAME "); ok {
				promised(t, p.title, "NAME "+table)
			}
		}
	}
}

// promised are the sentences below the tables of RESTORE.md.
func promised(t *testing.T, title, table string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	columns := strings.Fields(lines[0])
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Fields(line) {
			row[columns[i]] = cell
		}
		assert.Equal(t, "Retain", row["POLICY"], "%s: %s", title, line)
		if strings.HasPrefix(title, "Phase 1") {
			continue
		}
		assert.Equal(t, "Available", row["PHASE"], "%s: %s", title, line)
		assert.Equal(t, "<none>", row["UID"], "%s: %s", title, line)
		assert.NotEqual(t, "<none>", row["CLAIM"], "%s: %s", title, line)
	}
	assert.Greater(t, len(lines), 1, title)
}

// check holds the end against the beginning.
func (d *drill) check(t *testing.T) {
	t.Helper()
	end := d.wait(t, "all claims to be bound again", func(s state) bool { return s.claims["Bound"] == claims && s.volumes["Bound"] == claims })
	assert.Equal(t, d.bound, end.disks, "every claim has the disk that it had")
	for _, disk := range d.bound {
		if strings.HasPrefix(disk, "/") {
			assert.FileExists(t, filepath.Join(disk, "data"))
		}
	}
	// The StatefulSets find their claims, and make no others.
	d.apply(t, workloads())
	d.shell(t, d.dir, "kubectl wait -n iox --for=jsonpath='{.status.replicas}'=8 --timeout=120s statefulset/ingester")
	again := d.wait(t, "the claims to stay", func(s state) bool { return s.claims["Bound"] == claims })
	assert.Equal(t, d.bound, again.disks)
}
