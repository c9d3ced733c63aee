package oracle

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/impact"
)

// FuzzHTML: a parser of HTML finds the same elements and attributes in a page, whatever
// the strings of the input are.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"", "<b>x</b>", "<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "</script>", "\" onclick=\"x", "' x='",
		"<a href=javascript:alert(1)>", "javascript:alert(1)", "https://example.com/", "<!--", "-->", "]]>", "<n>", "&lt;b&gt;", "&#60;b>",
		"{{.}}", "\x00", "\xff<b>", "\n::error::x", "##[command]x", "\u202eabc", "\u2028", "expression(alert(1))", "url(//example.com)",
		"<details open>", "</details></section></main>", "<svg onload=x>", "<base href=//example.com>", "<meta http-equiv=refresh>", "Secret", "世界",
		"/a/b", "a/prod/b",
	} {
		f.Add(s, "web", "Service", "prod", "twice", "broken")
		f.Add("a.yaml", s, "Service", "prod", "twice", "broken")
		f.Add(s, s, s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		hostile := [6]string{file, name, kind, set, message, reason}
		harmless := hostile
		for i, s := range hostile {
			if s != "" && s != "Secret" {
				harmless[i] = string(rune('b' + i))
			}
		}
		for i, page := range pages(t, hostile) {
			want := pages(t, harmless)[i]
			require.Equal(t, elements(t, want), elements(t, page), "%s", page)
			require.Equal(t, strings.Count(want, "\n"), strings.Count(page, "\n"))
			require.NotContains(t, page, "##")
			require.Equal(t, -1, strings.IndexFunc(page, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }), "%q", page)
		}
	})
}

// pages are a report, an inventory and an impact with the strings in every place.
func pages(t *testing.T, in [6]string) (all []string) {
	t.Helper()
	file, name, kind, set, message, reason := in[0], in[1], in[2], in[3], in[4], in[5]
	at := func(file string) dupcheck.Declaration {
		return dupcheck.Declaration{
			Position:   dupcheck.Position{File: file, Line: 1, Column: 2, Path: name, Origin: file},
			APIVersion: kind, Kind: kind, Namespace: name, Name: name, GenerateName: name,
		}
	}
	id := dupcheck.ID{Group: kind, Kind: kind, Namespace: set, Name: name}
	d := dupcheck.Diagnostic{
		Rule: dupcheck.DuplicateObject, Severity: dupcheck.Error, Set: set, ID: id, Message: message, Effect: message, Advice: message, LastWins: true,
		Differs: []string{name}, DiffersMore: 1, Values: []dupcheck.Difference{{Path: name, Values: []string{reason, message}}},
		Declarations: []dupcheck.Declaration{at(file), at(file)},
	}
	other := d
	other.Rule, other.Values = dupcheck.Rule("x"+reason), nil
	var page strings.Builder
	require.NoError(t, report.HTML(&page, dupcheck.Report{
		Diagnostics: []dupcheck.Diagnostic{d, other}, Objects: 1,
		Unread:     []dupcheck.Unread{{File: file, Line: 1, Reason: reason, Code: dupcheck.Code("x" + reason)}},
		Allowed:    []dupcheck.Allowed{{File: file, Setting: set, Because: reason}},
		Skipped:    []dupcheck.Skipped{{File: file, Reason: reason}},
		Suppressed: []dupcheck.Suppressed{{Diagnostic: d, By: dupcheck.ByIgnore, Pattern: reason, Reason: reason}},
		Stale:      []dupcheck.Accepted{{Rule: other.Rule, Set: set, ID: id, Files: []string{file}}},
		States:     []dupcheck.FileState{{File: file, Reason: reason, Target: name}}, Accounting: dupcheck.Accounting{Compared: 1},
	}, report.Options{Version: reason, Ways: map[dupcheck.Code]string{dupcheck.Code("x" + reason): message}}))
	all = append(all, page.String())
	page.Reset()
	l, err := report.NewList(&page, "html")
	require.NoError(t, err)
	for range 2 {
		l.Add(report.Entry{Set: set, ID: dupcheck.ID{Group: kind, Kind: kind, Namespace: set, Name: "n" + name}, APIVersion: kind, File: file, Root: "r" + name})
	}
	l.Unread([]dupcheck.Unread{{File: file, Reason: reason}})
	require.NoError(t, l.Close())
	all = append(all, page.String())
	for _, severity := range []dupcheck.Severity{dupcheck.Error, dupcheck.Warning} { // with errors nothing is asked for
		page.Reset()
		require.NoError(t, impact.Write(&page, "html", changes(in, severity), impact.WriteOptions{Version: reason}))
		all = append(all, page.String())
	}
	return all
}

// changes is an impact with the strings in every place.
func changes(in [6]string, severity dupcheck.Severity) impact.Impact {
	file, name, kind, set, message, reason := in[0], in[1], in[2], in[3], in[4], in[5]
	id, at := dupcheck.ID{Kind: kind, Namespace: set, Name: name}, dupcheck.Position{File: file, Line: 1}
	f := impact.Finding{Rule: dupcheck.Rule(reason), Severity: severity, Message: message, Advice: message, At: at}
	return impact.Impact{
		Deployers: []impact.Change{{
			Deployer: id, Instance: set, At: at, Before: 2, After: 1, Unresolved: reason, Allowed: &impact.Allowance{From: reason},
			Fields:   []impact.FieldChange{{Path: name, Before: reason, After: message}},
			Policy:   []impact.PolicyChange{{Message: message, Worse: true}},
			Removed:  []impact.RemovedObject{{ID: id, State: reason, Note: reason, At: at}},
			Findings: []impact.Finding{f},
		}},
		General: []impact.Finding{f}, Hidden: reason, NotKnown: []dupcheck.Allowed{{File: file, Setting: set, Because: reason}},
		Acknowledgements: []impact.Acknowledgement{{Guard: name, Annotation: name, Object: id, At: at, Value: reason, Command: message, Found: reason}},
	}
}

// elements are the elements of a page with their attributes, in the order of the page.
// None is a script or has a handler, and an address is that of a section or of the rules.
func elements(t *testing.T, page string) (all []string) {
	t.Helper()
	address := regexp.MustCompile(`^(#[rd0-9-]+|data:,|` + regexp.QuoteMeta(dupcheck.RulesPage) + `#[a-z-]+)$`)
	node, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range node.Descendants() {
		switch n.Type {
		case html.CommentNode:
			require.Fail(t, "a comment", n.Data)
		case html.ElementNode:
			text := n.Data
			require.NotContains(t, []string{"script", "img", "iframe", "object", "embed", "form", "base", "svg"}, n.Data)
			for _, a := range n.Attr {
				require.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src", a.Key)
				if a.Key == "href" {
					require.Regexp(t, address, a.Val)
				}
				text += " " + a.Key + "=" + a.Val
			}
			all = append(all, text)
		}
	}
	return all
}
