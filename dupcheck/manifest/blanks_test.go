package manifest_test

import (
	"strings"
	"testing"
	"unicode"
)

// TestBlanks: kubectl skips every blank of Unicode before JSON.
func TestBlanks(t *testing.T) {
	for _, blank := range []string{"\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000", "\u0085", "\u2028", "\u2029", "\v", "\f", " \u00a0\t\u3000 ", "\u00a0\n", "\v\r\n\u3000", "\u2028\u00a0"} {
		for _, c := range strings.ReplaceAll(blank, "\n", "") {
			require.True(t, unicode.IsSpace(c))
		}
		for name, text := range map[string]string{
			"JSON": js("a"), "JSON of several lines": "{\n \"kind\": \"X\",\n \"apiVersion\": \"v1\",\n \"metadata\": {\"name\": \"a\"}\n}\n",
			"flow style": "{apiVersion: v1, kind: X, metadata: {name: a}}\n", "more than JSON": strings.TrimSuffix(js("a"), "}") + ",}", "a comment": js("a") + " # c\n",
			"a List": `{"kind":"List","items":[` + js("a") + `]}`, "another document": js("b") + "\n---\n" + cm("a"),
		} {
			objects, unread := read(t, "f", blank+text)
			assert.Empty(t, unread, "%q %s", blank, name)
			if assert.NotEmpty(t, objects, "%q %s", blank, name) {
				assert.Equal(t, "a", objects[len(objects)-1].Name)
				value, err := objects[0].Body.Value()
				require.NoError(t, err)
				assert.Contains(t, value, "metadata")
			}
			checkRead(t, []byte(blank+text))
		}
		objects, unread := read(t, "f", blank+"["+js("a")+"]")
		assert.Empty(t, objects)
		assert.Equal(t, []string{"a sequence of objects without a List around it, which kubectl refuses"}, reasons(unread), "%q", blank)
	}
}

func reasons(unread []string) (out []string) {
	for _, u := range unread {
		out = append(out, u[strings.Index(u, ": ")+2:])
	}
	return out
}
