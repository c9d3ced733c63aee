package e2e

import "testing"

// TestHelm3 and TestHelm4 run testdata/helm3 and testdata/helm4: what each
// hands to a post-renderer, and what it makes of its answer. There is no
// cluster, so that only "helm template" and dry runs are tried.
func TestHelm3(t *testing.T) { scripts(t, "helm3", helm3) }

func TestHelm4(t *testing.T) { scripts(t, "helm4", helm4) }

func TestHelmReadme(t *testing.T) {
	asked(t)
	t.Run("3", func(t *testing.T) {
		runReadme(t, "helm", []string{"PATH=" + pathOf(t, helm3)}, "Helm 3")
	})
	t.Run("4", func(t *testing.T) {
		runReadme(t, "helm", []string{"PATH=" + pathOf(t, helm4)}, "A pipe", "Helm 4")
	})
}
