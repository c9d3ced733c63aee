// Package restore brings volumes back on the disks that they had, and says what
// else is missing after a deletion. It works on manifests alone: a dump that was
// taken before, and one of what is left.
//
//	var dump, present restore.Dump
//	dump.Add("before.yaml", before)
//	present.Add("now.yaml", now)
//	r := restore.Volumes(&dump, restore.Options{Present: &present})
//	plan := r.Plan() // of package split, which writes it
//
// [Volumes] pairs every claim with its volume and makes, in phases, what binds
// them to each other again. It refuses whatever could end on another disk or on
// an empty one, with the reason.
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
// That is how the controller of 1.37.2 was seen to behave: the drill of
// plugin/internal/controlplane does it both ways on a real API server.
package restore
