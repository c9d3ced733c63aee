package argocd

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns what a report says about the rules of Guard, Protect and
// Diagnostics.
func Rules() []dupcheck.RuleInfo {
	return []dupcheck.RuleInfo{
		{Rule: UnprotectedState, Severity: dupcheck.Error, Summary: "an object that holds state can be pruned"},
		{Rule: IgnoredOption, Severity: dupcheck.Error, Summary: "a sync option that Argo CD ignores"},
		{Rule: VolumeNotRetained, Severity: dupcheck.Error, Summary: "a volume is deleted with the object that asks for it"},
		{Rule: CascadeFinalizer, Severity: dupcheck.Error, Summary: "an Application of production is deleted with all of its objects"},
		{Rule: NotPreserved, Severity: dupcheck.Warning, Summary: "an ApplicationSet deletes the objects of an Application that it no longer generates"},
		{Rule: SharedNotRefused, Severity: dupcheck.Info, Summary: "an Application prunes, and takes over objects of other Applications"},
		{Rule: InvalidField, Severity: dupcheck.Error, Summary: "a field of an Application, ApplicationSet or AppProject has a value that Argo CD does not take"},
		{Rule: Refusal, Severity: dupcheck.Error, Summary: "an edit cannot add the annotation that protects an object"},
	}
}
