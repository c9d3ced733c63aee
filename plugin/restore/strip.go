package restore

import "strings"

// What is stripped of volumes and claims before they are created again. It is
// what Velero strips, the reference among tools that do this (its
// pkg/restore/restore.go, resetMetadata and resetVolumeBindingInfo, and
// pkg/restore/actions/pvc_action.go, all of it there), plus owners and
// finalizers. The drill of plugin/internal/controlplane proves that what is left
// is bound again by the controller of 1.37.2.
//
// The source of each row is beside it: meta/v1 is
// k8s.io/apimachinery/pkg/apis/meta/v1/types.go, and pv_helpers is
// k8s.io/component-helpers/storage/volume/pv_helpers.go, both of v0.37.2.
var (
	// strippedMetadata are fields of metadata that the API server sets.
	strippedMetadata = []string{
		"uid",                        // meta/v1, ObjectMeta.UID: "Populated by the system. Read-only."
		"resourceVersion",            // meta/v1, ObjectMeta.ResourceVersion: the same, and a create that sets it is refused
		"generation",                 // meta/v1, ObjectMeta.Generation: the same
		"creationTimestamp",          // meta/v1, ObjectMeta.CreationTimestamp: the same
		"deletionTimestamp",          // meta/v1, ObjectMeta.DeletionTimestamp: the same, "when a graceful deletion is requested"
		"deletionGracePeriodSeconds", // meta/v1, ObjectMeta.DeletionGracePeriodSeconds: "Only set when deletionTimestamp is also set"
		"ownerReferences",            // meta/v1, ObjectMeta.OwnerReferences: "If ALL objects in the list have been deleted, this object will be garbage collected"
		"selfLink",                   // meta/v1, ObjectMeta.SelfLink: "legacy read-only field"
		"managedFields",              // meta/v1, ObjectMeta.ManagedFields: kept by the server of who set what
	}
	// strippedAnnotations are what the volume controller, the scheduler and
	// provisioners have noted about a binding that is no more.
	strippedAnnotations = []string{
		"pv.kubernetes.io/bind-completed",               // pv_helpers, AnnBindCompleted: with it a claim without its volume is Lost (pv_controller.go, syncBoundClaim)
		"pv.kubernetes.io/bound-by-controller",          // pv_helpers, AnnBoundByController: with it unbindVolume clears the whole claimRef (pv_controller.go)
		"volume.kubernetes.io/selected-node",            // pv_helpers, AnnSelectedNode: set by the scheduler, for a node that may be gone
		"volume.kubernetes.io/storage-provisioner",      // pv_helpers, AnnStorageProvisioner: "supposed to be dynamically provisioned"
		"volume.beta.kubernetes.io/storage-provisioner", // pv_helpers, AnnBetaStorageProvisioner: the same
	}
	// strippedFinalizers are put back by the controllers that they belong to.
	// A slash at the end stands for all that begin so.
	strippedFinalizers = []string{
		"kubernetes.io/pv-protection",                             // k8s.io/kubernetes/pkg/volume/util/finalizer.go, PVProtectionFinalizer
		"kubernetes.io/pvc-protection",                            // k8s.io/kubernetes/pkg/volume/util/finalizer.go, PVCProtectionFinalizer
		"kubernetes.io/pv-controller",                             // pv_helpers, PVDeletionInTreeProtectionFinalizer (KEP 2644)
		"external-provisioner.volume.kubernetes.io/finalizer",     // pv_helpers, PVDeletionProtectionFinalizer (KEP 2644)
		"external-attacher/",                                      // kubernetes-csi/external-attacher, pkg/controller/util.go, GetFinalizerName
		"provisioner.storage.kubernetes.io/cloning-protection",    // kubernetes-csi/external-provisioner, pkg/controller/controller.go, pvcCloneFinalizer
		"snapshot.storage.kubernetes.io/pvc-as-source-protection", // kubernetes-csi/external-snapshotter, pkg/utils/util.go, PVCFinalizer
		"foregroundDeletion",                                      // meta/v1, FinalizerDeleteDependents: of a deletion that is over
		"orphan",                                                  // meta/v1, FinalizerOrphanDependents: the same
	}
)

// strip removes what belongs to the object that is gone. It returns the
// finalizers of others, which stay.
func strip(value map[string]any) (kept []string) {
	remove(value, "status")
	for _, field := range strippedMetadata {
		remove(value, "metadata", field)
	}
	for _, key := range strippedAnnotations {
		remove(value, "metadata", "annotations", key)
	}
	dropEmpty(value, "metadata", "annotations")
	list, _ := look(value, "metadata", "finalizers").([]any)
	var rest []any
	for _, f := range list {
		if s, ok := f.(string); !ok || !strippedFinalizer(s) {
			rest = append(rest, f)
		}
	}
	remove(value, "metadata", "finalizers")
	if len(rest) > 0 {
		set(value, rest, "metadata", "finalizers")
	}
	return texts(rest)
}

func strippedFinalizer(s string) bool {
	for _, f := range strippedFinalizers {
		if s == f || strings.HasSuffix(f, "/") && strings.HasPrefix(s, f) {
			return true
		}
	}
	return false
}

// dropEmpty removes a mapping that has nothing in it.
func dropEmpty(value map[string]any, path ...string) {
	if m, ok := look(value, path...).(map[string]any); ok && len(m) == 0 {
		remove(value, path...)
	}
}

// restored returns the volume as it is created again: kept, and reserved for
// its claim.
func (v *volume) restored(c *claim) (map[string]any, []string) {
	value, _ := cloned(v.value).(map[string]any)
	kept := strip(value)
	set(value, "Retain", "spec", "persistentVolumeReclaimPolicy")
	remove(value, "spec", "claimRef", "uid")
	remove(value, "spec", "claimRef", "resourceVersion")
	for key, to := range reference(c) {
		set(value, to, "spec", "claimRef", key)
	}
	return value, kept
}

// reference is a claimRef that reserves a volume.
func reference(c *claim) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": claimKind.Kind, "namespace": c.id.Namespace, "name": c.id.Name,
	}
}

// restored returns the claim as it is created again.
func (c *claim) restored(v *volume) (map[string]any, []string) {
	value, _ := cloned(c.value).(map[string]any)
	kept := strip(value)
	set(value, c.id.Namespace, "metadata", "namespace")
	set(value, v.id.Name, "spec", "volumeName")
	return value, kept
}

// madeClaim is the claim of a volume that has lost it.
func madeClaim(v *volume) *claim {
	spec := map[string]any{
		"accessModes": look(v.value, "spec", "accessModes"),
		"resources":   map[string]any{"requests": map[string]any{"storage": look(v.value, "spec", "capacity", "storage")}},
		"volumeName":  v.id.Name,
		// Without a class the claim would get the default one.
		"storageClassName": v.class,
	}
	if mode := look(v.value, "spec", "volumeMode"); mode != nil {
		spec["volumeMode"] = mode
	}
	id := v.claim
	o := &object{id: id, at: v.at, value: map[string]any{
		"apiVersion": "v1", "kind": claimKind.Kind,
		"metadata": map[string]any{"name": id.Name, "namespace": id.Namespace},
		"spec":     spec,
	}}
	return newClaim(o, nil)
}
