package protect

import "github.com/kuniq/kuniq/dupcheck"

// retention knows which volumes and snapshots of the tree outlive their claims. The
// zero value knows none.
type retention struct {
	volumes, claims, classes, snapshotClasses map[string]bool // whether all of a name are retained
}

const retain = "Retain"

// The kinds of volumes and snapshots.
var (
	persistentVolume = dupcheck.GroupKind{Kind: "PersistentVolume"}
	claim            = dupcheck.GroupKind{Kind: "PersistentVolumeClaim"}
	storageClass     = dupcheck.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}
	snapshot         = dupcheck.GroupKind{Group: snapshots, Kind: "VolumeSnapshot"}
	snapshotContent  = dupcheck.GroupKind{Group: snapshots, Kind: "VolumeSnapshotContent"}
	snapshotClass    = dupcheck.GroupKind{Group: snapshots, Kind: "VolumeSnapshotClass"}
)

const snapshots = "snapshot.storage.k8s.io"

// learn takes note of a volume or a class. Several clusters may have different ones of
// one name: then all of them count.
func (r *retention) learn(s *subject) {
	note := func(names *map[string]bool, name string, retained bool) {
		if *names == nil {
			*names = map[string]bool{}
		}
		before, known := (*names)[name]
		(*names)[name] = retained && (before || !known)
	}
	switch s.id.GroupKind() {
	case persistentVolume:
		note(&r.volumes, s.id.Name, retainsVolume(s))
		if name := textOf(&s.object, "spec", "claimRef", "name"); name != "" {
			note(&r.claims, textOf(&s.object, "spec", "claimRef", "namespace")+"/"+name, retainsVolume(s))
		}
	case storageClass:
		note(&r.classes, s.id.Name, textOf(&s.object, "reclaimPolicy") == retain)
	case snapshotClass:
		note(&r.snapshotClasses, s.id.Name, textOf(&s.object, "deletionPolicy") == retain)
	}
}

// retainsVolume says whether a volume is retained. One that is not provisioned is by
// default (k8s.io/api core/v1, PersistentVolumeReclaimPolicy).
func retainsVolume(s *subject) bool {
	policy := textOf(&s.object, "spec", "persistentVolumeReclaimPolicy")
	return policy == retain || policy == "" && hasContent(&s.object)
}

// keeps says whether the data of an object stays when that is deleted. Of a claim
// that is so if its volume is retained, or if all volumes of its class are.
func (r *retention) keeps(s *subject) bool {
	switch s.id.GroupKind() {
	case claim:
		volume, class := textOf(&s.object, "spec", "volumeName"), textOf(&s.object, "spec", "storageClassName")
		retained, bound := r.claims[s.id.Namespace+"/"+s.id.Name]
		if volume != "" || bound {
			return retained || r.volumes[volume]
		}
		return r.classes[class]
	case snapshotContent:
		return textOf(&s.object, "spec", "deletionPolicy") == retain
	case snapshot:
		return r.snapshotClasses[textOf(&s.object, "spec", "volumeSnapshotClassName")]
	}
	return false
}
