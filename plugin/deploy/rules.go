package deploy

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// The rules of Check, beside duplicate-object and identical-object of package
// dupcheck.
const (
	// ApplicationCollision: two deployers, or two objects that decide about
	// them, have one name in one instance.
	ApplicationCollision dupcheck.Rule = "application-collision"
	// SharedObject: two deployers deploy one object to one cluster.
	SharedObject dupcheck.Rule = "shared-object"
	// NotExpanded: the deployers of a generator are only known as a pattern.
	NotExpanded dupcheck.Rule = "not-expanded"
	// UnresolvedDeployer: the objects of a deployer are not known.
	UnresolvedDeployer dupcheck.Rule = "unresolved-deployer"
	// InvalidField: a field has a value that its tool refuses.
	InvalidField dupcheck.Rule = "invalid-field"
	// AlternativeRoots: roots declare the same deployers, and count as instances of
	// their own.
	AlternativeRoots dupcheck.Rule = "alternative-roots"
)

// Rules returns the table of the rules of Check.
func Rules() dupcheck.RuleTable {
	return dupcheck.NewRuleTable(dupcheck.RulesPage,
		dupcheck.RuleInfo{Rule: ApplicationCollision, Severity: dupcheck.Error, Summary: "two deployers have one name in one instance (a warning if the name of one is only known as a pattern)"},
		dupcheck.RuleInfo{Rule: SharedObject, Severity: dupcheck.Error, Summary: "two deployers deploy one object to one cluster"},
		dupcheck.RuleInfo{Rule: NotExpanded, Severity: dupcheck.Info, Summary: "the deployers of a generator are only known as a pattern"},
		dupcheck.RuleInfo{Rule: UnresolvedDeployer, Severity: dupcheck.Warning, Summary: "the objects of a deployer are not known"},
		dupcheck.RuleInfo{Rule: InvalidField, Severity: dupcheck.Error, Summary: "a field of an Application, ApplicationSet or AppProject has a value that Argo CD does not accept"},
		dupcheck.RuleInfo{Rule: AlternativeRoots, Severity: dupcheck.Info, Summary: "roots that are applied by hand declare the same deployers, and count as separate instances (an error in impact if the change causes it)"},
	)
}

// InvalidFields returns problems as findings.
func InvalidFields(problems []gitops.Problem) (all []dupcheck.Diagnostic) {
	for _, p := range problems {
		all = append(all, dupcheck.Diagnostic{
			Rule: InvalidField, Severity: dupcheck.Error, ID: p.ID,
			Message:      p.ID.String() + ": " + p.Reason,
			Declarations: []dupcheck.Declaration{declaration(p.ID, p.At)},
		})
	}
	return all
}
