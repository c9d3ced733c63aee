package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// scalars are what FuzzTyping starts from.
var scalars = []string{
	"a", "123", "1e3", "1.10", "0x1f", "0o17", "017", "08", "0b11", "1_000", "yes", "on", "y", "n", "true", "Off", "NO",
	"2020-01-01", "12e", "1.2.3", "1e3x", "9e99999", "123e4567", "12:30:45", "null", "~", "", "Null", "nUll", "TRUE", "tRue",
	"! 1", "!!binary aGk=", "!!binary 0000", "!merge <<", "!!binary x", "|\n  text\n", "|-\n  1\n", ">\n  1\n", ">-\n  yes\n", "<<", "!!merge <<",
	"!!int \"12\"", "!!float 1", "!!float 1.5", "!!str 1", "!!null ''", "!!bool yes", "!!bool \"y\"", "!!timestamp 2020-01-01",
	"&a ! 1", "! &a 1", "&a 1", "&a # comment\n  ! 1", "&a #& # t\n  !", "&a # b\n # c\n ! 1", "!foo 1", "!!map 1", "!<tag:yaml.org,2002:int> 1", "!<!> 1", "!<%21> 1", "!<tag:yaml.org,2002:str> 1",
	"+1", "-1", "+.5", "-.5", ".5", ".", "..", "+", "-0b11", "+0b11", "0b", "0x", "0xg", "0o8", "1__0", "_1", "1_", ".inf", "-.INF", "+.Inf", ".nan", ".NaN",
	"1.", "1.e1", "1e", "1e+", "18446744073709551615", "18446744073709551616", "9223372036854775808", "-9223372036854775809",
	"2020-1-1", "2020-13-01", "2020-01-01T00:00:00Z", "2020-01-01t00:00:00+01:00", "2020-01-01 00:00:00.5", "2020-01-01 00:00:00 +1", "20200-01-01",
	"'1'", "\"1\"", "'yes'", "\"\\x31\"", "\"a\\\n  b\"", "a b\n  c", "1\n  2", "[1]", "{a: 1}", "[]", "- 1", "a: 1", "# c", "1 # c", "1#c", "*a", "@a", "`a`", "%a", "1\u2028 2", "\u00851", "\ufeff1", "ENC[a]",
	"0X1F", "0B11", "0O17", "1E3", "+0x1f", "-0x1f", "0x1p4", "0x_1", "Infinity", "NaN", "nan", "inf", ".Infinity", "1e1_0", "685_230.15", "190:20:30", "=", "!!binary |\n  aGk=\n",
}

func TestScalarsOfKubernetes(t *testing.T) {
	for _, text := range scalars {
		checkTyping(t, text)
	}
	for text, want := range map[string]any{ // facts/identity.md, 1.9
		"123": int64(123), "1e3": 1000.0, "1.10": 1.1, "0x1f": int64(31), "0o17": int64(15), "017": int64(15), "08": 8.0, "0b11": int64(3),
		"1_000": int64(1000), "yes": true, "on": true, "y": true, "n": false, "true": true, "~": nil, "": nil,
		"2020-01-01": "2020-01-01", "12e": "12e", "1.2.3": "1.2.3", "1e3x": "1e3x", "9e99999": "9e99999", "123e4567": "123e4567", "12:30:45": "12:30:45",
	} {
		assert.Equal(t, want, resolvePlain(text, true), text)
	}
}

// FuzzTyping holds the type of metadata.name against sigs.k8s.io/yaml, through
// which Kubernetes reads YAML.
func FuzzTyping(f *testing.F) {
	for _, text := range scalars {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkTyping(t, text) })
}

func checkTyping(t *testing.T, scalar string) {
	text := "name: " + scalar + "\n"
	doc, failed := parseYAML([]byte(text), heavy([]byte(text)), 1)
	var want map[string]any
	if failed != nil || doc.root == nil || yaml.Unmarshal([]byte(text), &want) != nil {
		return // the two parsers need not agree on what is YAML
	}
	root := newYAMLView(doc, doc.root)
	if root.shape() != shapeMapping {
		return
	}
	var x extraction
	x.left = 1000
	name := x.pick(root, []string{"name"}, nil, "")[0]
	switch want := want["name"].(type) {
	case string:
		assert.Equal(t, shapeText, name.shape(), "%q is a string to Kubernetes: %q", text, want)
		assert.Equal(t, want, name.string(), "%q", text)
	case nil:
		assert.Equal(t, shapeNull, name.shape(), "%q is null to Kubernetes", text)
	default:
		assert.NotContains(t, []shape{shapeText, shapeNull}, name.shape(), "%q is no string to Kubernetes: %v", text, want)
	}
}

// FuzzDecode holds the content of a document against sigs.k8s.io/yaml.
func FuzzDecode(f *testing.F) {
	for _, text := range scalars {
		f.Add("a: " + text)
		f.Add(text + ": a")
	}
	for _, text := range []string{
		"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n", "d: {b: 3, <<: {b: 1}}", "a: &x {b: 1}\nd:\n  b: 3\n  <<: [*x, {b: 2, c: 4}]\n", "<<: {<<: {a: 1}, b: 2}",
		"a: 1\na: 2\n", "1: a\n1.5: b\ntrue: c\n", "a: [1, [2, {b: c}]]\n", "? a\n: b\n", "a: &x 1\nb: *x\n", "a: |\n  x\n   y\n\nb: >\n  x\n\n  y\n", "- a\n-\n- - b\n",
		"\"<<\": {a: 1}", "! \"<<\": {a: 1}", "! << : {a: 1}", "!!merge \"<<\": {a: 1}", "a: 'it''s'\n", "a: \"\\u00e9\\/\\e\"\n", "{a: b, c}", "[a: b]", "[? a : b]", "a: !x {b: c}", "a: ! [b]", "&a a: *a", "\ufeff\ufeff! 1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, failed := parseYAML([]byte(text), heavy([]byte(text)), 1)
		if failed != nil || doc.root == nil || strings.Contains(text, "\ufeff\ufeff\ufeff") {
			return // of byte order marks two are nothing to sigs.k8s.io/yaml, and all of them to us
		}
		var generic any
		if yamlv2.Unmarshal([]byte(text), &generic) != nil || ambiguous(generic) {
			return
		}
		wanted, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return
		}
		repeats := mostRepeats
		value, err := decode(newYAMLView(doc, doc.root), &repeats)
		if errors.Is(err, errNoJSON) {
			return // a key that is a collection; yaml/v2 stops before it
		}
		require.NoError(t, err, "%q is %s to Kubernetes", text, wanted)
		got, err := json.Marshal(value)
		require.NoError(t, err)
		assert.JSONEq(t, string(wanted), string(got), "%q", text)
	})
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
				name = floatKey(f)
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

func TestFloatKey(t *testing.T) {
	for f, want := range map[float64]string{1.5: "1.5", 1e21: "1e+21", 1e300: ".inf", math.Inf(1): ".inf", math.Inf(-1): "-.inf"} {
		assert.Equal(t, want, floatKey(f))
	}
	assert.Equal(t, ".nan", floatKey(math.NaN()))
}
