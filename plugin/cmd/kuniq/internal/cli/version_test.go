package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersionLine(t *testing.T) {
	assert.Equal(t, "kuniq (devel) go1.26.0", buildInfo{Go: "go1.26.0"}.line())
	assert.Equal(t, "kuniq v1.2.3 0123abc go1.26.0", buildInfo{Version: "v1.2.3", Revision: "0123abc", Modified: true, Go: "go1.26.0"}.line())
}

// TestStampedVersion: the version that a release puts in is the same everywhere.
func TestStampedVersion(t *testing.T) {
	defer func(before string) { stamped = before }(stamped)
	stamped = "v1.2.3"
	assert.Contains(t, run(t, "", "version").stdout, "kuniq v1.2.3 ")
	var b buildInfo
	require.NoError(t, json.Unmarshal([]byte(run(t, "", "version", "-o", "json").stdout), &b))
	assert.Equal(t, thisBuild(), b)
	assert.Equal(t, "v1.2.3", b.Version)

	const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
	var sarif struct {
		Runs []struct {
			Tool struct{ Driver struct{ Version string } }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(run(t, object, "check", "-o", "sarif", "-").stdout), &sarif))
	require.Len(t, sarif.Runs, 1)
	assert.Equal(t, "v1.2.3", sarif.Runs[0].Tool.Driver.Version)
}
