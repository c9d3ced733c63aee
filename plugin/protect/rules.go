package protect

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// The rules of Guard and Edit.
const (
	// UnprotectedState: an object with state may be pruned.
	UnprotectedState dupcheck.Rule = "unprotected-state"
	// UnprotectedObject: an object is not protected, but no data is lost with it, or
	// nothing deletes it by itself.
	UnprotectedObject dupcheck.Rule = "unprotected-object"
	// IgnoredOption: a sync option has no effect.
	IgnoredOption dupcheck.Rule = "ignored-option"
	// VolumeNotRetained: a volume, or anything that an operator keeps, is deleted with the
	// object that asks for it.
	VolumeNotRetained dupcheck.Rule = "volume-not-retained"
	// CascadeFinalizer: an Application of production is deleted with all of
	// its objects.
	CascadeFinalizer dupcheck.Rule = "cascade-finalizer"
	// NotPreserved: an ApplicationSet deletes the objects of Applications that
	// it no longer generates.
	NotPreserved dupcheck.Rule = "not-preserved"
	// SharedNotRefused: an Application prunes, and takes over the objects of
	// others.
	SharedNotRefused dupcheck.Rule = "shared-not-refused"
	// Refusal: an edit cannot protect an object.
	Refusal dupcheck.Rule = "not-protected"
)

// Rules returns the table of the rules of Guard and Edit.
func Rules() dupcheck.RuleTable { return slices.Clone(rules) }

var rules = dupcheck.NewRuleTable(dupcheck.RulesPage,
	dupcheck.RuleInfo{Rule: UnprotectedState, Severity: dupcheck.Error, Summary: "an object that holds state can be pruned"},
	dupcheck.RuleInfo{Rule: UnprotectedObject, Severity: dupcheck.Info, Summary: "an object is not protected; no data is lost with it, or nothing deletes it by itself"},
	dupcheck.RuleInfo{Rule: IgnoredOption, Severity: dupcheck.Error, Summary: "a sync option that Argo CD ignores"},
	dupcheck.RuleInfo{Rule: VolumeNotRetained, Severity: dupcheck.Error, Summary: "a volume is deleted with the object that asks for it"},
	dupcheck.RuleInfo{Rule: CascadeFinalizer, Severity: dupcheck.Error, Summary: "an Application of production is deleted with all of its objects"},
	dupcheck.RuleInfo{Rule: NotPreserved, Severity: dupcheck.Warning, Summary: "an ApplicationSet deletes the objects of an Application that it no longer generates"},
	dupcheck.RuleInfo{Rule: SharedNotRefused, Severity: dupcheck.Info, Summary: "an Application prunes, and takes over objects of other Applications"},
	dupcheck.RuleInfo{Rule: Refusal, Fixed: true, Severity: dupcheck.Error, Summary: "an edit cannot add the annotation that protects an object"},
)
