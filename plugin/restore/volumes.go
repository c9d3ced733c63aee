package restore

import (
	"errors"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// Options are the choices for Volumes. The zero value is ready for use.
type Options struct {
	// Present is a dump of the cluster as it is now. If it is nil, all objects count as
	// deleted.
	Present *Dump
	// MakeClaims makes the claims that are missing in the dump from their volumes.
	MakeClaims bool
	// Partial restores the rest if something is refused.
	Partial bool
}

// Restoration holds the steps that bind claims to their volumes again.
type Restoration struct {
	// Bindings are the claims with their volumes, sorted by claim.
	Bindings []Binding
	// Findings are refusals and warnings, refusals first.
	Findings []Finding
	// Files are the files that Plan writes: one file for each object or patch, in a
	// directory for each phase, and RESTORE.md. There are none if something is refused,
	// unless Options.Partial is set.
	Files []split.File
}

// Binding is a claim and the volume that it will be bound to.
type Binding struct {
	// Claim and Volume are their names.
	Claim  dupcheck.ID `json:"claim"`
	Volume dupcheck.ID `json:"volume"`
	// Driver and Handle identify the disk: the name of a CSI driver, or of a volume source
	// of Kubernetes, and its name for the disk.
	Driver string `json:"driver"`
	Handle string `json:"handle"`
	// NodeAffinity are the labels of the nodes that can use the volume, such as
	// "topology.kubernetes.io/zone in eu-central-1a".
	NodeAffinity []string `json:"nodeAffinity"`
	// Size is the capacity as written.
	Size string `json:"size"`
	// State says which steps remain.
	State State `json:"state"`
}

// Disk returns the disk as one text.
func (b Binding) Disk() string { return b.Driver + " " + b.Handle }

// State is the state of a Binding.
type State string

// The states of a binding.
const (
	// Refused: a finding says why the claim is not restored.
	Refused State = "refused"
	// Bound: the two are bound to each other in the present cluster.
	Bound State = "bound"
	// Waiting: the cluster has both, but has not bound them yet.
	Waiting State = "waiting"
	// Gone: the volume is created again.
	Gone State = "gone"
	// Released: the cluster has the volume, and it is patched.
	Released State = "released"
	// Reserved: the cluster has the volume, which waits for its claim.
	Reserved State = "reserved"
)

// Refusals returns the number of findings that refuse something.
func (r Restoration) Refusals() int {
	return count(r.Findings, func(f Finding) bool { return f.Refuses })
}

// Count returns the number of bindings in a state.
func (r Restoration) Count(s State) int {
	return count(r.Bindings, func(b Binding) bool { return b.State == s })
}

func count[T any](list []T, is func(T) bool) (n int) {
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}

// Plan returns the files as a plan of package split, which writes all of them or none. To
// write RESTORE.md, split.WriteOptions must have the Extension ".md". With Prune it also
// removes files of an earlier run that are no longer needed.
func (r Restoration) Plan() split.Plan {
	return split.Plan{Files: slices.Clone(r.Files)}
}

// ErrNoVolumes says that a dump has neither a volume nor a claim.
var ErrNoVolumes = errors.New("no volumes and no claims found")

// ErrBlank says that the dump of the present cluster has neither an object nor a
// List. kubectl prints at least an empty List, so it has failed.
var ErrBlank = errors.New("the dump of the present cluster has nothing in it, not even an empty List")

// UnreadError says that a part of a dump could not be read. Claims or volumes may
// be in that part, so there is no restoration.
type UnreadError struct {
	// Unread has at least one element.
	Unread []dupcheck.Unread
}

// Error returns a text without the reasons.
func (*UnreadError) Error() string { return "not everything could be read" }

// Volumes returns the steps that bind the claims of a dump to their volumes again. It
// changes nothing. The error is ErrNoVolumes, ErrBlank or an *UnreadError.
func Volumes(d *Dump, o Options) (Restoration, error) {
	unread := d.Unread
	if o.Present != nil {
		unread = slices.Concat(unread, o.Present.Unread)
	}
	switch {
	case len(unread) > 0:
		return Restoration{}, &UnreadError{unread}
	case len(d.all(volumeKind)) == 0 && len(d.all(claimKind)) == 0:
		return Restoration{}, ErrNoVolumes
	case o.Present != nil && !o.Present.read:
		return Restoration{}, ErrBlank
	}
	return volumes(d, o), nil
}

// run makes a Restoration.
type run struct {
	findings findings
	lost     *cluster
	present  *cluster // or nil
}

// refuse refuses a pair.
func (r *run) refuse(p *pair, rule Rule, o *object, advice, format string, args ...any) {
	p.refused = true
	r.findings.refuse(rule, o, advice, format, args...)
}

// volumes is Volumes for dumps of any content.
func volumes(d *Dump, o Options) Restoration {
	r := run{}
	r.lost = d.cluster(&r.findings)
	if o.Present != nil {
		r.present = o.Present.cluster(&r.findings)
	}
	r.dangers()
	pairs := r.lost.pairs(&r.findings, o.MakeClaims)
	for _, p := range pairs {
		r.fits(p)
		r.reconcile(p)
	}
	r.shared(pairs)
	r.classes(pairs)
	r.statefulSets(pairs)
	files := r.files(pairs)
	out := Restoration{}
	for _, p := range pairs {
		out.Bindings = append(out.Bindings, p.binding())
	}
	out.Findings = r.findings.sorted()
	if len(pairs) > 0 && (out.Refusals() == 0 || o.Partial) {
		for _, f := range files {
			out.Files = append(out.Files, f.file())
		}
		out.Files = append(out.Files, document(out, files)) // its name sorts last
	}
	return out
}

func (p *pair) binding() Binding {
	size, _ := quantity(look(p.volume.value, "spec", "capacity", "storage"))
	b := Binding{
		Claim: p.claim.id, Volume: p.volume.id, Driver: p.volume.disk.driver, Handle: p.volume.disk.handle,
		NodeAffinity: p.volume.nodes(), Size: size.String(),
	}
	switch {
	case p.refused:
		b.State = Refused
	case p.createVolume:
		b.State = Gone
	case p.release || p.reserve:
		b.State = Released
	case p.createClaim:
		b.State = Reserved
	case p.unbound:
		b.State = Waiting
	default:
		b.State = Bound
	}
	return b
}

// classes warns once of each storage class that is in no dump.
func (r *run) classes(pairs []*pair) {
	said := map[string]bool{"": true}
	for _, p := range pairs {
		class := p.volume.class
		there := said[class] || r.lost.dump.find(classKind, class) != nil || r.present != nil && r.present.dump.find(classKind, class) != nil
		if said[class] = true; !there {
			r.findings.warn(NoClass, nil, "the volumes bind without it; create it from git before new claims need it, and give it reclaimPolicy: Retain",
				"the storage class %s is not in the dump, as in none of pv,pvc alone", dupcheck.QuoteBrief(class))
		}
	}
}
