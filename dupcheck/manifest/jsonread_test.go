package manifest_test

import (
	"testing"
)

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		unread     []string
	}{
		{"one line", js("a"), []string{"a 1:58"}, nil},
		{"multibyte before the name", `{"x":"é😀","metadata":{"name":"ñ"},"kind":"X","apiVersion":"v1"}`, []string{"ñ 1:30"}, nil},
		{"name before the type", `{"metadata":{"name":"a"},"kind":"X","apiVersion":"v1"}`, []string{"a 1:21"}, nil},
		{"strung together", js("a") + js("b") + "\n\n" + js("c"), []string{"a 1:58", "b 1:120 [1]", "c 3:58 [2]"}, nil},
		{"lines", js("a") + "\n" + js("b") + "\n", []string{"a 1:58", "b 2:58 [1]"}, nil},
		{"BOM", "\ufeff" + js("a"), []string{"a 1:58"}, nil},
		{"BOM between", "\ufeff" + js("a") + "\n\ufeff" + js("b"), []string{"a 1:58", "b 2:58 [1]"}, nil},
		{"BOM behind a marker", "---\n\ufeff" + js("a"), []string{"a 2:58"}, nil},
		{"between markers", "--- " + js("a") + "\n---\n# c\n" + js("b") + js("c") + "\n...\n" + js("d"), []string{"a 1:62", "b 4:58 [1]", "c 4:120 [2]", "d 6:58 [3]"}, nil},
		{"then YAML", js("a") + "\n---\n" + block("b"), []string{"a 1:58", "b 6:9 [1]"}, nil},
		{"CRLF and tabs", "{\r\n\t\"apiVersion\": \"v1\",\r\n\t\"kind\": \"X\",\r\n\t\"metadata\": {\"name\": \"a\"}\r\n}\r\n", []string{"a 4:23"}, nil},
		{"escapes that YAML has not", `{"apiVersion":"v1","kind":"X\/Y","metadata":{"name":"\ud83d\ude00"}}`, []string{"😀 1:53"}, nil},
		{"U+2028 before a marker in a string", `{"apiVersion":"v1","kind":"X","metadata":{"name":"a` + "\u2028---" + `"}}`, []string{"a\u2028--- 1:50"}, nil},
		{"flow YAML", "{apiVersion: v1, kind: X, \"metadata\": {\"name\": \"a\"}} # c\n", []string{"a 1:48"}, nil},
		{"cut short", `{"apiVersion":"v1","kind":"X","metadata":{"name":"a"}`, nil, []string{"f:1: not valid YAML: did not find expected ',' or '}'"}},
		{"two of them, cut short", js("a") + `{"kind":`, nil, []string{"f:1: not valid YAML: something follows the end of the document"}},
		{"array of objects", "[" + js("a") + "]", nil, []string{"f:1: a sequence of objects without a List around it, which kubectl refuses"}},
		{"odd break in a comment", "--- # c\u2028" + cm("a") + js("b"), nil, []string{"f:1: a document marker before a line break that kubectl does not know (a lone CR, NEL, LS or PS)"}},
		{"a comment behind it", js("a") + " # c\n# d\n", []string{"a 1:58"}, nil},
		{"a line break of YAML in it, a comment behind it", js("a\u0085b") + " # c\n", nil, []string{"f:1: JSON with something behind it, which YAML reads differently"}},
		{"a line break of YAML in it", js("a\u0085b"), []string{"a\u0085b 1:58"}, nil},
		{"a key", "# c\n" + js("a") + ": b\n", nil, []string{"f:2: JSON with something behind it, which YAML reads differently"}},
		{"an array as a key", "[" + js("a") + "]: b\n", nil, nil},
		{"no objects", `{"a":1}[1]{"kind":"x"}`, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects, unread := read(t, "f", c.text)
			assert.Equal(t, append([]string{}, c.want...), names(objects))
			assert.Equal(t, c.unread, unread)
			checkRead(t, []byte(c.text))
		})
	}
}

func TestDuplicateKeys(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		object     header
	}{
		{"YAML", block("a") + "  name: b\nkind: Secret\n", []string{"error duplicate-key 2:7 6:7", "error duplicate-key 4:9 5:9"}, head("v1", "Secret", "", "b")},
		{"JSON", `{"apiVersion":"v1","kind":"X","kind":"Y","metadata":{"name":"a","name":"b"}}`, []string{"error duplicate-key 1:27 1:38", "error duplicate-key 1:61 1:72", "warning invalid-type 1:72"}[:2], head("v1", "Y", "", "b")},
		{"a second metadata", block("a") + "metadata: {namespace: b}\n", []string{"error duplicate-key 4:3 5:11", "error no-name 2:7"}, head("v1", "ConfigMap", "b", "")},
		{"three times", block("a") + "  name: b\n  name: c\n", []string{"error duplicate-key 4:9 5:9", "error duplicate-key 5:9 6:9"}, head("v1", "ConfigMap", "", "c")},
		{"merged twice", "x: &x {name: a}\n" + block("b") + "  <<: *x\n", []string{"error duplicate-key 5:9 1:14"}, head("v1", "ConfigMap", "", "a")},
		{"merged the same", "x: &x {name: b}\n" + block("b") + "  <<: *x\n", nil, head("v1", "ConfigMap", "", "b")},
		{"merged and overridden", "x: &x {name: a}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  <<: *x\n  name: b\n", nil, head("v1", "ConfigMap", "", "b")},
		{"elsewhere", block("a") + "data: {a: b, a: c}\ndata: {}\nspec: 1\nspec: 2\n", nil, head("v1", "ConfigMap", "", "a")},
		{"quoted and not", block("a") + "\"kind\": ConfigMap\n", []string{"error duplicate-key 2:7 5:9"}, head("v1", "ConfigMap", "", "a")},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects, unread := read(t, "f", c.text)
			assert.Empty(t, unread)
			assert.ElementsMatch(t, c.want, findings(objects))
			if assert.Len(t, objects, 1) {
				o := objects[0]
				assert.Equal(t, c.object, head(o.APIVersion, o.Kind, o.Namespace, o.Name))
			}
		})
	}
}
