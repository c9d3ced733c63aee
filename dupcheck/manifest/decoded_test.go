package manifest_test

import (
	"errors"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// TestDecodedRefuses: a Go type that is not understood is an error and never an
// input without objects.
func TestDecodedRefuses(t *testing.T) {
	type text string
	cyclic := map[string]any{"kind": "X"}
	cyclic["self"] = cyclic
	for name, value := range map[string]any{
		"yaml.v2":       map[any]any{"apiVersion": "v1", "kind": "ConfigMap"},
		"list metadata": map[string]any{"apiVersion": "v1", "kind": "List", "metadata": struct{}{}, "items": []any{}},
		"metadata":      map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]string{"name": "a"}},
		"typed list":    []map[string]any{},
		"typed string":  map[string]any{"kind": text("Pod")},
		"bytes":         map[string]any{"data": []byte("a")},
		"pointer":       new(int),
		"cycle":         cyclic,
	} {
		count := 0
		for o, err := range manifest.Decoded("f", value) {
			count++
			if u := new(dupcheck.Unread); !errors.As(err, &u) || u.File != "f" || u.Reason == "" {
				t.Errorf("%s: %v %v", name, o, err)
			}
		}
		if count != 1 {
			t.Errorf("%s: %d results", name, count)
		}
	}
	for _, value := range []any{nil, "a", true, 1, int32(1), uint64(1), float32(1), []any{map[string]any{"a": nil}}} {
		for _, err := range manifest.Decoded("f", value) {
			t.Errorf("%T: %v", value, err)
		}
	}
}
