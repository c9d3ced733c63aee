package kustomizer

import (
	"fmt"
	"io"
	"log"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// Build runs kustomize over files in memory, in the order in which they are
// declared. Plugins, functions and Helm charts are disabled. It is an error if
// the files cannot be built, also if kustomize panics: it does where an object
// gets the identity of another (renaming patches, generated names; v5.8.2).
//
// It must not run twice at once, and Reset comes between two kustomizations.
// It keeps the process from writing to its standard error meanwhile.
func Build(files *Memory, dir string, restrictions types.LoadRestrictions) (m resmap.ResMap, err error) {
	restore := silence()
	defer restore()
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	o := krusty.MakeDefaultOptions()
	o.Reorder = krusty.ReorderOptionUnspecified
	o.LoadRestrictions = restrictions
	o.PluginConfig = types.DisabledPluginConfig()
	return krusty.MakeKustomizer(o).Run(files, dir)
}

// Reset makes kustomize forget the schema of what it built before, which it
// keeps in a global variable (measured with api v0.21.2: a kustomization with
// openapi makes the next one render wrongly).
func Reset() { openapi.ResetOpenAPI() }

// silence keeps kustomize from writing to the standard error of the process,
// where it prints warnings about deprecated fields.
func silence() (restore func()) {
	stderr, logged := os.Stderr, log.Writer()
	log.SetOutput(io.Discard)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err == nil {
		os.Stderr = null
	}
	return func() {
		os.Stderr = stderr
		log.SetOutput(logged)
		if err == nil {
			_ = null.Close()
		}
	}
}
