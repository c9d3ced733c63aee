package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// interrupt does what RESTORE.md says up to a phase, of which it does one half,
// twice.
func (d *drill) interrupt(t *testing.T, dir, phase string) {
	t.Helper()
	parts := d.parts(t, dir)
	at := slices.IndexFunc(parts, func(p part) bool { return strings.HasPrefix(p.title, phase+":") })
	require.GreaterOrEqual(t, at, 0, "%s has no %s", dir, phase)
	for _, p := range parts[:at] {
		for _, commands := range p.blocks {
			d.shell(t, filepath.Join(d.dir, dir), commands)
		}
	}
	commands := d.half(t, dir, parts[at].blocks[0])
	for _, c := range commands {
		d.shell(t, filepath.Join(d.dir, dir), c)
	}
	for _, c := range commands {
		out := d.run(t, filepath.Join(d.dir, dir), "sh", "-euc", c)
		switch {
		case phase == "Phase 1":
			assert.Zero(t, out.Code, "%s: keeping what is kept; %s", c, out.Stderr)
		case strings.Contains(c, " create "):
			assert.NotZero(t, out.Code, c)
			assert.Contains(t, out.Stderr, "AlreadyExists", c)
		default:
			assert.NotZero(t, out.Code, c)
			assert.Contains(t, out.Stderr, "the server rejected our request", c)
		}
	}
	d.wait(t, "claims that were made to be bound", func(s state) bool { return s.claims["Pending"] == 0 })
}

// half returns the commands of a phase for the first half of its objects.
func (d *drill) half(t *testing.T, dir, commands string) (out []string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(commands), "\n")
	if phase, ok := strings.CutPrefix(lines[0], "kubectl create -f "); ok {
		files, err := filepath.Glob(filepath.Join(d.dir, dir, phase, "*.yaml"))
		require.NoError(t, err)
		require.Greater(t, len(files), 1)
		for _, f := range files[:len(files)/2] {
			out = append(out, "kubectl create -f "+f)
		}
		return out
	}
	require.Greater(t, len(lines), 1)
	return lines[:len(lines)/2]
}

var afterInterruption = regexp.MustCompile("(?s)or was interrupted, do not go on here\\. Run\n`([^`]+)` and\n`([^`]+)`,")

// again does what RESTORE.md says after an interruption, and returns the
// directory in which to go on.
func (d *drill) again(t *testing.T, dir string) string {
	t.Helper()
	m := afterInterruption.FindStringSubmatch(d.document(t, dir))
	require.NotNil(t, m)
	for _, command := range m[1:] {
		d.shell(t, filepath.Join(d.dir, dir), strings.ReplaceAll(command, "DUMP...", filepath.Join(d.dir, "before.yaml")))
	}
	return filepath.Join(dir, "again")
}
