// Package restore restores volumes on the disks that they had, and lists the other objects
// that are missing after a deletion. It reads dumps: one from before the deletion, and one
// of the cluster as it is now. It never connects to a cluster.
//
//	var dump, present restore.Dump
//	dump.Add("before.yaml", before)
//	present.Add("now.yaml", now)
//	r, err := restore.Volumes(&dump, restore.Options{Present: &present})
//	plan := r.Plan() // of package split, which writes it
//
// [Volumes] pairs every claim with its volume. It makes manifests and patches, in phases,
// that bind them to each other again. It refuses, with the reason, a claim that could get
// another disk or an empty one. [Check] says whether a dump would be enough for that.
// [Compare] lists the missing objects, in the order of their restoration.
//
// # The trap
//
// A PersistentVolume that is created with the claimRef.uid of a deleted claim counts as
// released, and if its policy is Delete the controller deletes the disk. So this package
// never writes a uid or a resourceVersion into a claimRef, and every volume gets the policy
// Retain. "kubectl apply" cannot remove a stale uid from an existing volume, because it only
// removes fields that it has set itself. For such a volume there is a JSON patch.
//
// The drill of plugin/internal/controlplane shows both ways with the controller of
// 1.37.2 on a real API server.
//
// # Facts
//
// The tables in data list when each kind is restored, the objects that it refers to, the
// fields that identify a disk, and the fields that are stripped. Each row has its source.
//
// # Stability
//
// The package is v0: the API may change in any minor release, as the changelog
// says. The JSON of WriteJSON is a contract: fields may be added, none is renamed.
package restore
