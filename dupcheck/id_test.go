package dupcheck_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestIDString(t *testing.T) {
	for want, id := range map[string]dupcheck.ID{
		"Application.argoproj.io argocd/web":                {Group: "argoproj.io", Kind: "Application", Namespace: "argocd", Name: "web"},
		"Service web":                                       {Kind: "Service", Name: "web"},
		"ClusterRole.rbac.authorization.k8s.io system:node": {Group: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: "system:node"},
		`Role a/"b c"`:                                      {Kind: "Role", Namespace: "a", Name: "b c"},
		`Role "a/b"`:                                        {Kind: "Role", Name: "a/b"},
		`Role "\x1b[31m\n::error::"`:                        {Kind: "Role", Name: "\x1b[31m\n::error::"},
		`Role "\u00e9"`:                                     {Kind: "Role", Name: "\u00e9"},
		`Role "e\u0301"`:                                    {Kind: "Role", Name: "e\u0301"},
		`Role "\xff"`:                                       {Kind: "Role", Name: "\xff"},
		`Role "\""`:                                         {Kind: "Role", Name: `"`},
		`"a.b" c`:                                           {Kind: "a.b", Name: "c"},
		`a.b c`:                                             {Kind: "a", Group: "b", Name: "c"},
		`"" ""`:                                             {},
		`"".g ""`:                                           {Group: "g"},
		"Kind-1_a." + strings.Repeat("g", 300) + " n.s/n-a_m.e": {Kind: "Kind-1_a", Group: strings.Repeat("g", 300), Namespace: "n.s", Name: "n-a_m.e"},
	} {
		assert.Equal(t, want, id.String())
	}
}

func TestIDCompare(t *testing.T) {
	sorted := []dupcheck.ID{
		{},
		{Name: "a"},
		{Namespace: "a"},
		{Kind: "A"},
		{Kind: "A", Name: "a"},
		{Kind: "A", Name: "\u00e9"},
		{Kind: "A", Namespace: "a", Name: "a"},
		{Kind: "a"},
		{Group: "a"},
		{Group: "a", Kind: "A"},
		{Group: "b"},
	}
	for i, a := range sorted {
		for j, b := range sorted {
			assert.Equal(t, cmp.Compare(i, j), a.Compare(b), "%v and %v", a, b)
		}
	}
}

// FuzzIDString shows that IDs print alike only if they are equal, and that
// what is printed is printable ASCII.
func FuzzIDString(f *testing.F) {
	f.Add("a", "b", "c", "d", "", "a.b", "c", "d")
	f.Add("", "A", "b", "c", "", "A", "", "b/c")
	f.Add("", "A", "", `"`, "", "A", "", `\"`)
	f.Add("", "A", "", "\u00e9", "", "A", "", "e\u0301")
	f.Fuzz(func(t *testing.T, g1, k1, ns1, n1, g2, k2, ns2, n2 string) {
		a := dupcheck.ID{Group: g1, Kind: k1, Namespace: ns1, Name: n1}
		b := dupcheck.ID{Group: g2, Kind: k2, Namespace: ns2, Name: n2}
		assert.Equal(t, a == b, a.String() == b.String(), "%q", a.String())
		assert.Equal(t, a == b, a.Compare(b) == 0)
		assert.Equal(t, a.Compare(b), -b.Compare(a))
		for _, c := range a.String() {
			if c < ' ' || c > '~' {
				t.Errorf("%q is printed", c)
			}
		}
	})
}

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"plain text, \u00e9 and \u4e16": "plain text, \u00e9 and \u4e16",
		`with "quotes" and \`:           `with "quotes" and \`,
		"":                              "",
		"a\nb":                          `"a\nb"`,
		"a\rb":                          `"a\rb"`,
		"\x1b[31m":                      `"\x1b[31m"`,
		"\u0085":                        `"\u0085"`,
		"\u2028":                        `"\u2028"`,
		"\u202eabc":                     `"\u202eabc"`,
		"\u2066":                        `"\u2066"`,
		"\u200b":                        `"\u200b"`,
		"\ufeff":                        `"\ufeff"`,
		"\u00a0":                        `"\u00a0"`,
		"\x00":                          `"\x00"`,
		"\x7f":                          `"\x7f"`,
		"\xff\u00e9":                    `"\xff\u00e9"`,
		"\xe2\x82":                      `"\xe2\x82"`,
	} {
		assert.Equal(t, want, dupcheck.Quote(s), "%+q", s)
		always := dupcheck.QuoteAlways(s)
		assert.True(t, strings.HasPrefix(always, `"`) && strings.HasSuffix(always, `"`))
		if want != s {
			assert.Equal(t, want, always)
		}
	}
	assert.Equal(t, `"with \"quotes\" and \\, \u00e9"`, strings.ReplaceAll(dupcheck.QuoteAlways("with \"quotes\" and \\, \u00e9"), "\u00e9", `\u00e9`))
}

func FuzzQuote(f *testing.F) {
	f.Add("a\n::error::b")
	f.Add("\u202e\xff\"\\")
	f.Fuzz(func(t *testing.T, s string) {
		for _, q := range []string{dupcheck.Quote(s), dupcheck.QuoteAlways(s)} {
			if strings.ContainsFunc(q, func(c rune) bool { return !unicode.IsPrint(c) }) {
				t.Errorf("%+q is not harmless", q)
			}
		}
	})
}

func TestParseSeverity(t *testing.T) {
	for s, want := range map[string]dupcheck.Severity{
		"error": dupcheck.Error, "warning": dupcheck.Warning, "warn": dupcheck.Warning,
		"info": dupcheck.Info, "off": dupcheck.Off, "allow": dupcheck.Off,
	} {
		got, err := dupcheck.ParseSeverity(s)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, s := range []string{"", "default", "Error", "fatal", " error", "5"} {
		_, err := dupcheck.ParseSeverity(s)
		assert.EqualError(t, err, "unknown severity "+dupcheck.QuoteAlways(s)+": use error, warning, info or off")
	}
	assert.Equal(t, "error", dupcheck.Error.String())
	assert.Equal(t, "default", dupcheck.Default.String())
	assert.Equal(t, "Severity(9)", dupcheck.Severity(9).String())
	assert.True(t, slices.IsSorted([]dupcheck.Severity{dupcheck.Default, dupcheck.Off, dupcheck.Info, dupcheck.Warning, dupcheck.Error}))
}

func TestParseGroupKind(t *testing.T) {
	for s, want := range map[string]groupKind{
		"Widget.example.com": {Group: "example.com", Kind: "Widget"}, "Service": {Kind: "Service"}, "Service.": {Kind: "Service"},
	} {
		got, ok := dupcheck.ParseGroupKind(s)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	for _, s := range []string{"", ".example.com", "."} {
		_, ok := dupcheck.ParseGroupKind(s)
		assert.False(t, ok, s)
	}
}

func TestReportCount(t *testing.T) {
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Severity: dupcheck.Error}, {Severity: dupcheck.Error}, {Severity: dupcheck.Info}}}
	assert.Equal(t, 2, r.Count(dupcheck.Error))
	assert.Equal(t, 0, r.Count(dupcheck.Warning))
}

func TestUnreadError(t *testing.T) {
	assert.Equal(t, "a.yaml:3: gone", (&dupcheck.Unread{File: "a.yaml", Line: 3, Reason: "gone"}).Error())
	assert.Equal(t, `"\x1b": "a\nb"`, (&dupcheck.Unread{File: "\x1b", Reason: "a\nb"}).Error())
}
