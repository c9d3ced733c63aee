package argocd

import (
	"io/fs"

	"github.com/kuniq/kuniq/plugin/argocd/fleet"
)

// Expanded is what an ApplicationSet generates.
type Expanded struct {
	Applications []Application
	Patterns     []fleet.Pattern
	Problems     []Problem
}

// Expand returns the Applications that the set generates.
func (s *ApplicationSet) Expand(checkout fs.FS, namespace string) Expanded { return Expanded{} }
