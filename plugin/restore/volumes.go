package restore

import (
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// Options are what the caller may decide about a recovery of volumes. The zero
// value is ready for use.
type Options struct {
	// Present is a dump of the cluster as it is now. Nil means that nothing is
	// known of it, so that everything is taken to be gone.
	Present *Dump
	// MakeClaims makes the claims of volumes whose claim is not in the dump
	// from the volumes.
	MakeClaims bool
	// Partial leaves out what is refused, and restores the rest.
	Partial bool
}

// Restoration says what has to be done to bind claims to their volumes again.
type Restoration struct {
	// Bindings are the claims with their volumes, sorted by claim.
	Bindings []Binding
	// Findings are all there is to know, refusals first.
	Findings []Finding
	// Files are what Plan writes: below a directory for each phase one object
	// or patch a file, and RESTORE.md. There are none if something is refused,
	// unless Options.Partial allows that.
	Files []split.File
}

// Binding is a claim and the volume it is bound to when all is done.
type Binding struct {
	// Claim and Volume are the two.
	Claim, Volume dupcheck.ID
	// Driver and Handle say which disk it is: the name of a CSI driver, or of a
	// volume source of Kubernetes, and what it calls the disk.
	Driver, Handle string
	// NodeAffinity are the labels of the nodes that can use the volume, such as
	// "topology.kubernetes.io/zone in eu-central-1a".
	NodeAffinity []string
	// Size is the capacity as written.
	Size string
	// State says what there is to do.
	State State
}

// Disk returns the disk as one text.
func (b Binding) Disk() string { return b.Driver + " " + b.Handle }

// State says what has to be done for a Binding.
type State string

// The states of a binding.
const (
	// Refused: a finding says why nothing is done.
	Refused State = "refused"
	// Bound: the two are bound to each other in the present cluster.
	Bound State = "bound"
	// Waiting: both are there, and not bound yet.
	Waiting State = "waiting"
	// Gone: the volume is created again.
	Gone State = "gone"
	// Released: the volume is there and is patched.
	Released State = "released"
	// Reserved: the volume is there and waits for its claim.
	Reserved State = "reserved"
)

// Refusals returns the number of findings that refuse something.
func (r Restoration) Refusals() int {
	n := 0
	for _, f := range r.Findings {
		if f.Refuses {
			n++
		}
	}
	return n
}

// Count returns the number of bindings in a state.
func (r Restoration) Count(s State) int {
	n := 0
	for _, b := range r.Bindings {
		if b.State == s {
			n++
		}
	}
	return n
}

// Plan returns the files as a plan of package split, which writes all of them
// or none. To write RESTORE.md, split.WriteOptions must have the Extension
// ".md"; with Prune what an earlier run has written and is not needed any
// more goes, as it should.
func (r Restoration) Plan() split.Plan {
	return split.Plan{Files: slices.Clone(r.Files)}
}

// run is the making of a recovery.
type run struct {
	findings findings
	lost     *state
	present  *state // or nil
	options  Options
}

// Volumes says how to bind the claims of a dump to their volumes again. It
// touches nothing. What could not be read is in the Unread of the dumps, which
// the caller has to look at.
func Volumes(d *Dump, o Options) Restoration {
	r := run{options: o}
	r.lost = d.state(&r.findings)
	if o.Present != nil {
		r.present = o.Present.state(&r.findings)
	}
	r.dangers()
	var actions []*action
	for _, p := range r.lost.pairs(&r.findings, o.MakeClaims) {
		before := len(r.findings)
		p.fits(&r.findings)
		a := r.place(p)
		for _, f := range r.findings[before:] {
			a.refused = a.refused || f.Refuses
		}
		actions = append(actions, a)
	}
	r.shared(actions)
	r.classes(actions)
	r.statefulSets(actions)
	out := Restoration{}
	files := r.files(actions)
	for _, a := range actions {
		out.Bindings = append(out.Bindings, a.binding())
	}
	out.Findings = r.findings.sorted()
	if len(actions) > 0 && (out.Refusals() == 0 || o.Partial) {
		for _, f := range files {
			out.Files = append(out.Files, f.file())
		}
		out.Files = append(out.Files, document(out, files)) // the last name in the order of names
	}
	return out
}

func (a *action) binding() Binding {
	size, _ := quantity(look(a.volume.value, "spec", "capacity", "storage"))
	b := Binding{
		Claim: a.claim.id, Volume: a.volume.id, Driver: a.volume.disk.driver, Handle: a.volume.disk.handle,
		NodeAffinity: a.volume.nodes(), Size: size.String(),
	}
	switch {
	case a.refused:
		b.State = Refused
	case a.createVolume:
		b.State = Gone
	case a.release || a.reserve:
		b.State = Released
	case a.done():
		b.State = Bound
	case a.createClaim:
		b.State = Reserved
	default:
		b.State = Waiting
	}
	return b
}

// classes warns once of each storage class that is nowhere.
func (r *run) classes(actions []*action) {
	said := map[string]bool{"": true}
	for _, a := range actions {
		class := a.volume.class
		if said[class] {
			continue
		}
		said[class] = true
		known := r.lost.dump.find(classKind, "", class) != nil ||
			r.present != nil && r.present.dump.find(classKind, "", class) != nil
		if !known {
			r.findings = append(r.findings, Finding{
				Rule: NoClass, Message: fmt.Sprintf("the storage class %s is not in the dump, as in none of pv,pvc alone", q(class)),
				Advice: "the volumes bind without it; create it from git before new claims need it, and give it reclaimPolicy: Retain",
			})
		}
	}
}
