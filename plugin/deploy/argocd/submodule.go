package argocd

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// noDirectory says why a source has no directory: it may be in a submodule.
func noDirectory(repo fs.FS, dir string) error {
	for _, module := range checkout.AbsentSubmodules(repo) {
		if checkout.Below(dir, module) {
			return checkout.Errorf(checkout.Absent, "it is in the submodule %s, which is not available", checkout.Named(module))
		}
	}
	return checkout.Errorf(checkout.Missing, "its repository has no directory %s", dupcheck.QuoteAlways(dir))
}

// inSubmodule says which submodule a git generator may look for directories in.
func inSubmodule(repo fs.FS, items []gitops.GitItem) (module string, found bool) {
	for _, module := range checkout.AbsentSubmodules(repo) {
		within := func(item gitops.GitItem) bool {
			patterns, names := strings.Split(item.Path, "/"), strings.Split(module, "/")
			if item.Exclude || len(patterns) < len(names) {
				return false
			}
			match, err := path.Match(path.Join(patterns[:len(names)]...), module)
			return match && err == nil
		}
		if slices.ContainsFunc(items, within) {
			return module, true
		}
	}
	return "", false
}
