package split

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns the table of the rules of Check.
func Rules() dupcheck.RuleTable {
	return dupcheck.NewRuleTable(dupcheck.RulesPage,
		dupcheck.RuleInfo{Rule: SeveralObjects, Fixed: true, Severity: dupcheck.Error, Summary: "a file holds more than one object"},
		dupcheck.RuleInfo{Rule: WrongFileName, Fixed: true, Severity: dupcheck.Error, Summary: "a file is not called after the object in it"},
	)
}
