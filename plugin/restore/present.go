package restore

// action is what has to be done for a pair.
type action struct {
	pair
	// refused says that nothing is done.
	refused bool
	// createVolume and createClaim say that they are gone.
	createVolume, createClaim bool
	// live is the volume in the present cluster, or nil.
	live *volume
	// retain says that the live volume must be told to Retain.
	retain bool
	// release says that the live volume must be taken from a claim that is
	// gone, and reserve that it must be given to the claim at all.
	release, reserve bool
	// unbound says that all is there, but not bound yet.
	unbound bool
}

// done says that the claim is bound to the volume already.
func (a *action) done() bool {
	return !a.refused && !a.createVolume && !a.createClaim && !a.release && !a.reserve && !a.unbound
}

const again = "then take a new dump of the present cluster and run again"

// place decides what has to be done for a pair.
func (r *run) place(p pair) *action {
	a := &action{pair: p}
	if r.present == nil {
		a.createVolume, a.createClaim = true, true
		return a
	}
	a.live = r.present.volumes[p.volume.id.Name]
	if r.present.malformed[p.volume.id] || r.present.malformed[p.claim.id] {
		a.refused = true // the reason is there already
		return a
	}
	before := len(r.findings)
	r.placeNamespace(a)
	r.placeVolume(a)
	r.placeClaim(a)
	for _, f := range r.findings[before:] {
		a.refused = a.refused || f.Refuses
	}
	return a
}

// placeNamespace refuses what would be deleted with its namespace at once.
func (r *run) placeNamespace(a *action) {
	ns := r.present.dump.find(namespaceKind, "", a.claim.id.Namespace)
	if ns != nil && (ns.deleting() || ns.text("status", "phase") == "Terminating") {
		r.findings.refuse(BeingDeleted, a.claim.object, "wait until the namespace is gone, "+again,
			"its namespace is still being deleted, and would take the claim along")
	}
}

func (r *run) placeVolume(a *action) {
	v, live := a.volume, a.live
	if live == nil {
		a.createVolume = true
		return
	}
	a.retain = live.policy != "Retain"
	switch {
	case live.disk != v.disk:
		r.findings.refuse(Occupied, live.object, "", "the cluster has a volume of this name with another disk (%s, not %s)",
			q(live.disk.String()), q(v.disk.String()))
	case live.deleting():
		r.findings.refuse(BeingDeleted, live.object, keep(live)+", wait until it is gone, "+again, "the volume is still being deleted")
	case live.claim.Name == "":
		a.reserve = true
	case live.claim != a.claim.id:
		r.findings.refuse(Occupied, live.object, "", "the volume belongs to %s now", live.claim)
	case live.claimUID == "":
	default:
		r.release(a)
	}
}

// release decides about a live volume that names the uid of a claim. One that is
// bound is never touched: without its uid the claim would count as lost
// (k8s.io/kubernetes pkg/controller/volume/persistentvolume/pv_controller.go,
// syncBoundClaim).
func (r *run) release(a *action) {
	if c := r.present.claims[a.claim.id]; c != nil && c.uid == a.live.claimUID {
		return
	}
	if a.live.phase != "Released" && a.live.phase != "Failed" {
		r.findings.refuse(Occupied, a.live.object, "take the dump of the present cluster again, with -A, and look at the claim",
			"the volume is not released (%s), and its claim is not in the dump of the present cluster", q(a.live.phase))
		return
	}
	a.release = true
}

// keep is the command that keeps the disk of a volume.
func keep(v *volume) string {
	return "first kubectl patch pv " + v.id.Name + ` -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`
}

func (r *run) placeClaim(a *action) {
	c := r.present.claims[a.claim.id]
	if c == nil {
		a.createClaim = true
		return
	}
	bound := a.live != nil && c.volume == a.live.id.Name && a.live.claim == c.id && a.live.claimUID == c.uid
	switch {
	case c.deleting():
		r.findings.refuse(BeingDeleted, c.object, r.keepVolumeOf(c)+"stop what uses it, wait until it is gone, "+again,
			"the claim is still being deleted")
	case bound && c.phase != "Lost":
	case a.live == nil && c.volume == a.volume.id.Name:
		r.findings.refuse(LostClaim, c.object, "delete the claim, which has no volume any more, "+again,
			"the cluster still has the claim, but not its volume")
	case a.live != nil && c.volume == a.live.id.Name && a.live.claimUID == "" && c.phase != "Lost":
		a.unbound = true
		r.findings.warn(NotYetBound, c.object, "", "the cluster has it, but has not bound it yet")
	default:
		r.findings.refuse(Occupied, c.object, r.keepVolumeOf(c)+"stop what uses it, delete the claim, "+again,
			"the cluster has another claim of this name, %s", boundTo(c))
	}
}

