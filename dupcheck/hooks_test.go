package dupcheck_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestHelmHooksMeetInTheirPhases(t *testing.T) {
	const plain = "(none)"
	for _, test := range []struct {
		name  string
		hooks []string
		found []int // how many declarations each diagnostic has
	}{
		{"plain twice", []string{plain, plain}, []int{2}},
		{"plain and a hook", []string{plain, "pre-install"}, nil},
		{"two phases", []string{"pre-install", "post-install"}, nil},
		{"one phase twice", []string{"pre-install", "pre-install"}, []int{2}},
		{"a common phase among several", []string{"pre-install, post-upgrade", "Pre-Upgrade,post-upgrade"}, []int{2}},
		{"test and its old name", []string{"test", "test-success"}, []int{2}},
		{"connected by a third", []string{"pre-install", "post-install", "pre-install,post-install"}, []int{3}},
		{"connected, the third first", []string{"pre-install,post-install", "pre-install", "post-install"}, []int{3}},
		{"two pairs", []string{plain, "pre-install", plain, "pre-install"}, []int{2, 2}},
		{"no phase that Helm knows", []string{plain, "pre-instal"}, []int{2}},
		{"an empty hook", []string{plain, ""}, []int{2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var objects []dupcheck.Object
			for i, hook := range test.hooks {
				o := dupcheck.Object{APIVersion: "v1", Kind: "ConfigMap", Namespace: "shop", Name: "a", At: dupcheck.Position{Line: i + 1}}
				if hook != plain {
					o.Annotations = map[string]string{"helm.sh/hook": hook}
				}
				objects = append(objects, o)
			}
			var found []int
			for _, d := range dupcheck.Check(dupcheck.Rules{HelmHooks: true}, objects).Diagnostics {
				found = append(found, len(d.Declarations))
			}
			assert.Equal(t, test.found, found)
			strict := dupcheck.Check(dupcheck.Rules{}, objects).Diagnostics
			if assert.Len(t, strict, 1, "without Helm nothing is exempt") {
				assert.Len(t, strict[0].Declarations, len(objects))
			}
		})
	}
}
