package manifest

import (
	"strings"
	"testing"
)

func TestLooksLikeManifest(t *testing.T) {
	for text, want := range map[string]bool{
		"kind: X": true, "apiVersion: v1": true, "a: b\n  kind : X": true, "- kind: X": true, "- - apiVersion: x": true, "{kind: X}": true, `{"a":1,"kind":"X"}`: true,
		"'kind': X": true, "\"apiVersion\"\t: X": true, "? kind\n: X": true, "? \"kind\"\n# c\n: X": true, "? - kind\n": true, "a: b\u0085kind: X": true, "a: b\u2028kind: X": true, "a: b\rkind: X": true,
		"!!str kind: X": true, "&a kind: X": true, "- &a !!str \"kind\": X": true, "{!x kind: X}": true, "{\"a\":1}kind: X": true, "{\"a\":1} \"kind\": X": true, `"\u006bind": X`: true, `{"a":1,"ki\x6ed":"X"}`: true, `"\U0000006bind": X`: true,
		"! kind": false, "a !b kind: X": false, "!" + strings.Repeat("x", 100) + " kind: X": false, `"\u016bind": X`: false, `\u006bind`: false,
		"\ufeffkind: X": true, "a\r\nkind: X": true, "{{ x }}\nkind: X": true, "a: \xff": true, "[a, kind: b]": true,
		"": false, "a: kind": false, "mankind: X": false, "kinds: X": false, "kind": false, "kind X": false, "a kind: X": false, "# kind: X": false, "a: 'kind': x": false,
	} {
		assert.Equal(t, want, looksLikeManifest([]byte(text)), "%q", text)
	}
}

func TestTemplate(t *testing.T) {
	assert.True(t, template([]byte("a {{ b")))
	assert.True(t, template([]byte("{% if %}")))
	assert.False(t, template([]byte("{ {a: b} }")))
}
