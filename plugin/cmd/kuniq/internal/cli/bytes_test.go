package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/assertion"
)

// bombs are small inputs that a careless reader makes large or refuses, with kuniq's
// answer to each. A function makes them, because this binary is also the command in the
// scripts and starts hundreds of times.
func bombs() map[string]bomb {
	return map[string]bomb{
		"NUL bytes":               {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\x00b\"}\n", exitNoWork, "unread: "},
		"only NUL bytes":          {strings.Repeat("\x00", 1000), exitNoWork, "unread: "},
		"truncated UTF-8":         {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: \xe2\x82", exitNoWork, "unread: not UTF-8"},
		"truncated UTF-8 in JSON": {`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + "\xf0\x9f\x98" + `"}}`, exitNoWork, "unread: not UTF-8"},
		"half of UTF-16":          {"\xff\xfea", exitNoWork, "unread: UTF-16 that ends in half a character"},
		"UTF-32":                  {"\xff\xfe\x00\x00a\x00\x00\x00", exitNoWork, "unread: UTF-32"},
		"aliases in the contents": {twiceWith("a: &a [x, x, x, x, x, x, x, x, x, x]", aliases(40)), exitFindings, "the contents were not compared"},
		"aliases in the metadata": {"apiVersion: v1\nkind: ConfigMap\n" + aliases(40) + "\nmetadata: {name: a, labels: *z39}\n", exitClean, "1 object"},
		"aliases in the name":     {"apiVersion: v1\nkind: ConfigMap\n" + aliases(40) + "\nmetadata: {name: *z39}\n", exitFindings, "not-a-string"},
		"aliases of items":        {aliases(40) + "\napiVersion: v1\nkind: List\nitems: *z39\n", exitFindings, "an item of a List is not a mapping"},
		"merged aliases":          {merges(40) + "\napiVersion: v1\nkind: ConfigMap\nmetadata: *m39\n", exitNoWork, ""},
		"an alias of itself":      {"apiVersion: v1\nkind: List\nitems: &a [*a]\n", exitFindings, "an item of a List is not a mapping"},
		"a merge of itself":       {"apiVersion: v1\nkind: ConfigMap\nmetadata: &a {name: a, <<: *a}\n", exitNoWork, ""},
		"deep brackets":           {strings.Repeat("[", 10_000), exitNoWork, "unread: "},
		"deep flow":               {"apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: " + nested("[", "]", 9_000), exitClean, "1 object"},
		"deep contents":           {twiceWith("spec: "+nested("[", "]", 9_000), "spec: "+nested("[", "]", 8_999)), exitFindings, "duplicate-object"},
		"deep JSON":               {`{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"spec":` + nested("[", "]", 10_000) + "}", exitNoWork, ""},
		"deep objects":            {`{"apiVersion":"v1","kind":"X","metadata":` + nested(`{"metadata":`, "}", 10_000) + "}", exitNoWork, ""},
		"deep items":              {nested(`{"apiVersion":"v1","kind":"List","items":[`, "]}", 10_000), exitNoWork, ""},
		"deep sequence":           {strings.Repeat("- ", 10_000) + "a", exitNoWork, ""},
		"deep mapping":            {strings.Repeat("? ", 10_000) + "a", exitNoWork, ""},
		"deeper JSON":             {strings.Repeat(`{"a":`, 1_000_000), exitNoWork, "unread: "},
		"many documents":          {strings.Repeat("---\n", 10_000) + "kind: \"", exitNoWork, ":10001: unread: "},
	}
}

// bomb is one of bombs.
type bomb struct {
	input string
	code  int
	says  string
}

// twiceWith is an object twice, with different contents.
func twiceWith(a, b string) string {
	head := "apiVersion: v1\nkind: X\nmetadata: {name: a}\n"
	return head + a + "\n---\n" + head + b + "\n"
}

// aliases make a value of two to the power of n.
func aliases(n int) string {
	var b strings.Builder
	b.WriteString("z0: &z0 [x, x]")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "\nz%d: &z%d [*z%d, *z%d]", i, i, i-1, i-1)
	}
	return b.String()
}

// merges make a mapping whose merge keys lead to two to the power of n others.
func merges(n int) string {
	var b strings.Builder
	b.WriteString("m0: &m0 {labels: {a: b}}")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "\nm%d: &m%d {<<: [*m%d, *m%d], l%d: x}", i, i, i-1, i-1, i)
	}
	return b.String()
}

func nested(open, end string, depth int) string {
	return strings.Repeat(open, depth) + strings.Repeat(end, depth)
}

// TestLongBombs: each ends in a clear answer, in every format.
func TestLongBombs(t *testing.T) {
	assertion.Long(t)
	for name, bomb := range bombs() {
		t.Run(name, func(t *testing.T) {
			for _, format := range report.Formats() {
				got := run(t, bomb.input, "check", "-o", format, "-")
				assert.Equal(t, bomb.code, got.code, "%s: %.300s %.300s", format, got.stdout, got.stderr)
				if format == "oneline" {
					assert.Contains(t, got.stdout, bomb.says)
				}
				requireHarmless(t, format, got.stdout)
			}
		})
	}
}

// TestBombsAmongFiles: found by a walk none of them passes as clean, and none
// keeps the others from being checked.
func TestBombsAmongFiles(t *testing.T) {
	files := map[string]string{"z.yaml": twoOfOne}
	for name, bomb := range bombs() {
		if bomb.code == exitNoWork {
			files["bombs/"+name+".yaml"] = "# kind: X\n---\n" + bomb.input
		}
	}
	tree(t, files)
	got := run(t, "", "check", "-o", "json", ".")
	assert.Equal(t, exitNoWork, got.code)
	r := decodeContract(t, got.stdout)
	found := false
	for _, d := range r.Diagnostics {
		found = found || d.Rule == "identical-object" && d.Declarations[0].File == "z.yaml"
	}
	assert.True(t, found)
}
