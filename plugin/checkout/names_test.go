package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"sigs.k8s.io/kustomize/api/konfig"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// TestKustomizationFiles: kuniq knows the names that kustomize does.
func TestKustomizationFiles(t *testing.T) {
	assert.Equal(t, konfig.RecognizedKustomizationFileNames(), manifest.KustomizationFiles())
}
