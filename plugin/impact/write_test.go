package impact

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// fleet is a change of so many Applications, each of which loses something else.
func fleet(n int) Impact {
	var base, head deploy.Snapshot
	for i := range n {
		name := fmt.Sprintf("app-%d", i)
		objects := many(i + 3)
		for k := range objects {
			objects[k] += "-" + name
		}
		before := append([]string{"PersistentVolumeClaim/data-" + name}, objects...)
		after := objects[1:]
		if i%3 == 0 { // which keeps its claim
			after = append([]string{before[0]}, objects[1+i%2:]...)
		}
		base.Deployers = append(base.Deployers, deployer(name, before...))
		head.Deployers = append(head.Deployers, deployer(name, after...))
	}
	return Compare(base, head, Options{MaxPrune: Limit{Set: true, Percent: 50}})
}

func write(t *testing.T, format string, i Impact, o WriteOptions) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, Write(&out, format, i, o))
	return out.String()
}

// unfolded are the lines that a comment shows before anything in it is unfolded.
func unfolded(markdown string) []string {
	return strings.Split(regexp.MustCompile(`(?s)<details>.*?</details>`).ReplaceAllString(markdown, ""), "\n")
}

// TestNumbers: the tables for people have the numbers of the JSON, the worst first, and
// thirty Applications are few lines.
func TestNumbers(t *testing.T) {
	i := fleet(30)
	var parsed struct {
		Deployers []struct {
			ID                             dupcheck.ID
			Before, After, Lost, StateLost int
			Verdict                        string
			Counts                         map[string]int
			Removed                        []json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal([]byte(write(t, "json", i, WriteOptions{})), &parsed))
	require.Len(t, parsed.Deployers, 30)
	text, markdown := write(t, "text", i, WriteOptions{}), write(t, "markdown", i, WriteOptions{})
	var rows, cells []string
	state := parsed.Deployers[0].StateLost
	for _, d := range parsed.Deployers {
		assert.Equal(t, d.Lost, d.Counts["pruned"]+d.Counts["deleted"])
		assert.Len(t, d.Removed, d.Lost)
		assert.LessOrEqual(t, d.StateLost, state)
		state = d.StateLost
		rows = append(rows, fmt.Sprintf("Application argocd/%s %d %d %d %d %s", d.ID.Name, d.Before, d.After, d.Lost, d.StateLost, d.Verdict))
		cells = append(cells, fmt.Sprintf("| Application argocd/%s | %d | %d | %d | %d | %s %s |",
			d.ID.Name, d.Before, d.After, d.Lost, d.StateLost, map[string]string{"fails": ":x:", "review": ":warning:"}[d.Verdict], d.Verdict))
		assert.Contains(t, text, fmt.Sprintf("Application argocd/%s: %d objects before, %d after\n", d.ID.Name, d.Before, d.After))
		assert.Contains(t, markdown, fmt.Sprintf("### Application argocd/%s: %d objects before, %d after\n", d.ID.Name, d.Before, d.After))
	}
	assert.Contains(t, strings.ReplaceAll(regexp.MustCompile(` +`).ReplaceAllString(text, " "), " \n", "\n"), strings.Join(rows, "\n"))
	assert.Contains(t, markdown, strings.Join(cells, "\n"))
	assert.Contains(t, text, i.Headline()+"\n")
	assert.LessOrEqual(t, len(unfolded(markdown)), 80)
	assert.Len(t, regexp.MustCompile(`(?m)^\| Application`).FindAllString(strings.Join(unfolded(markdown), "\n"), -1), 30)
}

// TestWorstFirst: lost state counts more than the number of lost objects.
func TestWorstFirst(t *testing.T) {
	i := Compare(
		state(deployer("a", append(many(9), "Namespace/a")...), deployer("b", "Namespace/b", "PersistentVolumeClaim/b")),
		state(deployer("a"), deployer("b")), Options{},
	)
	require.Len(t, i.Deployers, 2)
	assert.Equal(t, "b", i.Deployers[0].Deployer.Name)
}

// TestRoom: a comment is not longer than a platform takes, and says what it left out.
func TestRoom(t *testing.T) {
	markdown := write(t, "markdown", fleet(500), WriteOptions{})
	assert.Less(t, len(markdown), 65_536)
	assert.Regexp(t, `\n\d+ parts had no room in this comment; `, markdown)
	assert.Contains(t, markdown, "and 450 more deployers: ")
	assert.Equal(t, strings.Count(markdown, "<details"), strings.Count(markdown, "</details>"))

	long := strings.Repeat("@", 5000)
	var base, head deploy.Snapshot
	for i := range mostRows {
		name := fmt.Sprint(long, i)
		base.Deployers, head.Deployers = append(base.Deployers, deployer(name, "Namespace/n")), append(head.Deployers, deployer(name))
	}
	assert.Less(t, len(write(t, "markdown", Compare(base, head, Options{}), WriteOptions{})), 65_536)
	i := Compare(state(deployer(long, "Namespace/"+long)), state(deployer(long)), Options{Hidden: long})
	assert.Less(t, len(write(t, "markdown", i, WriteOptions{})), 65_536)
}

// TestSame: what is the same of several deployers is told once, and what loses nothing in
// one line.
func TestSame(t *testing.T) {
	var base, head deploy.Snapshot
	for i := range 5 {
		name := fmt.Sprintf("app-%d", i)
		b := deployer(name, fmt.Sprintf("Namespace/n%d", i/4))
		h := deployer(name)
		b.Destination.Server, h.Destination.Server = name, name
		base.Deployers, head.Deployers = append(base.Deployers, b), append(head.Deployers, h)
	}
	i := Compare(base, head, Options{})
	for _, name := range []string{"x", "y"} {
		i.Deployers = append(i.Deployers, Change{Deployer: deployer(name).ID, Before: 1, After: 2})
	}
	text := write(t, "text", i, WriteOptions{})
	assert.Contains(t, text, "the same for 3 more: Application argocd/app-1, Application argocd/app-2, Application argocd/app-3\n")
	assert.Equal(t, 2, strings.Count(text, "1 object that holds state"))
	assert.Contains(t, text, "\n2 deployers change and lose nothing: Application argocd/x, Application argocd/y\n")
}

func TestColor(t *testing.T) {
	i := fleet(1)
	i.Deployers = append(i.Deployers, Change{Deployer: deployer("kept").ID, Removed: []RemovedObject{{ID: dupcheck.ID{Kind: "Secret", Name: "s"}, Outcome: Kept}}})
	plain, coloured := write(t, "text", i, WriteOptions{}), write(t, "text", i, WriteOptions{Color: true})
	assert.NotContains(t, plain, "\x1b")
	assert.Contains(t, coloured, "\x1b[31m- ConfigMap x/c0-app-0\x1b[0m", "removed: red")
	assert.Contains(t, coloured, "\x1b[33m1 Secret would be kept\x1b[0m", "kept: yellow")
	assert.Contains(t, coloured, "\x1b[32mApplication argocd/kept", "safe: green")
	assert.Equal(t, plain, regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(coloured, ""))
}

func TestLinks(t *testing.T) {
	i := fleet(1)
	place := func(file string) string {
		i.Deployers[0].Findings[0].At = dupcheck.Position{File: file, Line: 3}
		return write(t, "markdown", i, WriteOptions{FileURL: "https://git.example.com/o/r/blob/abc"})
	}
	assert.Contains(t, place("env/a b#(c)?.yaml"), "](https://git.example.com/o/r/blob/abc/env/a%20b%23%28c%29%3F.yaml#L3)")
	for _, file := range []string{"../x.yaml", "/x.yaml", "a/../../x.yaml"} {
		assert.NotContains(t, place(file), "https://git", file)
	}
	place("x.yaml")
	for _, base := range []string{"javascript:alert(1)//", "ftp://x/y", "https://x/y)[a](z", "//x/y", "https://x/\ny", ""} {
		assert.NotContains(t, write(t, "markdown", i, WriteOptions{FileURL: base}), "](", base)
	}
	i.Deployers[0].Findings[0].At = i.Deployers[0].Removed[0].At
	assert.NotContains(t, write(t, "markdown", i, WriteOptions{FileURL: "https://x/y"}), "](", "the object is at base")
}

func TestMark(t *testing.T) {
	i := fleet(1)
	for tool, want := range map[string]string{"": "<!-- kuniq impact -->\n", "flux": "<!-- kuniq impact flux -->\n", "--> x": "<!-- kuniq impact -->\n"} {
		assert.True(t, strings.HasPrefix(write(t, "markdown", i, WriteOptions{Tool: tool}), want), tool)
	}
	assert.Contains(t, write(t, "markdown", i, WriteOptions{Version: "v1.2.3"}), "kuniq v1.2.3")
}

// TestJUnit: deployers that are as before are a passed test, not a skipped one.
func TestJUnit(t *testing.T) {
	same := state(deployer("a", "ConfigMap/c"))
	passed := write(t, "junit", Compare(same, same, Options{}), WriteOptions{})
	assert.Contains(t, passed, `tests="1" failures="0" errors="0" skipped="0"`)
	assert.Contains(t, passed, "no object would be deleted")
	failed := write(t, "junit", fleet(2), WriteOptions{})
	assert.NotContains(t, failed, `failures="0"`)
	assert.Contains(t, write(t, "junit", Impact{}, WriteOptions{}), `skipped="1"`)
}

// injections are names that mean something to a format.
var injections = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=y>`, "\x1b[31m", "a\n- b", "[x](javascript:alert(1))",
	"![x](https://evil.example)", "a|b", "`a`", "```", "@team", "#1", "GH-26", "https://evil.example", "www.evil.example",
	"--> <!-- kuniq impact -->", "</details>", "]]>", "::error::x", "javascript:alert(1)", "<!-- kuniq impact -->",
}

