package page_test

import (
	"crypto/sha512"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kuniq/kuniq/dupcheck/report/page"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

// write returns a page whose body is a template with a string.
func write(t *testing.T, body, s string) string {
	t.Helper()
	of := fstest.MapFS{"x.html": {Data: []byte(`{{define "body"}}` + body + `{{end}}`)}}
	var out strings.Builder
	require.NoError(t, page.Parse(of, "x.html", nil).Write(&out, page.Page{
		Level: page.Bad, Verdict: s, Lead: []string{s}, Version: s, Body: s,
		Numbers: []page.Number{{Key: "a", N: 2, Text: s, Level: page.Warn}, {Key: "b", Text: s, Level: page.Warn}},
	}))
	return out.String()
}

func TestWrite(t *testing.T) {
	out := write(t, "<p>\n  {{.}}\n</p>\n<p>end</p>", "x")
	assert.Contains(t, out, "<p> x\n</p>\n<p>end</p>")
	assert.Contains(t, out, `<h1 class="verdict bad" data-level="bad">x</h1>`)
	assert.Contains(t, out, `<li data-count="a" data-n="2" class="warn">x</li>`)
	assert.Contains(t, out, `<li data-count="b" data-n="0" hidden>x</li>`)
	assert.NotContains(t, out, "<script")
}

// TestPolicy: the browser accepts the style of the page, and nothing else.
func TestPolicy(t *testing.T) {
	out := write(t, "", "x")
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(out)
	require.Len(t, style, 2)
	sum := sha512.Sum384([]byte(style[1]))
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(out)
	require.Len(t, policy, 2)
	assert.Equal(t, "default-src 'none'; style-src 'sha384-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; img-src data:; base-uri 'none'; form-action 'none'", html.UnescapeString(policy[1]))
}

// TestClean: a string is text, in one line, and a character that does more than be seen
// is an escape sequence.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb":                     `a\x0ab`,
		"\r\n::error::x":           `\x0d\x0a::error::x`,
		"\x1b[31m":                 `\x1b[31m`,
		"\u202eabc":                `\u202eabc`,
		"\u2028":                   `\u2028`,
		"a\xffb":                   `a\xffb`,
		"##[command]x":             `#&#35;[command]x`,
		"###":                      `#&#35;#`,
		"<n><b onclick=x>":         `&lt;n&gt;&lt;b onclick=x&gt;`,
		"</style></script>":        `&lt;/style&gt;&lt;/script&gt;`,
		"<!-- -->":                 `&lt;!-- --&gt;`,
		"javascript:alert(1)":      `javascript:alert(1)`,
		"\U000e0001":               `\ue0001`,
		"世界":                       `世界`,
		"{{.}}":                    `{{.}}`,
		"url(https://example.com)": `url(https://example.com)`,
	} {
		plain := write(t, "<p>{{.}}</p>", "x")
		out := write(t, "<p>{{.}}</p>", in)
		assert.Contains(t, out, "<p>"+want+"</p>", "%q", in)
		assert.Equal(t, strings.Count(plain, "\n"), strings.Count(out, "\n"), "%q", in)
		assert.NotContains(t, out, "##")
	}
	assert.Contains(t, write(t, `<a href="{{.}}">x</a>`, "javascript:alert(1)"), `<a href="#ZgotmplZ">`)
}

func TestMore(t *testing.T) {
	assert.Empty(t, page.More(0, "rows", "json"))
	assert.Equal(t, "3 more rows had no room on this page: -o json has all of them.", page.More(3, "rows", "json"))
}
