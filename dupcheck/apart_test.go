package dupcheck_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestApart: only what collides across files can be apart, and it is kept with
// its reason.
func TestApart(t *testing.T) {
	in := func(files ...string) (d dupcheck.Diagnostic) {
		for _, f := range files {
			d.Declarations = append(d.Declarations, dupcheck.Declaration{Position: dupcheck.Position{File: f}})
		}
		return d
	}
	all := []dupcheck.Diagnostic{in(), in("a"), in("a", "a"), in("a", "b"), in("a", "b", "c")}
	var asked []dupcheck.Diagnostic
	r := dupcheck.Report{Diagnostics: all}.NotDeployedTogether(func(d dupcheck.Diagnostic) string {
		asked = append(asked, d)
		if len(d.Declarations) == 2 {
			return "they are examples"
		}
		return ""
	})
	assert.Equal(t, all[3:], asked)
	assert.Equal(t, append(all[:3:3], all[4]), r.Diagnostics)
	assert.Equal(t, []dupcheck.Suppressed{{Diagnostic: all[3], By: dupcheck.ByNotDeployedTogether, Reason: "they are examples"}}, r.Suppressed)
	assert.Equal(t, 1, r.CountSuppressed(dupcheck.ByNotDeployedTogether))
}
