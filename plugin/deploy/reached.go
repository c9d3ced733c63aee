package deploy

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// reach names the files of a report as they are reached from the working directory. They
// were named from the top of the tree.
func reach(found *dupcheck.Report, r checkout.Reached) {
	for i := range found.Diagnostics {
		for k := range found.Diagnostics[i].Declarations {
			at := &found.Diagnostics[i].Declarations[k].Position
			*at = r.Place(*at)
		}
	}
	for i := range found.Unread {
		found.Unread[i].File = r.File(found.Unread[i].File)
	}
	for i := range found.Allowed {
		found.Allowed[i].File = r.File(found.Allowed[i].File)
	}
	for i := range found.Skipped {
		found.Skipped[i].File = r.File(found.Skipped[i].File)
	}
}
