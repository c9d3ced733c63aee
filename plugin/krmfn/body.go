package krmfn

import (
	"errors"
	"maps"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// ownBody is the content of an object without the annotations of the orchestrator: two
// copies of one manifest have different paths.
type ownBody struct {
	dupcheck.Body
	left *int // values that contents may still have together
}

// Limits on what contents may cost. Items are read one by one, and aliases may
// make each of them as large as the reader allows.
const (
	mostValues = 4_000_000 // beyond one for each byte of the list
	perFailure = 400_000   // the cost of finding that one is too large
)

// Value returns the content, less the orchestrator's annotations.
func (b ownBody) Value() (any, error) {
	if *b.left <= 0 {
		return nil, errors.New("aliases expand to more than the list may hold")
	}
	value, err := b.Body.Value()
	*b.left -= size(value)
	if err != nil {
		*b.left -= perFailure
	}
	root, ok := value.(map[string]any)
	if err != nil || !ok {
		return value, err
	}
	metadata, _ := root["metadata"].(map[string]any)
	annotations, ok := metadata["annotations"].(map[string]any)
	if !ok {
		return value, nil
	}
	annotations = maps.Clone(annotations) // the caller may keep the value
	maps.DeleteFunc(annotations, func(key string, _ any) bool { return transient(key) })
	root, metadata = maps.Clone(root), maps.Clone(metadata)
	root["metadata"], metadata["annotations"] = metadata, annotations
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	return root, nil
}

// transient says whether an annotation lives only between an orchestrator and
// its functions. The keys were seen in what kustomize v5.8.2 and kpt
// v1.0.0-beta.67 send.
func transient(key string) bool {
	switch key {
	case legacyPathAnnotation, legacyIndexAnnotation, "config.kubernetes.io/origin", "config.k8s.io/id",
		"kustomize.config.k8s.io/id", "alpha.config.kubernetes.io/transformations":
		return true
	}
	return strings.HasPrefix(key, "internal.config.kubernetes.io/")
}

// size counts the values in a value.
func size(value any) int {
	n := 1
	switch value := value.(type) {
	case map[string]any:
		for _, v := range value {
			n += size(v)
		}
	case []any:
		for _, v := range value {
			n += size(v)
		}
	}
	return n
}