// TestInjection: no name is markup, a link or a mention in any format.
func TestInjection(t *testing.T) {
	for _, s := range injections {
		b := deployer(s, "Namespace/"+s, s+"/"+s)
		b.Destination.Server, b.Instance = s, s
		h := b
		h.Desired.Objects = nil
		h.Fields = []deploy.Field{{Path: s, Value: s, At: dupcheck.Position{File: s, Line: 3}}}
		i := Compare(state(b), state(h), Options{Hidden: s})
		for _, format := range formats {
			out := write(t, format, i, WriteOptions{FileURL: "https://git.example.com/o/r/blob/abc", Tool: s, Version: s})
			switch format {
			case "markdown":
				assertPlain(t, s, out)
			case "junit":
				d := xml.NewDecoder(strings.NewReader(out))
				for {
					token, err := d.Token()
					if err == io.EOF {
						break
					}
					require.NoError(t, err, s)
					if e, ok := token.(xml.StartElement); ok {
						assert.Contains(t, []string{"testsuites", "testsuite", "testcase", "failure", "system-out"}, e.Name.Local)
					}
				}
			}
			for line := range strings.Lines(out) {
				assertHarmless(t, format, strings.TrimSuffix(line, "\n"))
			}
		}
	}
}

var (
	codeSpan = regexp.MustCompile("`[^`\n]*`")
	ownTags  = regexp.MustCompile(`</?(details|summary|sub|br)( open)?>|\A<!-- kuniq impact -->`)
	ownLinks = regexp.MustCompile(`\]\(https://git\.example\.com/[^ )]*\)`)
)

// assertPlain checks Markdown outside of code for all that has a meaning.
func assertPlain(t *testing.T, name, markdown string) {
	t.Helper()
	rest := codeSpan.ReplaceAllString(ownLinks.ReplaceAllString(ownTags.ReplaceAllString(markdown, ""), ""), "")
	for _, bad := range []string{"<", "](", "![", "@", "GH-26", "://", "www.", "#1"} {
		assert.NotContains(t, rest, bad, name)
	}
}
