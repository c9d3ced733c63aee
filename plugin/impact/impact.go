package impact

import "github.com/kuniq/kuniq/dupcheck"

// Options are what the caller may decide. The zero value is ready for use.
type Options struct {
	// Rules are those of identity and severity. DefaultNamespace does not
	// count: every owner has its own.
	Rules dupcheck.Rules
	// Clusters says which destinations are one cluster.
	Clusters Clusters
	// State are kinds that hold state beside those that are built in.
	State []StateKind
	// MaxPrune is how much an owner may lose.
	MaxPrune Limit
	// Allowed are owners whose deletions are meant.
	Allowed []Allowance
	// Version is that of Argo CD.
	Version Version
	// Git says what was removed in git.
	Git Removed
	// Hidden says why the comparison may not show all of what a merge does,
	// such as that head does not contain base. It is a warning.
	Hidden string
}

// Limit is how many objects one owner may lose. The zero value sets no limit,
// so that only what holds state counts.
type Limit struct {
	// Set says that there is a limit. An owner may lose Objects of them, or
	// Percent of those it had if that is more than zero.
	Set              bool
	Objects, Percent int
}

// Removed is how many objects stand in files at base and in none at head.
type Removed struct {
	// Known says that Objects were counted.
	Known   bool
	Objects int
}

// Allowance says that the deletions of one owner are meant.
type Allowance struct {
	// Owner is its NAMESPACE/NAME, or its name alone if it has no namespace.
	Owner string
	// From is where that was said, such as "--allow-prune" or a commit.
	From string
}

// Impact is what a change does.
type Impact struct {
	// Owners are those that change, the worst first.
	Owners []Change
	// Compared is how many owners there are in both states together.
	Compared int
	// Pending are owners at head that were not looked at although an object
	// that vanishes elsewhere could have moved to them. Look, and compare
	// again.
	Pending []Question
	// Used and Unused are the allowances that mattered, and the others.
	Used, Unused []Allowance
	// Unexpanded are the generators at head whose owners are not known.
	Unexpanded []Pattern
	// Hidden and Git are those of the options.
	Hidden string
	Git    Removed
}

// Question is whether an owner that was not looked at deploys one of the
// objects that others lose in its cluster.
type Question struct {
	// Owner is who is asked.
	Owner *Owner
	// Objects are those that are lost, in the order in which that was found.
	Objects []dupcheck.ID
}

// Kind is what happens to an owner.
type Kind uint8

// The kinds of changes.
const (
	Changed Kind = iota // it is in both states
	Gone                // it is not at head
	Stays               // it is not at head, and stays in its cluster
)

// Change is what happens to one owner.
type Change struct {
	// Owner and At are who it is; At is at head, or at base if it is gone.
	Owner    dupcheck.ID
	Instance string
	At       dupcheck.Position
	Kind     Kind
	// Fields are changes of what decides about the objects, and Safety of what
	// decides about their deletion.
	Fields []FieldChange
	Safety []SafetyChange
	// Lost are the objects that it no longer deploys, those with state first.
	Lost []Loss
	// Before and After are how many objects it deploys.
	Before, After int
	// Unresolved says why its objects are not known.
	Unresolved string
	// Findings are what to tell, the worst first.
	Findings []Finding
	// Allowed is set if there were errors and they are meant.
	Allowed *Allowance
}

// FieldChange is a field with another value. Before and After are empty where
// there is none; both are if the values are not to be shown.
type FieldChange struct {
	Path          string
	Before, After string
	Role          Role
	At            dupcheck.Position
}

// SafetyChange is a change of what protects objects.
type SafetyChange struct {
	// Message says what changed, and Worse whether more is deleted now.
	Message string
	Worse   bool
	At      dupcheck.Position
}

// Fate is what happens to an object.
type Fate uint8

// The fates, the worst first.
const (
	Deleted   Fate = iota // with its owner
	Pruned                // because it is no longer desired
	Moved                 // to another owner: pruned and made anew if the old one is synced first
	Asked                 // kept until a user confirms
	Orphaned              // kept, and no owner looks after it
	Protected             // kept by an annotation
	Kept                  // kept because nothing prunes
	Adopted               // kept, by another owner
)

// String returns the fate as a word.
func (f Fate) String() string {
	return [...]string{"deleted", "pruned", "moved", "asked", "orphaned", "protected", "kept", "adopted"}[f]
}

// Loss is an object that an owner no longer deploys.
type Loss struct {
	ID   dupcheck.ID
	Fate Fate
	// At is where it is at base.
	At dupcheck.Position
	// State says why state is lost with it. It is empty if none is.
	State string
	// Note is more about the fate: who it moved to, or what keeps it.
	Note string

	rank int
}

// Finding is one thing to tell about an owner.
type Finding struct {
	Rule     dupcheck.Rule
	Severity dupcheck.Severity
	Message  string
	At       dupcheck.Position
	// Advice is one sentence without a final stop.
	Advice string
}

// The rules of an impact.
const (
	// WouldPrune: objects with state would be deleted.
	WouldPrune dupcheck.Rule = "would-prune"
	// MaxPrune: an owner would lose more objects than it may.
	MaxPrune dupcheck.Rule = "max-prune"
	// MovedObject: an object with state moves to another owner, and is pruned
	// if the old one is synced first.
	MovedObject dupcheck.Rule = "moved-object"
	// OrphanedObject: objects stay in a cluster and no owner looks after them.
	OrphanedObject dupcheck.Rule = "orphaned-object"
	// UnresolvedChange: an owner changes and its objects are not known.
	UnresolvedChange dupcheck.Rule = "unresolved-change"
	// IdentityChange: an owner deploys something else than before.
	IdentityChange dupcheck.Rule = "identity-change"
	// SafetyChanged: less is protected than before.
	SafetyChanged dupcheck.Rule = "safety-change"
	// UnusedAllowance: an allowance matches nothing.
	UnusedAllowance dupcheck.Rule = "unused-allowance"
	// NotMerged: head is not the result of a merge.
	NotMerged dupcheck.Rule = "not-merged"
)

// Fails says whether anything is an error.
func (i Impact) Fails() bool {
	for _, c := range i.Owners {
		if c.fails() {
			return true
		}
	}
	return false
}

func (c *Change) fails() bool {
	for _, f := range c.Findings {
		if f.Severity == dupcheck.Error {
			return true
		}
	}
	return false
}

// lost says whether the object is deleted for certain.
func (l Loss) deleted() bool { return l.Fate == Pruned || l.Fate == Deleted }
