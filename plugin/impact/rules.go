package impact

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns the table of the rules of Check and Compare.
func Rules() dupcheck.RuleTable {
	return dupcheck.NewRuleTable(dupcheck.RulesPage,
		dupcheck.RuleInfo{Rule: ApplicationCollision, Severity: dupcheck.Error, Summary: "two owners have one name in one instance (a warning where the name of one is known by a pattern only)"},
		dupcheck.RuleInfo{Rule: SharedObject, Severity: dupcheck.Error, Summary: "two owners deploy one object to one cluster"},
		dupcheck.RuleInfo{Rule: NotExpanded, Severity: dupcheck.Info, Summary: "the owners that a generator makes are known by a pattern only"},
		dupcheck.RuleInfo{Rule: UnresolvedOwner, Severity: dupcheck.Warning, Summary: "the objects that an owner deploys are not known"},
		dupcheck.RuleInfo{Rule: WouldPrune, Severity: dupcheck.Error, Summary: "objects would be deleted (a warning where the objects hold no state)"},
		dupcheck.RuleInfo{Rule: MaxPrune, Severity: dupcheck.Error, Summary: "an owner would lose more objects than it may"},
		dupcheck.RuleInfo{Rule: MovedObject, Severity: dupcheck.Warning, Summary: "objects move to another owner (an error where one of them holds state)"},
		dupcheck.RuleInfo{Rule: OrphanedObject, Severity: dupcheck.Warning, Summary: "objects would stay in the cluster without an owner"},
		dupcheck.RuleInfo{Rule: UnresolvedChange, Severity: dupcheck.Error, Summary: "an owner changes, and its objects are not known"},
		dupcheck.RuleInfo{Rule: IdentityChange, Severity: dupcheck.Warning, Summary: "an owner changes what it deploys, or where"},
		dupcheck.RuleInfo{Rule: SafetyChanged, Severity: dupcheck.Warning, Summary: "a change removes a protection"},
		dupcheck.RuleInfo{Rule: UnusedAllowance, Fixed: true, Severity: dupcheck.Warning, Summary: "an allowance matches nothing"},
		dupcheck.RuleInfo{Rule: NotMerged, Fixed: true, Severity: dupcheck.Warning, Summary: "head is not the result of a merge with base"},
	)
}
