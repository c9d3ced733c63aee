package text_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

func TestNodeAt(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte("kind: List\nitems: [&a {name: a}, {items: [{name: b}], name: c, name: d}, *a]\n"), &doc))
	root := doc.Content[0]
	require.Equal(t, root, text.NodeAt(root, ""))
	for path, want := range map[string]string{"items[0]": "a", "items[1].items[0]": "b", "items[1]": "d", "items[2]": "a"} {
		name := text.Child(text.NodeAt(root, path), "name")
		require.NotNil(t, name, path)
		require.Equal(t, want, name.Value, path)
	}
	for _, path := range []string{"items[3]", "items[-1]", "none[0]", "kind[0]"} {
		require.Nil(t, text.NodeAt(root, path), path)
	}
}
