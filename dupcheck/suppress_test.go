package dupcheck_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestUndeployed: a finding about one declaration goes if that is not deployed, and
// no other finding does.
func TestUndeployed(t *testing.T) {
	one := dupcheck.Diagnostic{Rule: dupcheck.NoName, Declarations: []dupcheck.Declaration{{Position: dupcheck.Position{File: "a"}}}}
	other := dupcheck.Diagnostic{Rule: dupcheck.NoName, Declarations: []dupcheck.Declaration{{Position: dupcheck.Position{File: "b"}}}}
	two := dupcheck.Diagnostic{Rule: dupcheck.DuplicateObject, Declarations: append(one.Declarations, one.Declarations...)}
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{one, other, two}}.Undeployed(func(d dupcheck.Declaration) string {
		if d.File == "a" {
			return "left out"
		}
		return ""
	})
	assert.Equal(t, []dupcheck.Diagnostic{other, two}, r.Diagnostics)
	assert.Equal(t, []dupcheck.Suppressed{{Diagnostic: one, By: dupcheck.ByNotDeployedTogether, Reason: "left out"}}, r.Suppressed)
}
