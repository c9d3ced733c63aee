package impact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Options are the decisions of the caller. The zero value is ready for use.
type Options struct {
	// Rules are those of identity and severity. DefaultNamespace does not
	// count: every deployer has its own.
	Rules dupcheck.Rules
	// Clusters says which destinations are one cluster.
	Clusters deploy.Clusters
	// State are kinds that hold state beside those that are built in.
	State []deploy.StateKind
	// MaxPrune is how much a deployer may lose.
	MaxPrune Limit
	// Allowed are deployers whose deletions are meant. [Between] adds those that the
	// trailers of commits name, unless NoTrailers is set.
	Allowed    []Allowance
	NoTrailers bool
	// Unresolved are the deployers, and the kustomizations with deployers, that need not
	// be known. Nil allows none. Reached says how the files of both trees are called there.
	Unresolved *policy.Allowances
	Reached    checkout.Reached
	// places says how the files of reasons are shown. The zero value shows them from the
	// tops of the trees.
	places places
	// Ignore has the objects that several deployers may deploy.
	Ignore []dupcheck.Ignore
	// Version is that of Argo CD.
	Version deploy.Version
	// Git lists what git removed.
	Git GitRemovals
	// Hidden says why the comparison may not show everything that a merge does, such as
	// that head does not contain base. It is a warning.
	Hidden string
}

// severity returns the severity of a rule, which the caller may have set.
func (o Options) severity(rule dupcheck.Rule, s dupcheck.Severity) dupcheck.Severity {
	if own := o.Rules.Severity[rule]; own != dupcheck.Default {
		return own
	}
	return s
}

// tell adds a finding with the severity of its rule, unless that is off.
func (o Options) tell(to *[]Finding, f Finding) {
	if f.Severity = o.severity(f.Rule, f.Severity); f.Severity != dupcheck.Off {
		*to = append(*to, f)
	}
}

// Limit is how many objects one deployer may lose. The zero value sets no limit,
// so that only what holds state counts.
type Limit struct {
	// Set says that there is a limit. A deployer may lose Objects of them, or Percent of
	// those it had if that is more than zero.
	Set              bool
	Objects, Percent int
}

// ParseLimit reads a number of objects, or a percentage with %.
func ParseLimit(s string) (Limit, error) {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 0 || percent && (n > 100 || n == 0):
		return Limit{}, fmt.Errorf("%s is neither a number of objects nor 1%% to 100%%", dupcheck.QuoteAlways(s))
	case percent:
		return Limit{Set: true, Percent: n}, nil
	}
	return Limit{Set: true, Objects: n}, nil
}

// String returns the limit as the flag --max-prune takes it.
func (l Limit) String() string {
	if l.Percent > 0 {
		return fmt.Sprintf("%d%%", l.Percent)
	}
	return strconv.Itoa(l.Objects)
}

// GitRemovals is how many objects stand in files at base and in none at head.
type GitRemovals struct {
	// Known says that Objects were counted.
	Known   bool
	Objects int
}

// Allowance says that the deletions of one deployer are intended.
type Allowance struct {
	// Deployer is its NAMESPACE/NAME, or its name alone if it has no namespace.
	Deployer string `json:"deployer"`
	// From is where that was said, such as a setting or a commit.
	From string `json:"from"`
}

// Impact is what a change deletes.
type Impact struct {
	// Deployers are those that change, the worst first.
	Deployers []Change
	// Compared is how many deployers there are in both snapshots together.
	Compared int
	// Used and Unused are the allowances that mattered, and the others.
	Used, Unused []Allowance
	// Unexpanded are the generators at head whose deployers are not known.
	Unexpanded []deploy.UnexpandedSet
	// General are findings about no deployer.
	General []Finding
	// Acknowledgements are those that admission policies ask for in the clusters, in the
	// order of the deployers. They count for nothing else here.
	Acknowledgements []Acknowledgement
	// Resolved counts the deployers of head that are resolved or have the same inputs as
	// before, and Unresolved the others. UnresolvedChanged of these differ from before.
	// Unknown counts the deployers of both snapshots that change although their deletions
	// are not known.
	Resolved, Unresolved, UnresolvedChanged, Unknown int
	// NotKnown are those of Options.Unresolved that are unknown. Passed counts those of
	// them that change, and Ignored the findings that Options.Ignore hides.
	NotKnown        []dupcheck.Allowed
	Passed, Ignored int
	// Hidden and Git are those of the options.
	Hidden string
	Git    GitRemovals

	// pending are deployers at head that were not rendered, although a removed object may
	// have moved to them.
	pending []question
	// unrendered are deployers of base that are deleted, and were not rendered since
	// they are at head, too.
	unrendered []deploy.Key
	// carry are deployers of base that stay as base declares them, and are not at
	// head.
	carry []deploy.Key
}

// question is whether a deployer that was not rendered deploys one of the objects
// that others no longer deploy in its cluster.
type question struct {
	deployer *deploy.Deployer
	objects  []dupcheck.ID
}

// Kind is what happens to a deployer.
type Kind uint8

// The kinds of changes.
const (
	Changed Kind = iota // it is in both snapshots
	Gone                // it is not at head
	Stays               // it is not at head, and stays in its cluster
)

// Change is what happens to one deployer.
type Change struct {
	// Deployer and At are who it is; At is at head, or at base if it is gone.
	Deployer dupcheck.ID
	Instance string
	At       dupcheck.Position
	Kind     Kind
	// Fields decide about the objects, and Policy about their deletion.
	Fields []FieldChange
	Policy []PolicyChange
	// Removed are the objects that it no longer deploys, those with state first.
	Removed []RemovedObject
	// Before and After are how many objects it deploys.
	Before, After int
	// Unresolved says why its objects are not known. Unknown says that it changes
	// although its deletions are not known.
	Unresolved string
	Unknown    bool
	// RetargetFrom is the value of the annotation deploy.RetargetFrom that the admission
	// policies of kuniq demand in the cluster. It is "" if they demand none or the change
	// has it.
	RetargetFrom string
	// Forced says that objects with state may be deleted and created again by force.
	Forced bool
	// Findings are what to tell, the worst first.
	Findings []Finding
	// Allowed is set if there were errors and they are meant.
	Allowed *Allowance
}

// FieldChange is a field with another value. Before or After is empty if the field is
// absent; both are empty if the values are not shown.
type FieldChange struct {
	Path   string            `json:"path"`
	Before string            `json:"before"`
	After  string            `json:"after"`
	Role   deploy.Role       `json:"-"`
	At     dupcheck.Position `json:"at"`
}

// PolicyChange is a change of what protects objects.
type PolicyChange struct {
	// Message says what changed, and Worse whether more is deleted now.
	Message string
	Worse   bool
	At      dupcheck.Position
}

// Finding is one thing to tell about a deployer.
type Finding struct {
	Rule     dupcheck.Rule     `json:"rule"`
	Severity dupcheck.Severity `json:"severity"`
	Message  string            `json:"message"`
	// Advice is one sentence without a final stop.
	Advice string            `json:"advice,omitempty"`
	At     dupcheck.Position `json:"at"`
	// Allow is the Deployer of the Allowance at the end of Advice, if there is one.
	Allow string `json:"-"`
	// Roots are the files of the instances that Advice asks for, if it does.
	Roots []string `json:"-"`
}

// Fails says whether anything is an error.
func (i Impact) Fails() bool {
	return slices.ContainsFunc(i.Deployers, func(c Change) bool { return worst(c) == dupcheck.Error }) ||
		slices.ContainsFunc(i.General, func(f Finding) bool { return f.Severity == dupcheck.Error })
}
