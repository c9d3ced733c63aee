package flux

import "github.com/kuniq/kuniq/plugin/checkout/gitops"

// Directories adds the paths of Kustomizations.
func (a adapter) Directories(d gitops.Declared, to map[string]bool) {
	for _, k := range d.Kustomizations {
		to[gitops.CleanDir(k.Spec.Path)] = true
	}
}
