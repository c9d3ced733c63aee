package argocd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/protect"
)

// admission is the policy that would have stopped the incident: no user may
// change the source or the destination of an Application.
const admission = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: application-prevent-updates}
spec:
  rules:
  - name: source
    match: {any: [{resources: {kinds: [Application], operations: [UPDATE]}}]}
    validate:
      deny: {conditions: {any: [{key: "{{request.object.spec.source.path}}", operator: NotEquals, value: "{{request.oldObject.spec.source.path}}"}]}}
`

// TestBesideArgoCD has the protections that are none of Argo CD's options: what
// they stop, and what is said here.
func TestBesideArgoCD(t *testing.T) {
	claim := claimFile("data", "")
	volume := func(policy string) string {
		return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\nspec: {" + policy + "}\n"
	}
	for _, tt := range []struct {
		name, in string
		guard    []string
		outcomes []string
	}{
		{
			// The API server refuses the twin. That is in no file of an
			// Application, and another cluster may lack the policy, so that
			// guard and impact say the same as without.
			name: "an admission policy", in: claim + "---\n" + admission,
			guard:    []string{"error unprotected-state PersistentVolumeClaim data: a/x.yaml:4"},
			outcomes: []string{"a ClusterPolicy/application-prevent-updates: pruned", "a PersistentVolumeClaim/data: pruned"},
		},
		{
			// The data outlives its claim, and the outage happens all the same:
			// the claim is pruned, and the volume is Released.
			name: "a volume that is retained", in: claim + "---\n" + volume("persistentVolumeReclaimPolicy: Retain"),
			guard:    []string{"error unprotected-state PersistentVolumeClaim data: a/x.yaml:4", "error unprotected-state PersistentVolume disk: a/x.yaml:9"},
			outcomes: []string{"a PersistentVolume/disk: pruned", "a PersistentVolumeClaim/data: pruned"},
		},
		{
			// The default of a volume that is written by hand is Retain.
			name: "a volume by default", in: volume(""),
			guard:    []string{"error unprotected-state PersistentVolume disk: a/x.yaml:3"},
			outcomes: []string{"a PersistentVolume/disk: pruned"},
		},
		{
			name: "a volume that is deleted", in: volume("persistentVolumeReclaimPolicy: Delete"),
			guard:    []string{"error unprotected-state PersistentVolume disk: a/x.yaml:3", "error volume-not-retained PersistentVolume disk: a/x.yaml:3"},
			outcomes: []string{"a PersistentVolume/disk: pruned"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := tree("apps.yaml", app{name: "a"}.String(), "a/x.yaml", tt.in)
			head := tree("apps.yaml", app{name: "a"}.String()+"---\n"+app{name: "a", path: "b"}.String(), "a/x.yaml", tt.in, "b/c.yaml", config)
			got := compare(t, base, head, impact.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Contains(t, rules(got, dupcheck.Error), "would-prune")
			r := protect.Guard(protect.Tree{Rest: stateOf(t, base, argocd.Options{}).Deployers[0].Desired.Objects}, protect.Options{})
			assert.Equal(t, tt.guard, found(r))
		})
	}
}
