package manifest

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestUnaffordable has documents that are not even tried.
func TestUnaffordable(t *testing.T) {
	for _, c := range []struct{ text, reason string }{
		{strings.Repeat("?\n", mostNodes/2), "a YAML document of more than 3000000 values"},
		{strings.Repeat("-\u2028", mostNodes), "a YAML document of more than 3000000 values"},
		{strings.Repeat(" ", mostYAML+1), "a YAML document of more than 64 MiB"},
		{strings.Repeat("%TAG !a! b\n", mostTags+1), "a YAML document with more than 100 tag directives"},
		{"a: \xff", "not UTF-8"},
	} {
		text := []byte(c.text)
		_, failed := parseYAML(text, heavy(text), 1)
		require.NotNil(t, failed)
		assert.Equal(t, c.reason, failed.reason)
	}
}

// FuzzHeavy makes sure that no document has more nodes than were estimated.
func FuzzHeavy(f *testing.F) {
	for _, s := range append([]string{"?\n?\n", "- - -\n", "{,,}", "[a: b, : , ?]", "{\"a\":b,'c':d,[e]:f}", "-\u0085-\u2028- a", "a:\u0085 b", "a:\n- b\n-\tc"}, scalars...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 {
			return
		}
		doc, failed := parseYAML([]byte(text), 0, 1)
		if failed == nil && doc.root != nil {
			assert.LessOrEqual(t, count(doc.root), heavy([]byte(text)), "%q", text)
		}
	})
}

func count(n *yaml.Node) int {
	total := 1
	for _, child := range n.Content {
		total += count(child)
	}
	return total
}
