package cli

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// reachedFrom makes the files of a report, which are from the top of a directory,
// those that are reached from the working directory. Files of other repositories
// stay as they are.
func reachedFrom(dir string, r *dupcheck.Report) {
	if dir = filepath.ToSlash(filepath.Clean(dir)); dir == "." {
		return
	}
	for i := range r.Diagnostics {
		for k := range r.Diagnostics[i].Declarations {
			if at := &r.Diagnostics[i].Declarations[k].Position; at.File != "" && !strings.Contains(at.Origin, "://") {
				at.File = path.Join(dir, at.File)
			}
		}
	}
	for i := range r.Unread {
		r.Unread[i].File = path.Join(dir, r.Unread[i].File)
	}
	for i := range r.Skipped {
		r.Skipped[i].File = path.Join(dir, r.Skipped[i].File)
	}
}
