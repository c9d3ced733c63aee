package protect_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect"
)

// FuzzProtect: the result has the same objects and all the bytes of the input
// in their order, a parser that is not ours reads the same from it but for the
// annotation, and once is enough.
func FuzzProtect(f *testing.F) {
	for _, s := range []string{
		"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b, annotations: {\"argocd.argoproj.io/sync-options\": 'x'}}\n",
		"\ufeffapiVersion: v1\nkind: List\nitems:\n- kind: Namespace\n  apiVersion: v1\n  metadata:\n\n    # x\n    \"name\": é\n",
		"{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\"}}",
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - &a\n    apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: a\n  - *a\n",
		"apiVersion: v1\nkind: NamespaceList\nitems:\n- {metadata: {name: a, annotations: {}}}\n- metadata: &m {name: b}\n- 7\n- {kind: List, apiVersion: v1, items: {}}\n",
		"x: &x {name: a}\napiVersion: v1\nkind: Namespace\nmetadata:\n  <<: *x\n  ? b\n  : c\n",
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: a, annotations: {\"argocd.argoproj.io/sync-options\": Replace=true, kustomize.toolkit.fluxcd.io/prune: enabled}}\n... # end\n---\n{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\",\"name\":\"c\"}}{}\n",
		"apiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  annotations:\r\n    argocd.argoproj.io/sync-options: >-\r\n      a\r\n  name: !!str a\r\n",
	} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(1))
		f.Add(s, uint8(2))
	}
	f.Fuzz(func(t *testing.T, s string, how uint8) {
		o := protect.Options{Flux: how&1 != 0}
		if how&2 != 0 {
			o.Version = "2.13"
		}
		got := protect.Edit("a.yaml", []byte(s), o)
		if lost := missing([]byte(s), got.Data); lost {
			t.Fatalf("%q lost bytes: %q", s, got.Data)
		}
		if count(s) != count(string(got.Data)) {
			t.Fatalf("%q has other objects: %q", s, got.Data)
		}
		if len(got.Added) == 0 {
			if s != string(got.Data) {
				t.Fatalf("%q changed: %q", s, got.Data)
			}
			return
		}
		was, err := decoded([]byte(s), o.Flux)
		if err != nil {
			return // the reader of package manifest takes what yaml/v3 does not, such as JSON one after the other
		}
		is, err := decoded(got.Data, o.Flux)
		if err != nil || !reflect.DeepEqual(was, is) {
			t.Fatalf("%q reads as %v, and not as %v: %v: %q", s, is, was, err, got.Data)
		}
		if again := protect.Edit("a.yaml", got.Data, o); len(again.Added) > 0 || !bytes.Equal(again.Data, got.Data) {
			t.Fatalf("%q is protected twice: %q", s, again.Data)
		}
	})
}

// missing says whether some bytes are not there any more, in their order.
func missing(was, is []byte) bool {
	for _, b := range was {
		at := bytes.IndexByte(is, b)
		if at < 0 {
			return true
		}
		is = is[at+1:]
	}
	return false
}

// decoded returns what yaml/v3 reads, less the annotation.
func decoded(data []byte, flux bool) (all []any, err error) {
	key := deploy.SyncOptionsAnnotation
	if flux {
		key = deploy.FluxPruneAnnotation
	}
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, less(named(v), key))
	}
}

// named returns a value all of whose maps have strings for keys.
func named(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = named(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = named(v[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k, item := range v {
			name, ok := k.(string)
			if !ok {
				name = fmt.Sprintf("%T %v", k, k)
			}
			out[name] = named(item)
		}
		return out
	}
	return v
}

// less returns a value without an annotation, wherever objects may be in it.
func less(v any, key string) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if metadata, ok := object["metadata"].(map[string]any); ok {
		if annotations, ok := metadata["annotations"].(map[string]any); ok {
			delete(annotations, key)
			if len(annotations) == 0 {
				delete(metadata, "annotations")
			}
		}
	}
	if items, ok := object["items"].([]any); ok {
		for i := range items {
			items[i] = less(items[i], key)
		}
	}
	return object
}

func count(s string) (n int) {
	for _, err := range manifest.Parse("a.yaml", []byte(s)) {
		if err == nil {
			n++
		}
	}
	return n
}
