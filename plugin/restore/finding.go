package restore

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Rule is the short name of a kind of Finding. docs/restore.md explains each.
type Rule string

// The rules that refuse something. SharedDisk and Occupied may also only warn.
const (
	Malformed          Rule = "malformed"            // an important field has the wrong type, or no API server accepts the name
	Ambiguous          Rule = "ambiguous"            // one object is in the dump twice, with different contents
	CutShort           Rule = "cut-short"            // a List of the dump continues elsewhere
	ClaimWithoutVolume Rule = "claim-without-volume" // the volume that a claim was bound to is not in the dump
	VolumeWithoutClaim Rule = "volume-without-claim" // a volume was bound to a claim that is not in the dump
	Misbound           Rule = "misbound"             // a claim and its volume do not name each other
	SeveralVolumes     Rule = "several-volumes"      // more than one volume says that it belongs to a claim
	SharedDisk         Rule = "shared-disk"          // two volumes are the same disk, or may be
	Unlike             Rule = "unlike"               // a claim and its volume differ in volume mode or storage class, so that they cannot have been bound to each other
	Occupied           Rule = "occupied"             // the cluster has another claim or volume of this name
	BeingDeleted       Rule = "being-deleted"        // the cluster is still deleting something of this name
	LostClaim          Rule = "lost-claim"           // the cluster still has the claim, but not its volume
	Unwritable         Rule = "unwritable"           // the object could not be written so that it reads the same
)

// The rules that warn.
const (
	NoPresent      Rule = "no-present"      // the present cluster is not known
	DeleteReleased Rule = "delete-released" // the cluster has a released volume with the policy Delete, whose disk may be in deletion
	NeverBound     Rule = "never-bound"     // a claim had no volume
	LeftOut        Rule = "left-out"        // a volume is not restored, because no claim needs it
	MadeClaim      Rule = "made-claim"      // a claim was made from its volume
	BiggerClaim    Rule = "bigger-claim"    // a claim asks for more than its volume has
	AccessModes    Rule = "access-modes"    // a claim asks for an access mode that its volume does not have
	NoClass        Rule = "no-class"        // a storage class is not in the dump
	WasDeleting    Rule = "was-deleting"    // an object was being deleted when the dump was taken
	WasFailed      Rule = "was-failed"      // the volume had failed when the dump was taken
	KeptFinalizer  Rule = "kept-finalizer"  // a finalizer of another tool stays
	MissingOrdinal Rule = "missing-ordinal" // a StatefulSet would make a new claim, with an empty volume
	DeletesClaims  Rule = "deletes-claims"  // a StatefulSet deletes its claims
	DeletePolicy   Rule = "delete-policy"   // volumes have the policy Delete, so that deleting a claim deletes its disk
	OneNode        Rule = "one-node"        // a volume can be used on one node only
	NotYetBound    Rule = "not-yet-bound"   // the cluster has the claim and its volume, but has not bound them
)

// Option is a choice of the caller that may resolve a Finding.
type Option int

// The options.
const (
	NoOption         Option = iota
	OptionNamespace         // Dump.Namespace
	OptionPresent           // Options.Present
	OptionMakeClaims        // Options.MakeClaims
)

// String returns the name of the option in the command and the JSON reports, and "" for
// NoOption.
func (o Option) String() string {
	return [...]string{"", "namespace", "present", "make-claims"}[o]
}

// Finding is a problem of a restoration, or a remark on it.
type Finding struct {
	// Rule is the short name of its kind.
	Rule Rule
	// Refuses says that the object is not restored.
	Refuses bool
	// ID is the object, or the zero ID if it is about the dump.
	ID dupcheck.ID
	// At is the place of the object in the dump, or in that of the present cluster.
	At dupcheck.Position
	// Message is one clause without a final stop. Text from the dump is quoted.
	Message string
	// Advice says what to do. It may be empty.
	Advice string
	// Option is a choice that the advice is about, or NoOption.
	Option Option
}

// Line returns object, message and advice in one line.
func (f Finding) Line() string {
	line := f.Message
	if f.ID != (dupcheck.ID{}) {
		line = f.ID.String() + ": " + line
	}
	if f.Advice != "" {
		line += "; " + f.Advice
	}
	return line
}

// findings collects findings.
type findings []Finding

func (f *findings) refuse(rule Rule, o *object, advice, format string, args ...any) *Finding {
	found := f.warn(rule, o, advice, format, args...)
	found.Refuses = true
	return found
}

// warn adds a finding, which may be changed until the next one is added.
func (f *findings) warn(rule Rule, o *object, advice, format string, args ...any) *Finding {
	found := Finding{Rule: rule, Advice: advice, Message: fmt.Sprintf(format, args...)}
	if o != nil {
		found.ID, found.At = o.id, o.at
	}
	*f = append(*f, found)
	return &(*f)[len(*f)-1]
}

// sorted puts refusals first and then sorts by object.
func (f findings) sorted() []Finding {
	slices.SortStableFunc(f, func(a, b Finding) int {
		rank := map[bool]int{true: 0, false: 1}
		return cmp.Or(rank[a.Refuses]-rank[b.Refuses], cmp.Compare(a.Rule, b.Rule), a.ID.Compare(b.ID),
			cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(f, func(a, b Finding) bool { return a == b })
}
