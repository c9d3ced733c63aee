package restore

import (
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// Check says whether a dump would be enough to restore all volumes. It is Volumes for a
// cluster that has lost everything, without the files, and its errors are the same. It also
// warns of volumes whose disk is deleted with their claim.
func Check(d *Dump) (Restoration, error) {
	r, err := Volumes(d, Options{})
	r.Files = nil
	f := findings(slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Rule == NoPresent }))
	d.deletes(&f)
	r.Findings = f.sorted()
	return r, err
}

// deletes warns, class by class, of the reclaim policy Delete.
func (d *Dump) deletes(f *findings) {
	classes := map[string][]*object{}
	for _, o := range d.all(volumeKind) {
		if policy := o.text("spec", "persistentVolumeReclaimPolicy"); policy == "Delete" || policy == "Recycle" {
			class := o.text("spec", "storageClassName")
			classes[class] = append(classes[class], o)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		volumes := classes[class]
		verb := "do"
		if len(volumes) == 1 {
			verb = "does"
		}
		f.warn(DeletePolicy, nil, "set the volumes to Retain; docs/restore.md has the command",
			"%s of the storage class %s %s not have the Retain policy: deleting a claim deletes its disk", report.Count(len(volumes), "volume"), dupcheck.QuoteBrief(class), verb).At = volumes[0].at
	}
	for _, o := range d.all(classKind) {
		if policy := o.text("reclaimPolicy"); policy != "Retain" {
			f.warn(DeletePolicy, o, "create it again with reclaimPolicy: Retain", "gives new volumes the policy Delete")
		}
	}
}
