package migrate

import (
	"cmp"
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Choose turns globs of files and of kustomizations into Options.Skip and
// Options.AllowUnverified. A glob matches a path from the working directory or, as in
// positions, from the top of the work tree. The result returns the globs of skip that
// matched nothing. An invalid glob is a *policy.OptionError.
func (r *Repository) Choose(o *Options, skip, unverified []string) (*policy.Paths, error) {
	skips, err := policy.NewPaths(nil, skip)
	if err != nil {
		return nil, err
	}
	allowed, err := policy.NewPaths(nil, unverified)
	if err != nil {
		return nil, err
	}
	here := r.fromHere()
	o.Skip = func(name string) string {
		for ; name != "."; name = path.Dir(name) {
			if reason := cmp.Or(skips.Skip(here(name)), skips.Skip(name)); reason != "" {
				return reason
			}
		}
		return ""
	}
	o.AllowUnverified = func(dir string) bool { return allowed.Skip(here(dir)) != "" || allowed.Skip(dir) != "" }
	return skips, nil
}

// fromHere turns paths from the top of the work tree into paths from the working
// directory.
func (r *Repository) fromHere() func(string) string {
	cwd, unknown := checkout.WorkingDir()
	return func(name string) string {
		rel, err := filepath.Rel(cwd, filepath.Join(r.top, filepath.FromSlash(name)))
		if err != nil || unknown != nil {
			return name
		}
		return filepath.ToSlash(rel)
	}
}
