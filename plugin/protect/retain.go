package protect

import (
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// retained looks at the fields that decide whether data outlives its object.
// Where each is from: k8s.io/api storage/v1, core/v1 and apps/v1; external-
// snapshotter, where deletionPolicy has no default; Strimzi's reference
// (deleteClaim, false by default); cloud-on-k8s v3 pkg/apis/elasticsearch/v1
// (VolumeClaimDeletePolicy, DeleteOnScaledownAndClusterDeletion by default); Rook's
// page on cleaning up (spec.cleanupPolicy.confirmation); minio/operator
// pkg/apis/minio.min.io/v2, Pool (reclaimStorage); the release notes of Percona's
// operators (finalizers delete-*-pvc, with percona.com/ before them since 2024);
// docs.crossplane.io on managed resources (deletionPolicy, Delete by default, of
// which only what is written is told, since managementPolicies count as well).
func (g *guard) retained(o *dupcheck.Object, id dupcheck.ID) {
	looks, ok := retention[id.GroupKind().String()]
	if !ok && isManaged(id.Group) {
		looks, ok = managed, true
	}
	if !ok && strings.HasSuffix(id.Group, "percona.com") {
		looks, ok = percona, true
	}
	if !ok || o.Body == nil {
		return
	}
	value, err := o.Body.Value()
	if err != nil {
		return // its reader has reported it
	}
	for _, message := range looks(value) {
		g.tell(o, VolumeNotRetained, dupcheck.Error, o.At, message, "set it so that data is retained")
	}
}

// retention says, by kind, what is wrong with the content of an object.
var retention = map[string]func(v any) []string{
	"StorageClass.storage.k8s.io": func(v any) []string {
		switch s, _ := field(v, "reclaimPolicy").(string); s {
		case "Retain":
			return nil
		case "":
			return []string{"has no reclaimPolicy, and the default is Delete: volumes are deleted with their claims"}
		}
		return []string{"has a reclaimPolicy other than Retain: volumes are deleted with their claims"}
	},
	"PersistentVolume": func(v any) []string {
		return when(field(v, "spec", "persistentVolumeReclaimPolicy") == "Delete", "has persistentVolumeReclaimPolicy: Delete: the volume is deleted with its claim")
	},
	"StatefulSet.apps": func(v any) []string {
		policy := field(v, "spec", "persistentVolumeClaimRetentionPolicy")
		return append(when(field(policy, "whenDeleted") == "Delete", "has persistentVolumeClaimRetentionPolicy.whenDeleted: Delete: its volumes are deleted with it"),
			when(field(policy, "whenScaled") == "Delete", "has persistentVolumeClaimRetentionPolicy.whenScaled: Delete: volumes are deleted when it gets smaller")...)
	},
	"VolumeSnapshotClass.snapshot.storage.k8s.io": func(v any) []string {
		return when(field(v, "deletionPolicy") == "Delete", "has deletionPolicy: Delete: snapshots are deleted with their objects")
	},
	"VolumeSnapshotContent.snapshot.storage.k8s.io": func(v any) []string {
		return when(field(v, "spec", "deletionPolicy") == "Delete", "has deletionPolicy: Delete: the snapshot is deleted with its object")
	},
	"Kafka.kafka.strimzi.io": func(v any) []string {
		return when(deletesClaims(field(v, "spec", "kafka", "storage")) || deletesClaims(field(v, "spec", "zookeeper", "storage")),
			"has deleteClaim: true: its volumes are deleted with it")
	},
	"KafkaNodePool.kafka.strimzi.io": func(v any) []string {
		return when(deletesClaims(field(v, "spec", "storage")), "has deleteClaim: true: its volumes are deleted with it")
	},
	"Elasticsearch.elasticsearch.k8s.elastic.co": func(v any) []string {
		return when(field(v, "spec", "volumeClaimDeletePolicy") != "DeleteOnScaledownOnly",
			"has no volumeClaimDeletePolicy: DeleteOnScaledownOnly: its volumes are deleted with it")
	},
	"CephCluster.ceph.rook.io": func(v any) []string {
		return when(field(v, "spec", "cleanupPolicy", "confirmation") == "yes-really-destroy-data",
			"has cleanupPolicy.confirmation: yes-really-destroy-data: the data on all disks is destroyed with it")
	},
	"Tenant.minio.min.io": func(v any) []string {
		pools, _ := field(v, "spec", "pools").([]any)
		return when(slices.ContainsFunc(pools, func(p any) bool { return field(p, "reclaimStorage") == true }),
			"has a pool with reclaimStorage: true: its volumes are deleted with it")
	},
}

func isManaged(group string) bool {
	return strings.HasSuffix(group, ".crossplane.io") || strings.HasSuffix(group, ".upbound.io")
}

func managed(v any) []string {
	return when(field(v, "spec", "deletionPolicy") == "Delete", "has deletionPolicy: Delete: what it manages is deleted with it")
}

func percona(v any) []string {
	finalizers, _ := field(v, "metadata", "finalizers").([]any)
	return when(slices.ContainsFunc(finalizers, func(f any) bool {
		s, _ := f.(string)
		return strings.Contains(s, "delete-") && strings.HasSuffix(s, "-pvc")
	}), "has a finalizer that deletes its volumes with it")
}

// deletesClaims looks at a storage of Strimzi, or at the volumes of one.
func deletesClaims(storage any) bool {
	volumes, _ := field(storage, "volumes").([]any)
	return field(storage, "deleteClaim") == true ||
		slices.ContainsFunc(volumes, func(v any) bool { return field(v, "deleteClaim") == true })
}

func when(is bool, message string) []string {
	if is {
		return []string{message}
	}
	return nil
}

// field returns what is at a path of mappings, or nil.
func field(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}
