package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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

// TestKptReadme needs the kpt whose output the README shows; others print it
// in other words.
func TestKptReadme(t *testing.T) {
	needKpt(t)
	const shown = "1.0.0-beta.56"
	out, err := exec.Command("kpt", "version").Output()
	require.NoError(t, err)
	if version := strings.TrimSpace(string(out)); version != shown {
		t.Skipf("the README shows kpt %s, this is %s", shown, version)
	}
	runReadme(t, "kpt", []string{"PATH=" + pathOf(t)})
}
