package impact

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
)

// losing returns changes of that many deployers, each of which loses two objects.
func losing(n int) (i Impact) {
	for k := range n {
		i.Deployers = append(i.Deployers, Change{
			Deployer: dupcheck.ID{Kind: "Application", Name: fmt.Sprintf("app-%d", k)}, Before: 3, After: k % 7, Fields: []FieldChange{{Path: "spec.source.path", Before: "a", After: "b"}},
			Removed: []RemovedObject{
				{ID: dupcheck.ID{Kind: "Service", Name: fmt.Sprintf("web-%d", k)}, Outcome: Pruned},
				{ID: dupcheck.ID{Kind: "Namespace", Name: fmt.Sprintf("ns-%d", k)}, Outcome: Pruned, State: "everything inside"},
				{ID: dupcheck.ID{Kind: "Secret", Name: fmt.Sprintf("s-%d", k)}, Outcome: Kept},
			},
			Findings: []Finding{{Rule: WouldPrune, Severity: dupcheck.Error, Message: fmt.Sprintf("message %d", k)}},
		})
	}
	i.Compared, i.Resolved = n, n
	return i
}

func TestHTML(t *testing.T) {
	out := write(t, "html", losing(2), WriteOptions{Version: "v1.2.3"})
	numbers := map[string]string{}
	for _, m := range regexp.MustCompile(`data-count="(\w+)" data-n="([1-9]\d*)"`).FindAllStringSubmatch(out, -1) {
		numbers[m[1]] = m[2]
	}
	assert.Equal(t, map[string]string{
		"compared": "2", "deployers": "2", "before": "6", "after": "1", "removed": "6", "lost": "4", "stateLost": "2", "errors": "2",
	}, numbers)
	for _, want := range []string{
		`<h1 class="verdict bad" data-level="bad">`, "kuniq v1.2.3",
		`<a href="#d2">Application app-1</a> <span class="badge bad">fails</span></th><td class="n">3</td><td class="n">1</td><td class="n">2</td><td class="n">1</td>`,
		`<th scope="row">Namespace</th><td>pruned by 2 deployers<br><span class="bad">state lost: everything inside</span></td><td class="n">2</td>`,
		`<details id="d2" open>`, `<td><code>a</code></td><td><code>b</code></td>`, `<code>ns-0</code>`,
	} {
		assert.Contains(t, out, want)
	}
	assert.Less(t, strings.Index(out, `<th scope="row">Namespace`), strings.Index(out, `<th scope="row">Service`), "the worst first")
	assert.Less(t, strings.Index(out, `<th scope="row">Service`), strings.Index(out, `<th scope="row">Secret`))
	assert.Contains(t, write(t, "html", Impact{Compared: 1}, WriteOptions{}), `data-level="good">no object would be deleted<`)
}

// TestHTMLIsBounded: a page of 20,000 deployers is small, and says what it leaves out.
func TestHTMLIsBounded(t *testing.T) {
	i := losing(20_000)
	for k := range 600 {
		i.General = append(i.General, Finding{Message: fmt.Sprintf("general %d", k)})
		i.Deployers[0].Removed = append(i.Deployers[0].Removed, RemovedObject{Outcome: Kept, Note: fmt.Sprintf("because %d", k)})
	}
	out := write(t, "html", i, WriteOptions{})
	assert.Contains(t, out, "100 more findings had no room")
	assert.Contains(t, out, "503 more groups of objects had no room")
	assert.Less(t, len(out), 2<<20)
	assert.Equal(t, mostPageRows, strings.Count(out, "data-deployer"))
	assert.Contains(t, out, "19000 more deployers had no room")
	assert.Contains(t, out, "more deployers in detail had no room")
	assert.Contains(t, out, `data-count="lost" data-n="40000"`)
}
