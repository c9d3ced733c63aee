package admission_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

// TestDeletion: the guard that a deletion meets, by what a manifest says.
func TestDeletion(t *testing.T) {
	type fields = map[string]any
	off := fields{"metadata": fields{"labels": fields{admission.Protection: "off"}}}
	withFinalizer := func(name string) any {
		return fields{"kind": "Application", "metadata": fields{"finalizers": []any{name}}}
	}
	for _, tt := range []struct {
		kind, group        string
		content, namespace any
		want               string
	}{
		{"Namespace", "", fields{}, nil, "no-delete-namespace"},
		{"Namespace", "", off, nil, ""},
		{"Namespace", "other.example.com", fields{}, nil, ""},
		{"PersistentVolumeClaim", "", nil, nil, "no-delete-claim"},
		{"PersistentVolumeClaim", "", off, fields{}, "no-delete-claim"}, // the label of the claim means nothing
		{"PersistentVolumeClaim", "", fields{}, off, ""},
		{"PersistentVolume", "", fields{}, off, "no-delete-volume"},
		{"CustomResourceDefinition", "apiextensions.k8s.io", fields{}, nil, "no-delete-definition"},
		{"StatefulSet", "apps", fields{}, nil, ""},
		{"StatefulSet", "apps", nil, nil, "no-delete-statefulset"}, // it is not known
		{"StatefulSet", "apps", fields{"spec": fields{"persistentVolumeClaimRetentionPolicy": fields{"whenDeleted": "Delete"}}}, nil, "no-delete-statefulset"},
		{"StatefulSet", "apps", fields{"spec": fields{"persistentVolumeClaimRetentionPolicy": fields{"whenScaled": "Delete"}}}, nil, ""},
		{"Application", "argoproj.io", withFinalizer(deploy.Finalizer), nil, "no-delete-application"},
		{"Application", "argoproj.io", withFinalizer(deploy.Finalizer + "/background"), nil, "no-delete-application"},
		{"Application", "argoproj.io", withFinalizer("post-delete-finalizer.argocd.argoproj.io"), nil, ""},
		{"Application", "argoproj.io", fields{"kind": "Application"}, nil, ""},
		{"ApplicationSet", "argoproj.io", fields{"kind": "ApplicationSet"}, nil, "no-delete-application"},
		{"ApplicationSet", "argoproj.io", fields{"kind": "ApplicationSet", "spec": fields{"syncPolicy": fields{"preserveResourcesOnDeletion": true}}}, nil, ""},
		{"Cluster", "postgresql.cnpg.io", fields{}, nil, "no-delete-state"},
		{"Queue", "example.com", fields{}, nil, "no-delete-state"},
		{"Deployment", "apps", fields{}, nil, ""},
		{"ConfigMap", "", fields{}, nil, ""},
	} {
		got, _ := admission.Deletion([]deploy.StateKind{{Pattern: "Queue.example.com"}}, dupcheck.GroupKind{Group: tt.group, Kind: tt.kind}, tt.content, tt.namespace)
		assert.Equal(t, tt.want, got.Name, "%s %v %v", tt.kind, tt.content, tt.namespace)
	}
}

// TestTakeover: each mark has a guard, and some kinds have none.
func TestTakeover(t *testing.T) {
	for mark, want := range map[deploy.Mark]string{
		deploy.TrackingID: "no-takeover-argocd", deploy.ReleaseAnnotations: "no-takeover-helm",
		deploy.KustomizationLabels: "no-takeover-flux", deploy.HelmReleaseLabels: "no-takeover-flux",
	} {
		for _, gk := range []dupcheck.GroupKind{{Kind: "Endpoints"}, {Group: "discovery.k8s.io", Kind: "EndpointSlice"}, {Group: "coordination.k8s.io", Kind: "Lease"}, {Kind: "Event"}, {Kind: "Node"}} {
			_, ok := admission.Takeover(mark, gk)
			assert.False(t, ok, gk)
		}
		got, ok := admission.Takeover(mark, dupcheck.GroupKind{Group: "apps", Kind: "Deployment"})
		assert.True(t, ok)
		assert.Equal(t, want, got.Name)
		_, ok = admission.Takeover(mark, dupcheck.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"})
		assert.Equal(t, mark != deploy.TrackingID, ok)
	}
}
