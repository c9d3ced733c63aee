package migrate

import (
	"cmp"
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Choose makes globs of files and of kustomizations into Options.Skip and
// Options.AllowUnverified. A path matches as it is from the working directory, and as
// positions have it, from the top of the work tree. The result says which globs of skip
// matched nothing. A glob that means nothing is a *policy.OptionError.
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
