package e2e

import (
	"os/exec"
	"testing"
)

// needKpt skips a test where kpt is not in the PATH: it cannot be installed
// from the Go module proxy (its checksum is missing).
func needKpt(t *testing.T) {
	t.Helper()
	asked(t)
	if _, err := exec.LookPath("kpt"); err != nil {
		t.Skip("kpt is not in the PATH; TestKptLists has what it sends")
	}
}

// TestKpt runs testdata/kpt with the real kpt.
func TestKpt(t *testing.T) {
	needKpt(t)
	scripts(t, "kpt")
}

// TestKptLists runs testdata/kptlists: ResourceLists as kpt sends them.
func TestKptLists(t *testing.T) { scripts(t, "kptlists") }

func TestKptReadme(t *testing.T) {
	needKpt(t)
	runReadme(t, "kpt", []string{"PATH=" + pathOf(t)})
}
