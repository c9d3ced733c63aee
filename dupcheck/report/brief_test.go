package report_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// thousand is a report of a thousand findings of many rules in many directories, and
// of parts that could not be read for many reasons.
func thousand() dupcheck.Report {
	r := dupcheck.Report{Files: 3000, Objects: 2000}
	rules := dupcheck.AllRules()
	for i := range 1000 {
		rule := rules[i*i%len(rules)]
		name := fmt.Sprintf("x%d", i)
		d := dupcheck.Diagnostic{
			Rule: rule.Rule, Severity: rule.Severity, ID: dupcheck.ID{Kind: "Service", Name: name},
			Message: name + " is wrong", Advice: "mend " + string(rule.Rule), Effect: "it is lost", LastWins: true,
			Values: []dupcheck.Difference{{Path: "a"}, {Path: "b"}, {Path: "c"}},
		}
		for j := range 3 {
			at := at(fmt.Sprintf("d%d/%d/a.yaml", i%97, i), j+1, 9)
			d.Declarations = append(d.Declarations, declared("Service", name, at))
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	for i := range 50 {
		r.Unread = append(r.Unread, dupcheck.Unread{File: "u", Code: dupcheck.Code(fmt.Sprint(i % 25)), Reason: "r"})
	}
	return r
}

// TestBrief: a thousand findings are at most 120 lines, of which the numbers are those
// of the JSON.
func TestBrief(t *testing.T) {
	r := thousand()
	var back struct {
		Diagnostics []struct{ Rule, Severity string }
	}
	require.NoError(t, json.Unmarshal([]byte(render(t, "json", r, report.Options{})), &back))
	want := map[string]int{}
	levels := map[string]int{}
	for _, d := range back.Diagnostics {
		want[d.Severity+" "+d.Rule]++
		levels[d.Severity]++
	}
	line := func(string, int) (string, bool) { return "  name: x", true }
	out := render(t, "text", r, report.Options{Brief: true, Source: line})
	assert.LessOrEqual(t, strings.Count(out, "\n"), 120)
	first, _, _ := strings.Cut(out, "\n")
	assert.True(t, strings.HasPrefix(first, fmt.Sprintf("%d errors, %d warnings, 50 parts not read: ", levels["error"], levels["warning"])), first)
	got := map[string]int{}
	for _, row := range regexp.MustCompile(`(?m)^ +(\d+) (\w+) +([a-z-]+) +d\d+/\d+ \(1\), .* and (\d+) more$`).FindAllStringSubmatch(out, -1) {
		n, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		got[row[2]+" "+row[3]] = n
		assert.Equal(t, strconv.Itoa(n-3), row[4])
	}
	assert.Equal(t, want, got)
	assert.Equal(t, 10, strings.Count(out, " is wrong ["))
	for rule := range want {
		if strings.HasPrefix(rule, "error ") {
			assert.Contains(t, out, "["+strings.TrimPrefix(rule, "error ")+"]")
		}
	}
	assert.Contains(t, out, "--all shows every one")
	for _, o := range []report.Options{{}, {Brief: false, Source: line}} {
		assert.Equal(t, 1000, strings.Count(render(t, "text", r, o), " is wrong ["))
	}
	for _, format := range report.Formats()[1:] {
		assert.Equal(t, render(t, format, r, report.Options{}), render(t, format, r, report.Options{Brief: true}), format)
	}
}

// TestBriefFewFindings: up to 20 are shown one by one.
func TestBriefFewFindings(t *testing.T) {
	r := thousand()
	r.Unread = nil
	for n, want := range map[int]int{20: 20, 21: 10} {
		r.Diagnostics = thousand().Diagnostics[:n]
		assert.Equal(t, want, strings.Count(render(t, "text", r, report.Options{Brief: true}), " is wrong ["))
	}
}

// TestMarkdownOfAThousand: above the fold are a table that counts all and ten findings.
func TestMarkdownOfAThousand(t *testing.T) {
	out := render(t, "markdown", thousand(), report.Options{})
	above, below, _ := strings.Cut(out, "<details>")
	assert.LessOrEqual(t, strings.Count(above, "\n"), 200)
	assert.Equal(t, 10, strings.Count(above, " is wrong |"))
	total := 0
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+) \| (?:error|warning) \| \[`).FindAllStringSubmatch(above, -1) {
		n, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		total += n
	}
	assert.Equal(t, 1000, total)
	assert.Equal(t, 1, strings.Count(below, "</details>"))
}

// TestHelpOnce: the same advice is not given twice.
func TestHelpOnce(t *testing.T) {
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{
		{Rule: dupcheck.NoName, Message: "a", Advice: "give it a name"},
		{Rule: dupcheck.NoName, Message: "b", Advice: "give it a name"},
		{Rule: dupcheck.NoName, Message: "c", Advice: "remove it"},
	}}
	out := render(t, "text", r, report.Options{})
	assert.Equal(t, []string{"help: give it a name", "help: remove it"}, regexp.MustCompile(`(?m)^help: .*$`).FindAllString(out, -1))
	assert.Equal(t, 3, strings.Count(report.Details(r), "help: "))
}

// TestLinks: rules are links where the address needs no escape.
func TestLinks(t *testing.T) {
	const link = "[\x1b]8;;" + dupcheck.RulesPage + "#duplicate-object\x1b\\duplicate-object\x1b]8;;\x1b\\]"
	assert.Contains(t, render(t, "text", incident(), report.Options{Links: true}), link)
	assert.NotContains(t, render(t, "text", incident(), report.Options{Color: true}), "\x1b]")
	for _, address := range []string{
		"", "javascript:alert(1)", "http://x.example", "https://x.example/a b", "https://x.example/\x1b\\", "https://x.example/)", "https://x.example/\n", "https://x.example/##a",
	} {
		o := report.Options{Links: true, Rules: dupcheck.RuleTable{{Rule: dupcheck.DuplicateObject, Help: address}}}
		for _, format := range []string{"text", "markdown", "github"} {
			out := render(t, format, incident(), o)
			assert.NotContains(t, out, "\x1b]", "%q", address)
			assert.NotContains(t, out, "](", "%q", address)
			if address != "" {
				assert.NotContains(t, out, address)
			}
		}
	}
}
