// Package restore brings volumes back on the disks that they had, and says what
// else is missing after a deletion. It reads dumps: one from before the deletion,
// and one of the cluster as it is now. It never talks to a cluster.
//
//	var dump, present restore.Dump
//	dump.Add("before.yaml", before)
//	present.Add("now.yaml", now)
//	r, err := restore.Volumes(&dump, restore.Options{Present: &present})
//	plan := r.Plan() // of package split, which writes it
//
// [Volumes] pairs every claim with its volume. It makes manifests and patches, in
// phases, that bind them to each other again, and it refuses, with the reason, a
// claim that could end on another disk or on an empty one. [Check] says whether a
// dump would be enough for that. [Compare] says which objects are missing, and in
// which order they come back.
//
// # The trap
//
// A PersistentVolume that is created with the claimRef.uid of a claim that is
// gone counts as released, and if its policy is Delete the controller deletes
// the disk. So nothing that this package writes has a uid or a resourceVersion
// in its claimRef, and every volume has the policy Retain. "kubectl apply"
// cannot remove a stale uid from a volume that is still there, because it only
// removes what it has set itself; for such a volume there is a JSON patch.
//
// The drill of plugin/internal/controlplane shows both ways with the controller of
// 1.37.2 on a real API server.
//
// # Facts
//
// The tables in data say which kinds come back when, which objects they refer to,
// which field says which disk it is, and which fields are stripped. Each row has
// its source.
//
// # What is promised
//
// The package is v0: the API may change in any minor release, as the changelog
// says. The JSON of WriteJSON is a contract: fields may be added, none is renamed.
package restore
