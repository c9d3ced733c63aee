package jsonnethook

import (
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// content is the body of an object whose tree the caller holds.
type content map[string]any

// Value returns the tree itself.
func (c content) Value() (any, error) { return map[string]any(c), nil }

// plain reads an object about which there is nothing special, at a third of the
// cost of manifest.Decoded, which has the last word on all others. A test holds
// the two to the same answers.
func plain(source string, v map[string]any) (dupcheck.Object, bool) {
	metadata, ok := v["metadata"].(map[string]any)
	if !ok {
		return dupcheck.Object{}, false
	}
	o := dupcheck.Object{Body: content(v), At: dupcheck.Position{File: source}}
	for _, f := range []struct {
		text *string
		in   map[string]any
		key  string
	}{
		{&o.APIVersion, v, "apiVersion"},
		{&o.Kind, v, "kind"},
		{&o.Name, metadata, "name"},
		{&o.Namespace, metadata, "namespace"},
	} {
		value, given := f.in[f.key]
		if *f.text, ok = value.(string); given && !ok || !unencrypted(*f.text) {
			return dupcheck.Object{}, false
		}
	}
	_, annotated := metadata["annotations"]
	_, generated := metadata["generateName"]
	_, items := v["items"]
	special := annotated || generated || items || o.Name == "" ||
		strings.HasSuffix(o.Kind, "List") || o.Kind == "CustomResourceDefinition"
	return o, !special
}

// unencrypted says whether a field is neither encrypted nor a template.
func unencrypted(s string) bool {
	return !strings.HasPrefix(s, "ENC[") && !strings.Contains(s, "{{")
}
