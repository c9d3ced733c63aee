package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// numbersOf are the numbers of a page by their names, as a browser shows them.
const numbersOf = `Object.fromEntries([...document.querySelectorAll('[data-count]')].map(e => [e.dataset.count, +e.dataset.n]))`

// look opens a page, wide and narrow, light and dark, and returns its numbers. It writes
// nothing to the console, asks for nothing, and is never wider than the window.
func look(t *testing.T, b *browser, page []byte) (numbers map[string]int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	url := "file://" + filepath.ToSlash(file)
	require.NoError(t, os.WriteFile(file, page, 0o600))
	for _, width := range []int{400, 1400} {
		for _, scheme := range []string{"light", "dark"} {
			b.call(t, "Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			b.call(t, "Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
			b.open(t, url, width)
			b.call(t, "Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil)
			urls, complaints := b.requests(t)
			assert.Equal(t, []string{url}, urls)
			assert.Empty(t, complaints)

			b.ask(t, `document.querySelectorAll('details').forEach(d => d.open = true)`+"\n"+`0`, new(int))
			fits(t, b, width, scheme)
		}
	}
	b.ask(t, numbersOf, &numbers)
	return numbers
}

// fits says that nothing of a page is wider than the window, and that it has the colours
// of the scheme.
func fits(t *testing.T, b *browser, width int, scheme string) {
	t.Helper()
	var wide []string
	b.ask(t, `[document.documentElement, ...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 200))`, &wide)
	assert.Empty(t, wide, "at %d", width)
	var back string
	b.ask(t, `getComputedStyle(document.body).backgroundColor`, &back)
	assert.Equal(t, map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme], back)
}

// both returns the reports of one run in JSON and HTML.
func both(t *testing.T, code int, json string, args ...string) (asJSON, asHTML []byte) {
	t.Helper()
	dir := t.TempDir()
	kuniq(t, root(t), code, append(args, "-o", json+"="+filepath.Join(dir, "json"), "-o", "html="+filepath.Join(dir, "html"))...)
	asJSON, err := os.ReadFile(filepath.Join(dir, "json"))
	require.NoError(t, err)
	asHTML, err = os.ReadFile(filepath.Join(dir, "html"))
	require.NoError(t, err)
	return asJSON, asHTML
}

// severities counts findings.
func severities(all []struct{ Severity string }) map[string]int {
	counts := map[string]int{}
	for _, d := range all {
		counts[d.Severity]++
	}
	return counts
}

// TestPageOfCheck: a page has the numbers of the JSON of the same run.
func TestPageOfCheck(t *testing.T) {
	asked(t)
	b := startBrowser(t)
	hostile := t.TempDir()
	name := `</style></script><img src=x onerror=alert(1)>.yaml`
	name = strings.ReplaceAll(name, "/", "_")
	require.NoError(t, os.WriteFile(filepath.Join(hostile, name), []byte(strings.Repeat(
		"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"</script><img src=https://example.com/x.png>\"}\n", 2)+"---\n{{ x }}\n"), 0o600))
	for _, tt := range []struct {
		code int
		args []string
	}{
		{1, []string{"check", "--show-values", "--files", "examples/incident/head"}},
		{0, []string{"check", "examples/incident/base"}},
		{3, []string{"check", hostile}},
		{1, []string{"argocd", "check", "examples/argocd/head"}},
		{1, []string{"argocd", "guard", "examples/argocd/base/env/prod01"}},
	} {
		asJSON, page := both(t, tt.code, "json", tt.args...)
		var want struct {
			Files, Objects                     int
			Diagnostics                        []struct{ Severity string }
			Unread, Suppressed, Stale, Skipped []struct{}
			Accounting                         struct{ Compared, Inputs, NotManifests, LeftOut, Unread int }
		}
		require.NoError(t, json.Unmarshal(asJSON, &want))
		numbers := look(t, b, page)
		counts := severities(want.Diagnostics)
		for key, n := range map[string]int{
			"files": want.Files, "objects": want.Objects, "errors": counts["error"], "warnings": counts["warning"], "infos": counts["info"],
			"unread": len(want.Unread), "suppressed": len(want.Suppressed), "stale": len(want.Stale), "skipped": len(want.Skipped),
			"compared": want.Accounting.Compared, "inputs": want.Accounting.Inputs, "notManifests": want.Accounting.NotManifests,
			"leftOut": want.Accounting.LeftOut, "filesUnread": want.Accounting.Unread,
		} {
			assert.Equal(t, n, numbers[key], "%s of %v", key, tt.args)
		}
		var findings int
		b.ask(t, `document.querySelectorAll('[data-finding]').length`, &findings)
		assert.Equal(t, len(want.Diagnostics), findings)
	}
}

func TestPageOfList(t *testing.T) {
	asked(t)
	b := startBrowser(t)
	lines, page := both(t, 0, "jsonl", "list", "-n", "shop", "--set", "{side}", "examples/incident")
	numbers := look(t, b, page)
	type object struct{ Set, Group, Kind, Namespace, Name string }
	times, sets, shared := map[object]int{}, map[string]bool{}, 0
	for line := range strings.Lines(string(lines)) {
		var o object
		require.NoError(t, json.Unmarshal([]byte(line), &o))
		sets[o.Set] = true
		if times[o]++; times[o] == 2 {
			shared++
		}
	}
	assert.Equal(t, strings.Count(string(lines), "\n"), numbers["objects"])
	assert.Equal(t, len(sets), numbers["sets"])
	assert.Equal(t, shared, numbers["shared"])
	assert.Positive(t, shared)
}

func TestPageOfImpact(t *testing.T) {
	asked(t)
	b := startBrowser(t)
	asJSON, page := both(t, 1, "json", "argocd", "impact", "--base", "examples/argocd/base", "--head", "examples/argocd/head")
	type finding = struct{ Severity string }
	var want struct {
		Compared  int
		Findings  []finding
		Deployers []struct {
			Before, After, Lost, StateLost int
			Findings                       []finding
			Removed                        []struct{ Outcome string }
		}
	}
	require.NoError(t, json.Unmarshal(asJSON, &want))
	sums := map[string]int{"compared": want.Compared, "deployers": len(want.Deployers)}
	all, outcomes := want.Findings, map[string]int{}
	for _, d := range want.Deployers {
		sums["before"] += d.Before
		sums["after"] += d.After
		sums["lost"] += d.Lost
		sums["stateLost"] += d.StateLost
		sums["removed"] += len(d.Removed)
		all = append(all, d.Findings...)
		for _, r := range d.Removed {
			outcomes[r.Outcome]++
		}
	}
	counts := severities(all)
	sums["errors"], sums["warnings"] = counts["error"], counts["warning"]
	numbers := look(t, b, page)
	for key, n := range sums {
		assert.Equal(t, n, numbers[key], key)
	}
	var rows []struct {
		Outcome string
		N       int
	}
	b.ask(t, `[...document.querySelectorAll('[data-outcome]')].map(e => ({outcome: e.dataset.outcome, n: +e.dataset.n}))`, &rows)
	for _, r := range rows {
		outcomes[r.Outcome] -= r.N
	}
	for outcome, n := range outcomes {
		assert.Zero(t, n, outcome)
	}
	assert.NotEmpty(t, rows)
}
