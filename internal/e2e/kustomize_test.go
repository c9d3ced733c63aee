package e2e

import "testing"

// TestKustomize runs testdata/kustomize: what kustomize itself misses or dies
// of, and the traps of its functions.
func TestKustomize(t *testing.T) { scripts(t, "kustomize", kustomize) }
