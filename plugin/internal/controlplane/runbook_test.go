package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// page returns a page of the documentation.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", name))
	require.NoError(t, err)
	return string(text)
}

// step returns the commands of a step of the runbook.
func step(t *testing.T, n int) []string {
	t.Helper()
	_, text, ok := strings.Cut(page(t, "runbook.md"), fmt.Sprintf("\n## %d. ", n))
	require.True(t, ok, "the runbook has no step %d", n)
	text, _, _ = strings.Cut(text, "\n## ")
	var out []string
	for _, b := range shellBlock.FindAllStringSubmatch(text, -1) {
		out = append(out, b[1])
	}
	require.NotEmpty(t, out)
	return out
}

var inventory = regexp.MustCompile(`(?m)^kinds=.*\n^kubectl get "\$kinds" .*> now\.json$`)

// plan runs step 6 of the runbook and returns the last line.
func (d *drill) plan(t *testing.T) string {
	t.Helper()
	command := inventory.FindString(page(t, "restore.md"))
	require.NotEmpty(t, command)
	d.shell(t, d.dir, command)
	out := d.run(t, d.dir, "sh", "-uc", step(t, 6)[0]) // and not -e: its exit code is a part of the proof
	text, err := os.ReadFile(filepath.Join(d.dir, "plan.txt"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	last := lines[len(lines)-1]
	code := 1
	if strings.HasPrefix(last, "0 missing") {
		code = 0
	}
	assert.Equal(t, fmt.Sprintf("exit code %d\n", code), out.Stdout, out.Stderr)
	return last
}

// TestRunbook follows docs/runbook.md from step 3 to step 9, with the commands
// that are written there. The volumes are still there, Released.
func TestRunbook(t *testing.T) { followRunbook(t, false) }

// TestRunbookGuarded follows it where admission policies are: none of its commands is
// refused.
func TestRunbookGuarded(t *testing.T) { followRunbook(t, true) }

func followRunbook(t *testing.T, policies bool) {
	d := newDrill(t, "Retain")
	git := filepath.Join(d.dir, "deploy", "prod")
	require.NoError(t, os.MkdirAll(git, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(git, "all.yaml"), []byte(workloads()), 0o600))
	d.shell(t, d.dir, `kubectl patch pv old-1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'`)
	d.incident(t)
	if policies {
		d.shell(t, d.dir, "kuniq guard policy | kubectl apply -f -")
		g := &guarded{Plane: d.plane}
		g.until(t, func() bool { return g.refusesClass(t) })
	}

	keep := step(t, 3)
	proof := d.run(t, d.dir, "sh", "-euc", keep[1])
	assert.Equal(t, []string{"old-1", "Delete"}, strings.Fields(proof.Stdout))
	d.shell(t, d.dir, keep[0])
	proof = d.run(t, d.dir, "sh", "-euc", keep[1])
	assert.Empty(t, proof.Stdout+proof.Stderr)

	for _, commands := range step(t, 5) {
		d.shell(t, d.dir, commands)
	}
	assert.Equal(t, "24 missing: 4 in git, 20 only in the dump; 23 on hold; 0 unrecoverable", d.plan(t))

	d.shell(t, d.dir, step(t, 7)[0])
	w := d.watch(t)
	d.restore(t, "restore")
	for _, commands := range step(t, 8) {
		out := d.shell(t, d.dir, commands)
		assert.Contains(t, out, fmt.Sprintf("%d claims: %d bound already, on the same disk", claims, claims))
		assert.Contains(t, out, "there is nothing to do")
	}
	assert.Equal(t, "3 missing: 3 in git, 0 only in the dump; 0 on hold; 0 unrecoverable", d.plan(t))
	d.check(t)
	assert.Equal(t, "0 missing: 0 in git, 0 only in the dump; 0 on hold; 0 unrecoverable", d.plan(t))
	assert.Empty(t, w.harm(t))
}
