package checkout

import (
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
)

// Reached says how the files of a tree are reached from the working directory. The zero
// value is for a tree whose top is the working directory.
type Reached struct {
	// Dir is a directory of the tree, as seen from the working directory.
	Dir string
	// Below is where Dir is from the top of the tree. It is empty if it is the top.
	Below string
}

// File returns a path from the top of the tree as it is reached from the working
// directory.
func (r Reached) File(name string) string {
	if rel, err := filepath.Rel(filepath.FromSlash(r.Below), filepath.FromSlash(name)); r.Below != "" && err == nil {
		name = filepath.ToSlash(rel)
	}
	return path.Join(filepath.ToSlash(filepath.Clean(r.Dir)), name)
}

// Place returns a position with the file as it is reached. Those of other repositories
// stay as they are.
func (r Reached) Place(at dupcheck.Position) dupcheck.Position {
	if at.File != "" && !IsElsewhere(at.Origin) {
		at.File = r.File(at.File)
	}
	return at
}

// IsElsewhere says whether the origin of a position is another repository: it then begins
// with its URL.
func IsElsewhere(origin string) bool { return Locate(origin).Host != "" }
