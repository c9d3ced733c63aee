package manifest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLooksLikeManifest(t *testing.T) {
	for text, want := range map[string]bool{
		"kind: X": true, "apiVersion: v1": true, "a: b\n  kind : X": true, "- kind: X": true, "- - apiVersion: x": true, "{kind: X}": true, `{"a":1,"kind":"X"}`: true,
		"'kind': X": true, "\"apiVersion\"\t: X": true, "? kind\n: X": false, "\ufeffkind: X": true, "a\r\nkind: X": true, "{{ x }}\nkind: X": true, "a: \xff": true, "[a, kind: b]": true,
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
