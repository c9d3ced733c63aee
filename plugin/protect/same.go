package protect

import (
	"maps"
	"reflect"

	"github.com/kuniq/kuniq/dupcheck"
)

// sameBut says whether two objects have the same content, but for the
// annotation of one that was edited. A list inside a list is an object without
// content, of which every item is an object of its own.
func (o Options) sameBut(was, is dupcheck.Object, edited bool) bool {
	if was.Body == nil || is.Body == nil {
		return was.Body == nil && is.Body == nil && !edited
	}
	a, err := was.Body.Value()
	if err != nil {
		return false
	}
	b, err := is.Body.Value()
	if err != nil {
		return false
	}
	if edited {
		a, b = o.without(a), o.without(b)
	}
	return reflect.DeepEqual(a, b)
}

// without is the content without the annotation, and without annotations if
// there is no other.
func (o Options) without(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	metadata, ok := object["metadata"].(map[string]any)
	if !ok {
		return v
	}
	object, metadata = maps.Clone(object), maps.Clone(metadata)
	annotations, _ := metadata["annotations"].(map[string]any)
	annotations = maps.Clone(annotations)
	key, _ := o.annotation()
	delete(annotations, key)
	metadata["annotations"] = annotations
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	object["metadata"] = metadata
	return object
}
