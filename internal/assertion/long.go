package assertion

import (
	"os"
	"testing"
)

// Long skips a test that takes long, unless KUNIQ_LONG=1 is in the environment, as it
// is in .ci/run. The names of such tests begin with TestLong, so that
// -run '^TestLong' runs no others.
func Long(t testing.TB) {
	t.Helper()
	if os.Getenv("KUNIQ_LONG") == "" {
		t.Skip("it takes long: KUNIQ_LONG=1 runs it")
	}
}
