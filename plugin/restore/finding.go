package restore

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Rule is the short name of what a Finding is about. docs/restore.md explains
// each of them.
type Rule string

// The rules of volumes. Those that refuse come first; SharedDisk and Occupied
// may do either.
const (
	// Malformed: a field that decides has the wrong type, or a name is one
	// that no API server accepts.
	Malformed Rule = "malformed"
	// Ambiguous: one object is in the dump twice, with different contents.
	Ambiguous Rule = "ambiguous"
	// CutShort: a List of the dump goes on elsewhere.
	CutShort Rule = "cut-short"
	// ClaimWithoutVolume: the volume that a claim was bound to is not in the
	// dump.
	ClaimWithoutVolume Rule = "claim-without-volume"
	// VolumeWithoutClaim: a volume was bound to a claim that is not in the
	// dump.
	VolumeWithoutClaim Rule = "volume-without-claim"
	// Misbound: a claim and its volume do not name each other.
	Misbound Rule = "misbound"
	// SeveralVolumes: more than one volume says that it belongs to a claim.
	SeveralVolumes Rule = "several-volumes"
	// SharedDisk: two volumes are the same disk, or may be.
	SharedDisk Rule = "shared-disk"
	// Unlike: a claim and its volume differ in volume mode or storage class,
	// so that they cannot have been bound to each other.
	Unlike Rule = "unlike"
	// Occupied: the cluster has another claim or volume of this name.
	Occupied Rule = "occupied"
	// BeingDeleted: the cluster is still deleting something of this name.
	BeingDeleted Rule = "being-deleted"
	// LostClaim: the cluster still has the claim, but not its volume.
	LostClaim Rule = "lost-claim"
	// Unwritable: the object could not be written so that it reads the same.
	Unwritable Rule = "unwritable"

	// NoPresent: nothing is known of what the cluster has now.
	NoPresent Rule = "no-present"
	// DeleteReleased: the cluster has a released volume with the policy
	// Delete, whose disk may be going.
	DeleteReleased Rule = "delete-released"
	// NeverBound: a claim had no volume.
	NeverBound Rule = "never-bound"
	// LeftOut: a volume is not restored, because no claim needs it.
	LeftOut Rule = "left-out"
	// MadeClaim: a claim was made from its volume.
	MadeClaim Rule = "made-claim"
	// BiggerClaim: a claim asks for more than its volume has.
	BiggerClaim Rule = "bigger-claim"
	// AccessModes: a claim asks for an access mode that its volume has not.
	AccessModes Rule = "access-modes"
	// NoClass: a storage class is not in the dump.
	NoClass Rule = "no-class"
	// WasDeleting: an object was being deleted when the dump was taken.
	WasDeleting Rule = "was-deleting"
	// WasFailed: the volume had failed when the dump was taken.
	WasFailed Rule = "was-failed"
	// KeptFinalizer: a finalizer of another tool stays.
	KeptFinalizer Rule = "kept-finalizer"
	// MissingOrdinal: a StatefulSet would make a new claim, with an empty
	// volume.
	MissingOrdinal Rule = "missing-ordinal"
	// DeletesClaims: a StatefulSet deletes its claims.
	DeletesClaims Rule = "deletes-claims"
	// DeletePolicy: volumes have the policy Delete, so that deleting a claim
	// deletes its disk.
	DeletePolicy Rule = "delete-policy"
	// OneNode: a volume can be used on one node only.
	OneNode Rule = "one-node"
	// NotYetBound: the cluster has the claim and its volume, but has not bound
	// them.
	NotYetBound Rule = "not-yet-bound"
)

// Finding is something to know about a recovery.
type Finding struct {
	// Rule is its short name.
	Rule Rule
	// Refuses says that what it is about is not restored.
	Refuses bool
	// ID is the object, or the zero ID if it is about the dump.
	ID dupcheck.ID
	// At is where the object is in the dump, or in that of the present cluster.
	At dupcheck.Position
	// Message is one clause without a final stop. What is cited of the dump
	// is quoted.
	Message string
	// Advice says what to do. It may be empty.
	Advice string
}

// findings collects findings.
type findings []Finding

func (f *findings) refuse(rule Rule, o *object, advice, format string, args ...any) {
	f.add(Finding{Rule: rule, Refuses: true, Advice: advice}, o, format, args)
}

func (f *findings) warn(rule Rule, o *object, advice, format string, args ...any) {
	f.add(Finding{Rule: rule, Advice: advice}, o, format, args)
}

func (f *findings) add(found Finding, o *object, format string, args []any) {
	if o != nil {
		found.ID, found.At = o.id, o.at
	}
	found.Message = fmt.Sprintf(format, args...)
	*f = append(*f, found)
}

// sorted puts refusals first and then goes by object.
func (f findings) sorted() []Finding {
	slices.SortStableFunc(f, func(a, b Finding) int {
		first := map[bool]int{true: 0, false: 1}
		return cmp.Or(first[a.Refuses]-first[b.Refuses], cmp.Compare(a.Rule, b.Rule), a.ID.Compare(b.ID),
			cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(f, func(a, b Finding) bool { return a == b })
}

// q quotes what a message cites.
func q(s string) string {
	const most = 300
	if len(s) > most {
		s = s[:most] + "..."
	}
	return dupcheck.QuoteAlways(s)
}
