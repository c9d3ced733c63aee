package render

import (
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// altered says that the last build may have changed the schema that kustomize
// keeps for the whole process.
var altered bool

// reset lets the build find the schema of a fresh process. Parsing it again is
// half of what building a small root costs (measured with api v0.21.2), so that
// it is done only before and after roots with a schema of their own.
func (j Job) reset() {
	own := j.hasSchema()
	if own || altered {
		kustomizer.Reset()
	}
	altered = own
}

// hasSchema says whether any kustomization of the build sets the schema. What
// kustomize's own decoder does not understand counts.
func (j Job) hasSchema() bool {
	for name, data := range j.Files {
		var k types.Kustomization
		if checkout.IsKustomization(name) && (k.Unmarshal(data) != nil || len(k.OpenAPI) > 0) {
			return true
		}
	}
	return false
}
