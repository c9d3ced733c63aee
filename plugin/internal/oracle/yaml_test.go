package oracle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// scalars are texts whose type is easily taken for another.
func scalars(t testing.TB) (all []string) {
	data, err := os.ReadFile(filepath.Join(testdata, "scalars.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		text, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		require.NoError(t, err)
		all = append(all, text)
	}
	return all
}

// only returns the object of a manifest, if it has one and all of it can be read.
func only(text string) (only dupcheck.Object, ok bool) {
	n := 0
	for o, err := range manifest.Parse("f", []byte(text)) {
		if err != nil {
			return only, false
		}
		only = o
		n++
	}
	return only, n == 1
}

func TestScalars(t *testing.T) {
	compared := 0
	for _, text := range scalars(t) {
		if checkTyping(t, text) {
			compared++
		}
	}
	assert.Greater(t, compared, 100)
}

// FuzzTyping holds the type of metadata.name against sigs.k8s.io/yaml, through
// which Kubernetes reads YAML.
func FuzzTyping(f *testing.F) {
	for _, text := range scalars(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkTyping(t, text) })
}

// checkTyping says whether there was something to compare.
func checkTyping(t *testing.T, scalar string) bool {
	text := "apiVersion: v1\nkind: X\nmetadata:\n name: " + scalar + "\n"
	o, ok := only(text)
	var all map[string]any
	if !ok || yaml.Unmarshal([]byte(text), &all) != nil || all["apiVersion"] != "v1" || all["kind"] != "X" || all["items"] != nil {
		return false // the two parsers need not agree on what is YAML
	}
	metadata, _ := all["metadata"].(map[string]any)
	switch want := metadata["name"].(type) {
	case string:
		assert.Equal(t, want, o.Name, "%q", text)
		assert.True(t, !o.Unnamed || len(metadata) > 1, "%q is a string to Kubernetes: %q", text, want)
	case nil:
		assert.Empty(t, o.Name, "%q is null to Kubernetes", text)
		assert.True(t, !o.Unnamed || len(metadata) > 1, "%q is null to Kubernetes", text)
	default:
		assert.True(t, o.Unnamed, "%q is no string to Kubernetes: %v", text, want)
	}
	return true
}

// contents are documents, or the values of a key.
func contents(t testing.TB) []string {
	all := []string{
		"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n", "d: {b: 3, <<: {b: 1}}", "a: &x {b: 1}\nd:\n  b: 3\n  <<: [*x, {b: 2, c: 4}]\n", "<<: {<<: {a: 1}, b: 2}",
		"a: 1\na: 2\n", "1: a\n1.5: b\ntrue: c\n", "a: [1, [2, {b: c}]]\n", "? a\n: b\n", "a: &x 1\nb: *x\n", "a: |\n  x\n   y\n\nb: >\n  x\n\n  y\n", "- a\n-\n- - b\n",
		"\"<<\": {a: 1}", "! \"<<\": {a: 1}", "! << : {a: 1}", "!!merge \"<<\": {a: 1}", "a: 'it''s'\n", "a: \"\\u00e9\\/\\e\"\n", "{a: b, c}", "[a: b]", "[? a : b]", "a: !x {b: c}", "a: ! [b]", "&a a: *a", "\ufeff\ufeff! 1",
	}
	for _, text := range scalars(t) {
		all = append(all, "a: "+text, text+": a")
	}
	return all
}

func TestContents(t *testing.T) {
	compared := 0
	for _, text := range contents(t) {
		compared += checkContent(t, text)
	}
	assert.Greater(t, compared, 400)
}

// FuzzDecode holds the content of a document against sigs.k8s.io/yaml.
func FuzzDecode(f *testing.F) {
	for _, text := range contents(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkContent(t, text) })
}

// checkContent reads a text beside the fields of an object and as the value of
// another one, and returns how often there was something to compare.
func checkContent(t *testing.T, text string) (compared int) {
	const object = "apiVersion: v1\nkind: X\nmetadata: {name: a}\n"
	for _, text := range []string{object + text, object + "x:\n " + strings.ReplaceAll(text, "\n", "\n ") + "\n"} {
		o, ok := only(text)
		if !ok || o.Body == nil || strings.Contains(text, "\ufeff\ufeff\ufeff") {
			continue // of byte order marks two are nothing to sigs.k8s.io/yaml, and all of them to us
		}
		var generic any
		if yamlv2.Unmarshal([]byte(text), &generic) != nil || ambiguous(generic) {
			continue
		}
		wanted, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			continue
		}
		value, err := o.Body.Value()
		if err != nil && strings.Contains(err.Error(), "is not JSON") {
			continue // a key that is a collection; yaml/v2 stops before it
		}
		require.NoError(t, err, "%q is %s to Kubernetes", text, wanted)
		got, err := json.Marshal(value)
		require.NoError(t, err)
		assert.JSONEq(t, string(wanted), string(got), "%q", text)
		compared++
	}
	return compared
}

// ambiguous says whether a mapping has two keys that JSON cannot tell apart, so
// that chance decides which one sigs.k8s.io/yaml takes.
func ambiguous(value any) bool {
	switch v := value.(type) {
	case map[any]any:
		seen := map[string]bool{}
		for key, value := range v {
			name := fmt.Sprint(key)
			if f, ok := key.(float64); ok {
				name = strings.NewReplacer("NaN", ".nan", "+Inf", ".inf", "-Inf", "-.inf").Replace(strconv.FormatFloat(f, 'g', -1, 32))
			}
			if seen[name] || ambiguous(value) {
				return true
			}
			seen[name] = true
		}
	case []any:
		for _, element := range v {
			if ambiguous(element) {
				return true
			}
		}
	}
	return false
}

type valued struct{ value any }

func (v valued) Value() (any, error) { return v.value, nil }

// FuzzDigest: the digest of a manifest is that of what sigs.k8s.io/yaml decodes.
func FuzzDigest(f *testing.F) {
	for _, s := range []string{"a: 1", "a: [1.0, yes, 0o7, ~]\nb: {c: \"\\u2028\"}", "a: &x {b: 1}\nc: *x\n<<: *x", "1: 2\ny: n", "? a\n: |\n  b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		text := "apiVersion: v1\nkind: X\nmetadata: {name: a}\n" + rest
		if strings.ContainsAny(rest, "\r\u0085\u2028\u2029\ufeff") || strings.Contains(rest, "---") || strings.Contains(rest, "...") {
			return // where documents end is decided elsewhere
		}
		encoded, err := yaml.YAMLToJSONStrict([]byte(text))
		if err != nil {
			return
		}
		var all []dupcheck.Object
		for o, err := range manifest.Parse("a.yaml", []byte(text)) {
			if err != nil || o.Unnamed {
				return
			}
			all = append(all, o)
		}
		var value any
		d := json.NewDecoder(strings.NewReader(string(encoded)))
		d.UseNumber()
		require.NoError(t, d.Decode(&value))
		if len(all) != 1 || strings.Contains(string(encoded), "\ufffd") {
			return
		}
		got, err := dupcheck.Digester{Secrets: true}.Digest(all[0])
		if err != nil {
			return
		}
		want, err := dupcheck.Digester{Secrets: true}.Digest(dupcheck.Object{Kind: "X", Body: valued{value}})
		require.NoError(t, err)
		require.Equal(t, want, got, "%s\n%s", text, encoded)
	})
}
