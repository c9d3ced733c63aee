package deploy

import (
	"cmp"
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
)

// UnresolvedFinding returns the finding that some or all objects of a deployer are not
// known.
func (d *Deployer) UnresolvedFinding() dupcheck.Diagnostic {
	return dupcheck.Diagnostic{
		Rule: UnresolvedDeployer, Severity: dupcheck.Warning, ID: d.ID,
		Message:      fmt.Sprintf("the objects of %s are not known: %s", d.Name(), dupcheck.Quote(cmp.Or(d.Unknown().String(), d.Desired.Partly))),
		Declarations: []dupcheck.Declaration{declaration(d.ID, d.At)}, Code: d.Desired.Code,
	}
}

// Finding returns the finding that the deployers are only known as a pattern.
func (u UnexpandedSet) Finding() dupcheck.Diagnostic {
	rule, severity := NotExpanded, dupcheck.Info
	if u.Beyond {
		rule, severity = UnresolvedDeployer, dupcheck.Warning
	}
	return dupcheck.Diagnostic{
		Rule: rule, Severity: severity, Set: u.Instance, ID: u.ID, Message: u.Message(),
		Declarations: []dupcheck.Declaration{declaration(u.ID, u.At)},
	}
}
