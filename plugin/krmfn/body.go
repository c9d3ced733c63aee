package krmfn

import (
	"maps"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// ownBody is the content of an object without what an orchestrator wrote into
// it on the way: two copies of one manifest have different paths.
type ownBody struct{ dupcheck.Body }

// Value returns the content, less the orchestrator's annotations.
func (b ownBody) Value() (any, error) {
	value, err := b.Body.Value()
	root, ok := value.(map[string]any)
	if err != nil || !ok {
		return value, err
	}
	metadata, _ := root["metadata"].(map[string]any)
	annotations, ok := metadata["annotations"].(map[string]any)
	if !ok {
		return value, nil
	}
	annotations = maps.Clone(annotations) // whoever made the value may keep it
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
