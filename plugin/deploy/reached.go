package deploy

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// reached is a directory that is checked, as seen from the working directory.
type reached string

// file is a path from the top of the directory as it is reached from the working
// directory.
func (dir reached) file(name string) string {
	return path.Join(filepath.ToSlash(filepath.Clean(string(dir))), name)
}

// place is a position with the file as it is reached. Those of other repositories stay
// as they are.
func (dir reached) place(at dupcheck.Position) dupcheck.Position {
	if at.File != "" && !strings.Contains(at.Origin, "://") {
		at.File = dir.file(at.File)
	}
	return at
}

// report makes the files of a report, which are from the top of the directory, those
// that are reached from the working directory.
func (dir reached) report(r *dupcheck.Report) {
	for i := range r.Diagnostics {
		for k := range r.Diagnostics[i].Declarations {
			at := &r.Diagnostics[i].Declarations[k].Position
			*at = dir.place(*at)
		}
	}
	for i := range r.Unread {
		r.Unread[i].File = dir.file(r.Unread[i].File)
	}
	for i := range r.Allowed {
		r.Allowed[i].File = dir.file(r.Allowed[i].File)
	}
	for i := range r.Skipped {
		r.Skipped[i].File = dir.file(r.Skipped[i].File)
	}
}
