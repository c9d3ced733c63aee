package argocd

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns the table of the rules of Guard, Protect and
// Diagnostics.
func Rules() dupcheck.RuleTable {
	return dupcheck.NewRuleTable(dupcheck.RulesPage,
		dupcheck.RuleInfo{Rule: UnprotectedState, Severity: dupcheck.Error, Summary: "an object that holds state can be pruned"},
		dupcheck.RuleInfo{Rule: IgnoredOption, Severity: dupcheck.Error, Summary: "a sync option that Argo CD ignores"},
		dupcheck.RuleInfo{Rule: VolumeNotRetained, Severity: dupcheck.Error, Summary: "a volume is deleted with the object that asks for it"},
		dupcheck.RuleInfo{Rule: CascadeFinalizer, Severity: dupcheck.Error, Summary: "an Application of production is deleted with all of its objects"},
		dupcheck.RuleInfo{Rule: NotPreserved, Severity: dupcheck.Warning, Summary: "an ApplicationSet deletes the objects of an Application that it no longer generates"},
		dupcheck.RuleInfo{Rule: SharedNotRefused, Severity: dupcheck.Info, Summary: "an Application prunes, and takes over objects of other Applications"},
		dupcheck.RuleInfo{Rule: InvalidField, Severity: dupcheck.Error, Summary: "a field of an Application, ApplicationSet or AppProject has a value that Argo CD does not take"},
		dupcheck.RuleInfo{Rule: Refusal, Fixed: true, Severity: dupcheck.Error, Summary: "an edit cannot add the annotation that protects an object"},
	)
}
