package report_test

import (
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

var countAttribute = regexp.MustCompile(`data-count="(\w+)" data-n="(\d+)"`)

// numbersOf are the numbers of a page that are not zero.
func numbersOf(page string) map[string]int {
	out := map[string]int{}
	for _, m := range countAttribute.FindAllStringSubmatch(page, -1) {
		if n, _ := strconv.Atoi(m[2]); n > 0 {
			out[m[1]] = n
		}
	}
	return out
}

func TestHTML(t *testing.T) {
	r := harmless.report()
	r.Unread[0].Code, r.Accounting = dupcheck.Template, dupcheck.Accounting{Compared: 1, Unread: 2}
	r.Diagnostics[1].Rule = dupcheck.NearDuplicate
	out := render(t, "html", r, report.Options{Version: "v1.2.3", Ways: map[dupcheck.Code]string{dupcheck.Template: "render it"}})
	assert.Equal(t, map[string]int{
		"files": 1, "objects": 3, "errors": 1, "warnings": 1, "unread": 1, "suppressed": 1, "stale": 1, "skipped": 1,
		"compared": 1, "filesUnread": 2,
	}, numbersOf(out))
	for _, want := range []string{
		`<h1 class="verdict bad" data-level="bad">1 error, 1 warning, 1 part not read`,
		`<tr><td><a href="#r0">duplicate-object</a> <span class="bad">error</span></td><td><code>.</code></td><td class="n">1</td></tr>`,
		`<section id="r0" data-rule data-n="1">`,
		`<a href="` + dupcheck.RulesPage + `#near-duplicate">`,
		`<h3>3. <code>a.yaml:3:9</code> <span class="badge warn">wins</span></h3>`,
		`<thead><tr><th scope="col">in 1</th><th scope="col">in 2</th></tr></thead>`,
		`<tr><td><code>broken</code></td><td><code>twice</code></td></tr>`,
		`<summary>1 part: template</summary>`, `<b>Help:</b> render it`,
		"Written by kuniq v1.2.3.",
	} {
		assert.Contains(t, out, want)
	}
}

// TestHTMLSecrets: a page has no value of a Secret, even if the report has one.
func TestHTMLSecrets(t *testing.T) {
	r := harmless.report()
	d := &r.Diagnostics[0]
	d.Values = []dupcheck.Difference{{Path: "data.password", Values: []string{"hunter2", ""}}}
	assert.Contains(t, render(t, "html", r, report.Options{}), "hunter2")
	d.Declarations[1].Kind = "Secret"
	assert.NotContains(t, render(t, "html", r, report.Options{}), "hunter2")
}

func TestHTMLVerdict(t *testing.T) {
	warning := harmless.report().Diagnostics[1:]
	for _, tt := range []struct {
		r    dupcheck.Report
		want string
	}{
		{dupcheck.Report{Files: 1, Objects: 2}, `data-level="good">no duplicates<`},
		{dupcheck.Report{}, `data-level="warn">nothing was checked<`},
		{dupcheck.Report{Objects: 2, Diagnostics: warning}, `data-level="warn">1 warning`},
		{dupcheck.Report{Objects: 2, Unread: []dupcheck.Unread{{File: "a"}}}, `data-level="bad">1 part not read<`},
	} {
		assert.Contains(t, render(t, "html", tt.r, report.Options{}), tt.want)
	}
}

// TestHTMLIsBounded: of 100,000 findings a page shows some of each rule, and says how
// many there are.
func TestHTMLIsBounded(t *testing.T) {
	var r dupcheck.Report
	d := harmless.report().Diagnostics[0]
	for i := range 100_000 {
		d.Declarations = []dupcheck.Declaration{{Position: dupcheck.Position{File: fmt.Sprintf("d%d/a.yaml", i%500)}}}
		r.Diagnostics = append(r.Diagnostics, d)
		r.Unread = append(r.Unread, dupcheck.Unread{File: d.Declarations[0].File, Code: dupcheck.Absent})
		r.States = append(r.States, dupcheck.FileState{File: d.Declarations[0].File})
		r.Suppressed = append(r.Suppressed, dupcheck.Suppressed{Diagnostic: d})
	}
	r.Accounting.Compared = len(r.States)
	other := d
	other.Rule = dupcheck.NearDuplicate
	r.Diagnostics = append(r.Diagnostics, other)
	out := render(t, "html", r, report.Options{})
	assert.Less(t, len(out), 3<<20)
	assert.Equal(t, 501, strings.Count(out, "data-finding"))
	for _, want := range []string{
		"99500 more findings of this rule had no room", "99000 more parts had no room", "99000 more files had no room",
		"99900 more findings that are not counted had no room", "401 more rows had no room",
	} {
		assert.Contains(t, out, want)
	}
	assert.Equal(t, 100_000, numbersOf(out)["unread"])
}

func TestListHTML(t *testing.T) {
	web := report.Entry{Set: "prod", ID: dupcheck.ID{Kind: "Service", Name: "web"}, File: "env/prod/web.yaml", Line: 1, Root: "env/prod/web"}
	other, staging, plain := web, web, web
	other.Root, other.Line = "env/prod/other", 2
	staging.Set, staging.Root = "staging", "env/staging/web"
	plain.Root, plain.Kind = "", "ConfigMap"
	out := list(t, "html", web, other, other, staging, plain)
	assert.Equal(t, map[string]int{"objects": 5, "sets": 2, "deployers": 4, "shared": 1}, numbersOf(out))
	for _, want := range []string{
		`<th scope="row"><code>env/*/web</code></th><td class="n">1</td><td class="n">1</td><td class="n">2</td>`,
		`<th scope="row"><code>env/*/other</code></th><td class="n">2</td><td class="n"><span class="none">-</span></td><td class="n">2</td>`,
		`<code>env/prod/web.yaml:1 from env/prod/web</code><br><code>env/prod/web.yaml:2 from env/prod/other</code>`,
		`<summary><b>prod</b>: 4 objects, 3 deployers, <span class="warn">1 declared more than once</span></summary>`,
		`<th scope="row"><code>env/prod</code> (files)</th><td class="n">1</td><td>ConfigMap (1)</td>`,
	} {
		assert.Contains(t, out, want)
	}
	assert.Contains(t, list(t, "html"), `data-level="warn">0 objects in 0 sets`)
}

// TestListHTMLUnread: an inventory that lacks objects says so.
func TestListHTMLUnread(t *testing.T) {
	var out strings.Builder
	l, err := report.NewList(&out, "html")
	require.NoError(t, err)
	l.Unread([]dupcheck.Unread{{File: "a.yaml", Line: 3, Reason: "broken"}})
	require.NoError(t, l.Close())
	assert.Contains(t, out.String(), `data-level="bad"`)
	assert.Contains(t, out.String(), `<code>a.yaml:3</code>: broken`)
}

// TestListHTMLIsBounded: a million objects are a small page, in little memory.
func TestListHTMLIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("a million objects")
	}
	var out strings.Builder
	l, err := report.NewList(&out, "html")
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range 1_000_000 {
		n := i % 900_000
		l.Add(report.Entry{
			Set: fmt.Sprintf("c%03d", n%300), Root: fmt.Sprintf("r%d", n%30000), File: fmt.Sprintf("f%d", n%30000),
			ID: dupcheck.ID{Kind: fmt.Sprintf("K%d", n%50), Name: fmt.Sprintf("n%d", n)},
		})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int(after.HeapAlloc)-int(before.HeapAlloc), 256<<20)
	require.NoError(t, l.Close())
	assert.Less(t, out.Len(), 3<<20)
	assert.Equal(t, map[string]int{"objects": 1_000_000, "sets": 300, "deployers": 30_000, "shared": 100_000}, numbersOf(out.String()))
	for _, want := range []string{"99500 more objects had no room", "200 more sets had no room", "50 more deployers had no room", "-o jsonl has all of them"} {
		assert.Contains(t, out.String(), want)
	}
}
