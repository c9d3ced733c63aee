package restore

import "github.com/kuniq/kuniq/dupcheck"

// shared refuses volumes that are the same disk as another one.
func (r *run) shared(pairs []*pair) {
	d := disks{same: map[disk][]*volume{}, alike: map[string][]*volume{}, restored: map[string]bool{}}
	for _, p := range pairs {
		d.restored[p.volume.id.Name] = !p.refused
	}
	for _, v := range r.lost.sortedVolumes() {
		// A volume that is neither restored nor present is no danger.
		if _, paired := d.restored[v.id.Name]; paired || r.present == nil {
			d.add(v)
		}
	}
	if r.present != nil {
		for _, v := range r.present.sortedVolumes() {
			d.add(v)
		}
	}
	for _, p := range pairs {
		if !p.refused {
			r.compareDisks(p, d)
		}
	}
}

// disks finds volumes by their disk.
type disks struct {
	same     map[disk][]*volume
	alike    map[string][]*volume // by handle
	restored map[string]bool      // names of volumes
}

// key returns the disk, whether the volume names a CSI driver or not.
func (v *volume) key() disk { return disk{driver: v.disk.driver, handle: v.disk.handle} }

func (d *disks) add(v *volume) {
	d.same[v.key()] = append(d.same[v.key()], v)
	d.alike[v.disk.handle] = append(d.alike[v.disk.handle], v)
}

// compareDisks looks for other volumes with the disk of a pair.
func (r *run) compareDisks(p *pair, d disks) {
	v := p.volume
	said := map[string]bool{v.id.Name: true} // the other dump has the same volumes
	for _, other := range d.same[v.key()] {
		if !said[other.id.Name] {
			said[other.id.Name] = true
			r.sameDisk(p, other, d.restored[other.id.Name])
		}
	}
	for _, other := range d.alike[v.disk.handle] {
		if !said[other.id.Name] {
			said[other.id.Name] = true
			r.findings.warn(SharedDisk, v.object, "make sure that they are two disks", "has the handle of %s, which has the driver %s", other.id.Name, dupcheck.QuoteBrief(other.disk.driver))
		}
	}
}

// sameDisk refuses a pair if another volume has the same disk and that is a danger. There is
// no danger if both are made for many writers. A disk that two nodes mount is a danger, and
// so is a volume whose deletion deletes the disk.
func (r *run) sameDisk(p *pair, other *volume, restored bool) {
	v := p.volume
	is := "is the same disk as " + other.id.Name + " (" + dupcheck.QuoteBrief(v.disk.String()) + ")"
	switch {
	case v.shareable() && other.shareable():
		r.findings.warn(SharedDisk, v.object, "", "%s, which many may use", is)
	case restored:
		r.refuse(p, SharedDisk, v.object, "leave one of them out of the dump", "%s", is)
	case other.policy != "Retain" && other.policy != "":
		r.refuse(p, SharedDisk, v.object, other.keep()+", or the disk goes with it", "%s, which has the policy %s", is, dupcheck.QuoteBrief(other.policy))
	default:
		r.findings.warn(SharedDisk, v.object, "make sure that nothing else uses it", "%s", is)
	}
}
