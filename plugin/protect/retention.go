package protect

import "github.com/kuniq/kuniq/dupcheck"

// retention says for each ID of volumes, claims and classes of the tree whether all objects
// with it are retained. Only the IDs of claims have a namespace.
type retention map[dupcheck.ID]bool

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

// learn records a volume or a class. If several clusters have different ones of one name,
// all of them count.
func (r retention) learn(s *subject) {
	note := func(gk dupcheck.GroupKind, namespace, name string, retained bool) {
		id := idOf(gk, namespace, name)
		before, known := r[id]
		r[id] = retained && (before || !known)
	}
	switch gk := s.id.GroupKind(); gk {
	case persistentVolume:
		note(gk, "", s.id.Name, retainsVolume(s))
		if name := textOf(&s.object, "spec", "claimRef", "name"); name != "" {
			note(claim, textOf(&s.object, "spec", "claimRef", "namespace"), name, retainsVolume(s))
		}
	case storageClass:
		note(gk, "", s.id.Name, textOf(&s.object, "reclaimPolicy") == retain)
	case snapshotClass:
		note(gk, "", s.id.Name, textOf(&s.object, "deletionPolicy") == retain)
	}
}

func idOf(gk dupcheck.GroupKind, namespace, name string) dupcheck.ID {
	return dupcheck.ID{Group: gk.Group, Kind: gk.Kind, Namespace: namespace, Name: name}
}

// retainsVolume says whether a volume is retained. By default, one that is not provisioned
// is retained (k8s.io/api core/v1, PersistentVolumeReclaimPolicy).
func retainsVolume(s *subject) bool {
	_, known := contentOf(&s.object)
	policy := textOf(&s.object, "spec", "persistentVolumeReclaimPolicy")
	return policy == retain || policy == "" && known
}

// keeps says whether the data of an object stays when the object is deleted. The data of a
// claim stays if its volume is retained, or if all volumes of its class are.
func (r retention) keeps(s *subject) bool {
	switch s.id.GroupKind() {
	case claim:
		volume, class := textOf(&s.object, "spec", "volumeName"), textOf(&s.object, "spec", "storageClassName")
		retained, bound := r[idOf(claim, s.id.Namespace, s.id.Name)]
		if volume != "" || bound {
			return retained || r[idOf(persistentVolume, "", volume)]
		}
		return r[idOf(storageClass, "", class)]
	case snapshotContent:
		return textOf(&s.object, "spec", "deletionPolicy") == retain
	case snapshot:
		return r[idOf(snapshotClass, "", textOf(&s.object, "spec", "volumeSnapshotClassName"))]
	}
	return false
}
