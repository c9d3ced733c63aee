package checkout_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestTexts: trees share what a kustomization says, and not what is beside it.
func TestTexts(t *testing.T) {
	var texts checkout.Texts
	one := fstest.MapFS{"a/kustomization.yaml": {Data: []byte("resources: [x.yaml]\n")}, "a/x.yaml": {}}
	two := fstest.MapFS{"a/kustomization.yaml": one["a/kustomization.yaml"], "a/kustomization.yml": {Data: []byte("resources: []\n")}}
	find := func(tree fstest.MapFS) *checkout.KustomizationFile {
		return checkout.Find(tree, []string{"."}, checkout.Options{Texts: &texts}).Kustomization("a")
	}
	first := find(one)
	assert.Same(t, first, find(one))
	assert.Error(t, find(two).Broken)
	assert.NoError(t, first.Broken)
	assert.Equal(t, []string{"a/x.yaml"}, first.Targets())
}

// TestBelowFile: below a file there is nothing.
func TestBelowFile(t *testing.T) {
	cached := checkout.NewCachingFS(fstest.MapFS{"a/x.yaml": {}})
	for range 2 {
		_, err := cached.Lstat("a/x.yaml")
		assert.NoError(t, err)
		assert.False(t, checkout.HasKustomization(cached, "a/x.yaml"))
	}
}
