// Package kustomizer runs kustomize over files in memory.
package kustomizer

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// turn is held by the goroutine that builds: kustomize keeps its schema in a global
// variable.
var turn = make(chan struct{}, 1)

// Enter waits until nothing else in this process builds. The caller calls leave
// after its last Build.
func Enter(ctx context.Context) (leave func(), err error) {
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Build runs kustomize over files in memory, in the order in which they are declared, as in
// a fresh process. Plugins, functions and Helm charts are disabled. It is an error if the
// files cannot be built, also if kustomize panics: it does where an object gets the identity
// of another (renaming patches, generated names; v5.8.2). The caller has called Enter.
func Build(files *Memory, dir string, restrictions types.LoadRestrictions) (m resmap.ResMap, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	resetSchema(files)
	o := krusty.MakeDefaultOptions()
	o.Reorder = krusty.ReorderOptionUnspecified
	o.LoadRestrictions = restrictions
	o.PluginConfig = types.DisabledPluginConfig()
	return krusty.MakeKustomizer(o).Run(files, dir)
}

// altered says that the last build may have changed the schema (measured with api v0.21.2:
// after a kustomization with openapi the next one renders wrongly).
var altered bool

// resetSchema makes the build find the schema of a fresh process. Parsing it again is half
// the cost of building a small root (measured with api v0.21.2), so it is done only before
// and after files with a schema of their own.
func resetSchema(files *Memory) {
	own := files.hasSchema()
	if own || altered {
		openapi.ResetOpenAPI()
	}
	altered = own
}

// hasSchema says whether any kustomization sets the schema. One that kustomize's
// own decoder does not understand counts.
func (m *Memory) hasSchema() bool {
	for name, data := range m.files {
		var k types.Kustomization
		if manifest.IsKustomization(name) && (k.Unmarshal(data) != nil || len(k.OpenAPI) > 0) {
			return true
		}
	}
	return false
}

// Silence stops the output of kustomize on the standard error of the process, where it
// prints warnings about deprecated fields. It is for programs, and not for libraries.
func Silence() {
	log.SetOutput(io.Discard)
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
}
