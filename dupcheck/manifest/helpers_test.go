package manifest_test

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
)

// place writes a position as LINE:COLUMN, with the document's index in brackets
// unless it is the first, and the path.
func place(p dupcheck.Position) string {
	s := fmt.Sprintf("%d:%d", p.Line, p.Column)
	if p.Document > 0 {
		s += fmt.Sprintf(" [%d]", p.Document)
	}
	if p.Path != "" {
		s += " " + p.Path
	}
	return s
}
