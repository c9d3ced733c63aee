package manifest

import (
	"testing"
)

// A directory of a stranger's pull request stands in a command to be copied.
func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{
		"overlays/prod":        "overlays/prod",
		"a; touch pwned #":     "'a; touch pwned #'",
		"it's":                 `'it'\''s'`,
		"$(reboot)":            "'$(reboot)'",
		"-rf":                  "./-rf",
		"a\nb":                 "DIR",
		"\u202egnp.exe":        "DIR",
		"a b":                  "'a b'",
		"env/{cluster}/x,y@1+": "'env/{cluster}/x,y@1+'",
	} {
		require.Equal(t, want, shellWord(path), "%q", path)
	}
}
