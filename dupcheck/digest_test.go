package dupcheck_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// parsed returns the only object of a manifest.
func parsed(t testing.TB, text string) dupcheck.Object {
	t.Helper()
	var all []dupcheck.Object
	for o, err := range manifest.Parse("a.yaml", []byte(text)) {
		require.NoError(t, err)
		all = append(all, o)
	}
	require.Len(t, all, 1, text)
	return all[0]
}

func digest(t testing.TB, d dupcheck.Digester, o dupcheck.Object) string {
	t.Helper()
	s, err := d.Digest(o)
	require.NoError(t, err)
	return s
}

func sum(canonical string) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(canonical)))
}

func TestDigestCanonical(t *testing.T) {
	tests := []struct{ text, canonical string }{
		{"kind: X\napiVersion: v1\n", `{"apiVersion":"v1","kind":"X"}`},
		{"# x\n{kind: X,   'apiVersion': \"v1\"}\n", `{"apiVersion":"v1","kind":"X"}`},
		{`{"kind":"X","apiVersion":"v1"}`, `{"apiVersion":"v1","kind":"X"}`},
		{
			"apiVersion: v1\nkind: X\na: [1, 1.0, 1e0, 0x1, 1.50, 9007199254740993, 18446744073709551615, -0.0, 1e30]\n",
			`{"a":[1,1,1,1,1.5,9007199254740993,18446744073709551615,0,1e+30],"apiVersion":"v1","kind":"X"}`,
		},
		{
			"apiVersion: v1\nkind: X\na: [yes, 'yes', ~, null, '', {}, []]\n",
			`{"a":[true,"yes",null,null,"",{},[]],"apiVersion":"v1","kind":"X"}`,
		},
		{
			"apiVersion: v1\nkind: X\na: \"q\\\" b\\\\ \\b\\t\\n\\f\\r \\x01 \\x7f <é> \\u2028\"\n",
			`{"a":"q\" b\\ \b\t\n\f\r \u0001 ` + "\x7f <é> \u2028" + `","apiVersion":"v1","kind":"X"}`,
		},
		{ // provenance
			"apiVersion: v1\nkind: X\nmetadata: {annotations: {config.kubernetes.io/path: a, internal.config.kubernetes.io/x: b, a: b}}\n",
			`{"apiVersion":"v1","kind":"X","metadata":{"annotations":{"a":"b"}}}`,
		},
		{
			"apiVersion: v1\nkind: X\nmetadata: {name: a, annotations: {config.kubernetes.io/index: '0'}}\n",
			`{"apiVersion":"v1","kind":"X","metadata":{"name":"a"}}`,
		},
		{ // an item of a list is itself alone
			"apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: X\n",
			`{"apiVersion":"v1","kind":"X"}`,
		},
	}
	for _, tt := range tests {
		assert.Equal(t, sum(tt.canonical), digest(t, dupcheck.Digester{}, parsed(t, tt.text)), tt.text)
	}
}

func TestDigestSecrets(t *testing.T) {
	for _, text := range []string{
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
		"apiVersion: v1\nkind: secret\nmetadata: {name: a}\n",
		"apiVersion: v1\nkind: Secret\nkind: ConfigMap\nmetadata: {name: a}\n",
		"apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: a}\nobjects: [{apiVersion: v1, kind: Secret}]\n",
	} {
		o := parsed(t, text)
		assert.Empty(t, digest(t, dupcheck.Digester{}, o), text)
		assert.Contains(t, digest(t, dupcheck.Digester{Secrets: true}, o), "sha256:", text)
	}
	o := parsed(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Secret}\n")
	assert.NotEmpty(t, digest(t, dupcheck.Digester{}, o))
}

func TestDigestErrors(t *testing.T) {
	_, err := dupcheck.Digester{}.Digest(dupcheck.Object{Kind: "X"})
	require.ErrorContains(t, err, "not known")
	broken := errors.New("broken")
	_, err = dupcheck.Digester{}.Digest(dupcheck.Object{Kind: "X", Body: failing{broken}})
	require.ErrorIs(t, err, broken)
	_, err = dupcheck.Digester{}.Digest(dupcheck.Object{Kind: "X", Body: valued{map[string]any{"a": struct{}{}}}})
	require.ErrorContains(t, err, "struct {}")
	s, err := dupcheck.Digester{}.Digest(dupcheck.Object{Kind: "Secret", Body: failing{broken}}) // never asked
	require.NoError(t, err)
	require.Empty(t, s)
}

type valued struct{ value any }

func (v valued) Value() (any, error) { return v.value, nil }

type failing struct{ err error }

func (f failing) Value() (any, error) { return nil, f.err }

// TestDigestAgreesWithCompare: two digests are equal if and only if the Checker
// calls the contents identical.
func TestDigestAgreesWithCompare(t *testing.T) {
	leaves := []any{
		nil, true, "", "1", "true", "null", "a\"b", "a\\", "\xff", "\ufffd", 1, int64(1), uint64(1), 1.0, json.Number("1.0"),
		json.Number("1e400"), 0.1, json.Number("0.10"), int64(math.MaxInt64), uint64(math.MaxUint64), 1e19, math.Inf(1),
		map[string]any{},
		[]any{},
		map[string]any{"annotations": map[string]any{}},
		map[string]any{"annotations": map[string]any{"config.kubernetes.io/path": "x"}},
	}
	contents := slices.Clone(leaves)
	for _, v := range leaves {
		contents = append(contents, []any{v}, map[string]any{"metadata": v}, map[string]any{"a": v, "b": 1}, []any{v, v})
	}
	equal := 0
	for _, a := range contents {
		for _, b := range contents {
			x := dupcheck.Object{APIVersion: "v1", Kind: "ConfigMap", Namespace: "n", Name: "x", Body: valued{a}}
			y := x
			y.Body = valued{b}
			d := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{x, y}).Diagnostics
			require.Len(t, d, 1)
			same := digest(t, dupcheck.Digester{}, x) == digest(t, dupcheck.Digester{}, y)
			require.Equal(t, d[0].Identical, same, "%#v\n%#v", a, b)
			if same {
				equal++
			}
		}
	}
	require.Greater(t, equal, len(contents))
}

func ExampleDigester() {
	var digests []string
	for _, text := range []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n",
		`{"kind": "ConfigMap", "metadata": {"name": "web"}, "apiVersion": "v1"}`,
	} {
		for o := range manifest.Parse("web.yaml", []byte(text)) {
			digest, err := dupcheck.Digester{}.Digest(o)
			if err != nil {
				fmt.Println(err)
			}
			digests = append(digests, digest)
		}
	}
	fmt.Println(digests[0] == digests[1])
	// Output:
	// true
}
