package impact

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns what a report says about the rules of Check and Compare.
func Rules() []dupcheck.RuleInfo {
	return []dupcheck.RuleInfo{
		{Rule: ApplicationCollision, Severity: dupcheck.Error, Summary: "two owners have one name in one instance (a warning where the name of one is known by a pattern only)"},
		{Rule: SharedObject, Severity: dupcheck.Error, Summary: "two owners deploy one object to one cluster"},
		{Rule: NotExpanded, Severity: dupcheck.Info, Summary: "the owners that a generator makes are known by a pattern only"},
		{Rule: UnresolvedOwner, Severity: dupcheck.Warning, Summary: "the objects that an owner deploys are not known"},
		{Rule: WouldPrune, Severity: dupcheck.Error, Summary: "objects would be deleted (a warning where the objects hold no state)"},
		{Rule: MaxPrune, Severity: dupcheck.Error, Summary: "an owner would lose more objects than it may"},
		{Rule: MovedObject, Severity: dupcheck.Warning, Summary: "objects move to another owner (an error where one of them holds state)"},
		{Rule: OrphanedObject, Severity: dupcheck.Warning, Summary: "objects would stay in the cluster without an owner"},
		{Rule: UnresolvedChange, Severity: dupcheck.Error, Summary: "an owner changes, and its objects are not known"},
		{Rule: IdentityChange, Severity: dupcheck.Warning, Summary: "an owner changes what it deploys, or where"},
		{Rule: SafetyChanged, Severity: dupcheck.Warning, Summary: "a change removes a protection"},
		{Rule: UnusedAllowance, Severity: dupcheck.Warning, Summary: "an allowance matches nothing"},
		{Rule: NotMerged, Severity: dupcheck.Warning, Summary: "head is not the result of a merge with base"},
	}
}
