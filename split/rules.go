package split

import "github.com/kuniq/kuniq/dupcheck"

// Rules returns what a report says about the rules of Check.
func Rules() []dupcheck.RuleInfo {
	return []dupcheck.RuleInfo{
		{Rule: SeveralObjects, Severity: dupcheck.Error, Summary: "a file holds more than one object"},
		{Rule: WrongFileName, Severity: dupcheck.Error, Summary: "a file is not called after the object in it"},
	}
}
