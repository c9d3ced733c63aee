package manifest_test

import (
	"bytes"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// kubectl returns the objects that kubectl would take from a file, as its
// resource builder reads it (k8s.io/cli-runtime v0.37.2 pkg/resource: StreamVisitor
// and FlattenListVisitor in visitor.go, infoForObject in mapper.go), and goes on
// as it does: behind a document that it refuses, but not behind one that it cannot
// find the end of. Where kubectl asks a server more is accepted here: every type
// exists, and metadata may have any form.
func kubectl(data []byte) (objects []*unstructured.Unstructured) {
	// The parser is known to panic on some input that is not YAML.
	defer func() { _ = recover() }()
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		var document runtime.RawExtension
		if d.Decode(&document) != nil {
			return objects
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		switch o, _, _ := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil); o := o.(type) {
		case *unstructured.Unstructured:
			objects = append(objects, o)
		case *unstructured.UnstructuredList:
			objects = append(objects, flatten(o)...)
		}
	}
}

// flatten returns the items of a list that kubectl would take. meta.ExtractList
// fails on an item that is a list itself, and then nothing is taken.
func flatten(list *unstructured.UnstructuredList) (objects []*unstructured.Unstructured) {
	for i := range list.Items {
		o := &list.Items[i]
		if o.IsList() {
			return nil
		}
		if gvk := o.GroupVersionKind(); gvk.Kind != "" && gvk.Version != "" {
			objects = append(objects, o)
		}
	}
	return objects
}
