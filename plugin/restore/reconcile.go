package restore

import "github.com/kuniq/kuniq/dupcheck"

const again = "then take a new dump of the present cluster and run again"

// reconcile decides the steps for a pair, given the present cluster.
func (r *run) reconcile(p *pair) {
	if r.present == nil {
		p.createVolume, p.createClaim = true, true
		return
	}
	if r.present.malformed[p.volume.id] || r.present.malformed[p.claim.id] {
		p.refused = true // a finding has the reason
		return
	}
	p.live = r.present.volumes[p.volume.id.Name]
	ns := r.present.dump.find(namespaceKind, p.claim.id.Namespace)
	if ns != nil && (ns.deleting() || ns.text("status", "phase") == "Terminating") {
		r.refuse(p, BeingDeleted, p.claim.object, "wait until the namespace is gone, "+again,
			"its namespace is still being deleted, and would take the claim along")
	}
	r.reconcileVolume(p)
	r.reconcileClaim(p)
}

func (r *run) reconcileVolume(p *pair) {
	live := p.live
	if live == nil {
		p.createVolume = true
		return
	}
	p.retain = live.policy != "Retain"
	switch {
	case live.disk != p.volume.disk:
		r.refuse(p, Occupied, live.object, "", "the cluster has a volume of this name with another disk (%s, not %s)",
			dupcheck.QuoteBrief(live.disk.String()), dupcheck.QuoteBrief(p.volume.disk.String()))
	case live.deleting():
		r.refuse(p, BeingDeleted, live.object, live.keep()+", wait until it is gone, "+again, "the volume is still being deleted")
	case live.claim.Name == "":
		p.reserve = true
	case live.claim != p.claim.id:
		r.refuse(p, Occupied, live.object, "", "the volume belongs to %s now", live.claim)
	case live.claimUID != "":
		r.release(p)
	}
}

// release decides about a live volume that names the uid of a claim. It never touches a
// bound one: without its uid the claim would count as lost (k8s.io/kubernetes
// pkg/controller/volume/persistentvolume/pv_controller.go, syncBoundClaim).
func (r *run) release(p *pair) {
	c := r.present.claims[p.claim.id]
	switch {
	case c != nil && c.uid == p.live.claimUID:
	case p.live.phase != "Released" && p.live.phase != "Failed":
		r.refuse(p, Occupied, p.live.object, "take the dump of the present cluster again, with -A, and look at the claim",
			"the volume is not released (%s), and its claim is not in the dump of the present cluster", dupcheck.QuoteBrief(p.live.phase))
	default:
		p.release = true
	}
}

func (r *run) reconcileClaim(p *pair) {
	c, live := r.present.claims[p.claim.id], p.live
	if c == nil {
		p.createClaim = true
		return
	}
	keepVolume := "" // the command that keeps the present disk of the claim
	if v := r.present.volumes[c.volume]; v != nil && v.policy != "Retain" {
		keepVolume = v.keep() + ", "
	}
	wants := live != nil && c.volume == live.id.Name && c.phase != "Lost"
	switch {
	case c.deleting():
		r.refuse(p, BeingDeleted, c.object, keepVolume+"stop what uses it, wait until it is gone, "+again, "the claim is still being deleted")
	case wants && live.claim == c.id && live.claimUID == c.uid: // bound
	case live == nil && c.volume == p.volume.id.Name:
		r.refuse(p, LostClaim, c.object, "delete the claim, which has no volume any more, "+again, "the cluster still has the claim, but not its volume")
	case wants && live.claimUID == "":
		p.unbound = true
		r.findings.warn(NotYetBound, c.object, "", "the cluster has it, but has not bound it yet")
	default:
		bound := "without a volume"
		if c.volume != "" {
			bound = "bound to the volume " + dupcheck.QuoteBrief(c.volume)
		}
		r.refuse(p, Occupied, c.object, keepVolume+"stop what uses it, delete the claim, "+again, "the cluster has another claim of this name, %s", bound)
	}
}

// keep returns the command that keeps the disk of a volume.
func (v *volume) keep() string {
	return "first kubectl patch pv " + v.id.Name + ` -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`
}

// dangers warns of volumes whose disk may be in deletion at this moment.
func (r *run) dangers() {
	if r.present == nil {
		r.findings.warn(NoPresent, nil, "unless it is new and empty, give a dump of it",
			"nothing is known of the present cluster: everything is assumed to be gone").Option = OptionPresent
		return
	}
	for _, v := range r.present.sortedVolumes() {
		if v.policy != "Retain" && (v.phase == "Released" || v.phase == "Failed") {
			r.findings.warn(DeleteReleased, v.object, v.keep()+", then look whether the disk is still there",
				"was released with the policy %s: its disk may be going now", dupcheck.QuoteBrief(v.policy))
		}
	}
}
