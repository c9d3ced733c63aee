package impact

import (
	"github.com/kuniq/kuniq/dupcheck"
)

// The rules of an impact. A new second declaration is an [deploy.ApplicationCollision],
// and a generator that is not expanded is [deploy.NotExpanded].
const (
	// WouldPrune: objects with state would be deleted.
	WouldPrune dupcheck.Rule = "would-prune"
	// MaxPrune: a deployer would lose more objects than it may.
	MaxPrune dupcheck.Rule = "max-prune"
	// MovedObject: an object with state moves to another deployer, and is pruned
	// if the old one is synced first.
	MovedObject dupcheck.Rule = "moved-object"
	// OrphanedObject: objects stay in a cluster and no deployer looks after them.
	OrphanedObject dupcheck.Rule = "orphaned-object"
	// UnresolvedChange: a deployer changes and its objects are not known.
	UnresolvedChange dupcheck.Rule = "unresolved-change"
	// OpaqueChange: the values or the version of a chart change, and its objects are not
	// known.
	OpaqueChange dupcheck.Rule = "opaque-change"
	// NotApplied: the tool refuses the files of a deployer, a generator or a root at
	// head, so nothing of it is applied or deleted.
	NotApplied dupcheck.Rule = "not-applied"
	// NewlyShared: a deployer has an object of late that another one deploys, too.
	NewlyShared dupcheck.Rule = "newly-shared"
	// IdentityChange: a deployer deploys something else than before.
	IdentityChange dupcheck.Rule = "identity-change"
	// SafetyChange: less is protected than before.
	SafetyChange dupcheck.Rule = "safety-change"
	// SpentAcknowledgement: an annotation acknowledges to the admission policies a change
	// that is already made.
	SpentAcknowledgement dupcheck.Rule = "spent-acknowledgement"
	// UnusedAllowance: an allowance matches nothing.
	UnusedAllowance dupcheck.Rule = "unused-allowance"
	// NotMerged: head is not the result of a merge.
	NotMerged dupcheck.Rule = "not-merged"
)

// Rules returns the table of the rules of an impact.
func Rules() dupcheck.RuleTable {
	return dupcheck.NewRuleTable(dupcheck.RulesPage,
		dupcheck.RuleInfo{Rule: WouldPrune, Severity: dupcheck.Error, Summary: "objects would be deleted (a warning where the objects hold no state)"},
		dupcheck.RuleInfo{Rule: MaxPrune, Severity: dupcheck.Error, Summary: "a deployer would lose more objects than it may"},
		dupcheck.RuleInfo{Rule: MovedObject, Severity: dupcheck.Warning, Summary: "objects move to another deployer (an error where one of them holds state)"},
		dupcheck.RuleInfo{Rule: OrphanedObject, Severity: dupcheck.Warning, Summary: "objects would stay in the cluster without a deployer"},
		dupcheck.RuleInfo{Rule: UnresolvedChange, Severity: dupcheck.Error, Summary: "a deployer changes, and its objects are not known"},
		dupcheck.RuleInfo{Rule: OpaqueChange, Severity: dupcheck.Error, Summary: "values or the version of a chart change, and its objects are not known"},
		dupcheck.RuleInfo{Rule: NotApplied, Severity: dupcheck.Error, Summary: "a deployed directory cannot be built, so nothing of it is applied"},
		dupcheck.RuleInfo{Rule: NewlyShared, Severity: dupcheck.Error, Summary: "a change makes two deployers share an object"},
		dupcheck.RuleInfo{Rule: IdentityChange, Severity: dupcheck.Warning, Summary: "a deployer changes what it deploys, or where"},
		dupcheck.RuleInfo{Rule: SafetyChange, Severity: dupcheck.Warning, Summary: "a change removes a protection"},
		dupcheck.RuleInfo{Rule: SpentAcknowledgement, Severity: dupcheck.Info, Summary: "an annotation acknowledges a change that was already made"},
		dupcheck.RuleInfo{Rule: UnusedAllowance, Fixed: true, Severity: dupcheck.Warning, Summary: "an allowance matches nothing"},
		dupcheck.RuleInfo{Rule: NotMerged, Fixed: true, Severity: dupcheck.Warning, Summary: "head is not the result of a merge with base"},
	)
}