func boundTo(c *claim) string {
	if c.volume == "" {
		return "without a volume"
	}
	return "bound to the volume " + q(c.volume)
}

// keepVolumeOf is the command that keeps the disk of a claim's volume.
func (r *run) keepVolumeOf(c *claim) string {
	if v := r.present.volumes[c.volume]; v != nil && v.policy != "Retain" {
		return keep(v) + ", "
	}
	return ""
}

// dangers warns of volumes whose disk may be going at this moment.
func (r *run) dangers() {
	if r.present == nil {
		r.findings.warn(NoPresent, nil, "give a dump of the present cluster with --present, unless it is new and empty",
			"nothing is known of the present cluster: everything is taken to be gone")
		return
	}
	for _, v := range r.present.sortedVolumes() {
		if v.policy != "Retain" && (v.phase == "Released" || v.phase == "Failed") {
			r.findings.warn(DeleteReleased, v.object, keep(v)+", then look whether the disk is still there",
				"was released with the policy %s: its disk may be going now", q(v.policy))
		}
	}
}

// shared refuses volumes that are the same disk as another one.
func (r *run) shared(actions []*action) {
	d := disks{same: map[disk][]*volume{}, alike: map[string][]*volume{}, restored: map[string]bool{}}
	for _, a := range actions {
		d.restored[a.volume.id.Name] = !a.refused
	}
	for _, v := range r.lost.sortedVolumes() {
		// What is not restored and not there any more is no danger.
		if _, paired := d.restored[v.id.Name]; paired || r.present == nil {
			d.add(v)
		}
	}
	if r.present != nil {
		for _, v := range r.present.sortedVolumes() {
			d.add(v)
		}
	}
	for _, a := range actions {
		if !a.refused {
			a.refused = d.judge(a, &r.findings)
		}
	}
}

// disks finds volumes by their disk.
type disks struct {
	same     map[disk][]*volume
	alike    map[string][]*volume
	restored map[string]bool // names of volumes
}

func (d *disks) add(v *volume) {
	key := v.disk
	key.csi = false
	d.same[key] = append(d.same[key], v)
	d.alike[v.disk.handle] = append(d.alike[v.disk.handle], v)
}

// judge says whether a pair is refused because of another volume.
func (d *disks) judge(a *action, f *findings) (refused bool) {
	v, key := a.volume, a.volume.disk
	key.csi = false
	said := map[string]bool{v.id.Name: true} // the other dump has the same volumes
	for _, other := range d.same[key] {
		if said[other.id.Name] {
			continue
		}
		said[other.id.Name] = true
		if d.both(a, other, f) {
			refused = true
		}
	}
	for _, other := range d.alike[v.disk.handle] {
		if !said[other.id.Name] {
			said[other.id.Name] = true
			f.warn(SharedDisk, v.object, "make sure that they are two disks", "has the handle of %s, which has the driver %s", other.id.Name, q(other.disk.driver))
		}
	}
	return refused
}

// both is about a pair whose volume is the same disk as another one. Two
// volumes that many may write to are no danger; a disk that two nodes mount
// is, and so is a volume whose deletion takes the disk along.
func (d *disks) both(a *action, other *volume, f *findings) (refused bool) {
	v := a.volume
	what := "is the same disk as " + other.id.Name + " (" + q(v.disk.String()) + ")"
	switch {
	case v.shareable() && other.shareable():
		f.warn(SharedDisk, v.object, "", "%s, which many may use", what)
	case d.restored[other.id.Name]:
		f.refuse(SharedDisk, v.object, "leave one of them out of the dump", "%s", what)
		return true
	case other.policy != "Retain" && other.policy != "":
		f.refuse(SharedDisk, v.object, keep(other)+", or the disk goes with it", "%s, which has the policy %s", what, q(other.policy))
		return true
	default:
		f.warn(SharedDisk, v.object, "make sure that nothing else uses it", "%s", what)
	}
	return false
}
