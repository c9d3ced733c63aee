package cli

import (
	"cmp"
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/policy"
)

// policy reads what was decided. The paths of kuniq.yaml begin in the working directory,
// and those of flags in the directory that is named.
func (x *deployers) policy(ctx context.Context, c Command, f *deployerFlags, dir string) (err error) {
	flags, err := settings{&f.rules, &f.input, &f.render, &f.policy}.flags()
	if err != nil {
		return err
	}
	dir = path.Clean(filepath.ToSlash(dir))
	flags.Set, flags.Skip = below(dir, flags.Set, false), below(dir, flags.Skip, true)
	for i, a := range flags.AllowUnresolved {
		flags.AllowUnresolved[i].Path = below(dir, []string{a.Path}, false)[0]
	}
	if x.decided, err = f.policy.over(ctx, c, flags); err != nil {
		return err
	}
	return x.decide(f.policy.file, dir)
}

// decide makes ready what was decided about a directory. file is the flag of the policy.
func (x *deployers) decide(file, dir string) (err error) {
	if x.check.Rules, x.ignore, err = x.decided.Rules(allRules()); err != nil {
		return failure(err)
	}
	if x.paths, err = x.decided.Paths(); err != nil {
		return failure(err)
	}
	x.resolve.Skip = func(p string) bool { return x.paths.Skip(path.Join(dir, p)) != "" }
	x.resolve.Instance = func(p string) string { return x.paths.Set(path.Join(dir, p)) }
	x.resolve.Roots = x.decided.roots(file, dir)
	x.check.Dir = dir
	x.check.Allowed, err = x.decided.Allowances(x.paths)
	return failure(err)
}

// below makes globs that begin in a directory begin in the working directory. Those that
// match at any depth stay.
func below(dir string, globs []string, deep bool) (out []string) {
	for _, glob := range globs {
		if dir != "." && glob != "" && !(deep && !strings.Contains(strings.TrimRight(glob, "/"), "/")) {
			glob = path.Join(dir, glob)
		}
		out = append(out, glob)
	}
	return out
}

// clustersOf reads which clusters are one.
func clustersOf(same []string) (all deploy.Clusters, err error) {
	for _, s := range same {
		names := strings.Split(s, "=")
		if len(names) < 2 || strings.Contains("="+s+"=", "==") {
			return nil, usagef("--same-cluster %s is not of the form NAME=NAME", dupcheck.QuoteAlways(s))
		}
		all = append(all, names)
	}
	return all, nil
}

// roots are what is applied from elsewhere, in the tree of a directory. file is the flag
// of the policy.
func (d decided) roots(file, dir string) func(fs.FS) []policy.Root {
	if file = cmp.Or(file, policy.File); d.from.Revision != nil {
		file = ""
	}
	return func(tree fs.FS) []policy.Root { return d.RootsIn(tree, dir, file) }
}

// findRepos finds the other repositories. Those of flags count before those of the policy.
func (x *deployers) findRepos(flags []string) error {
	x.repos = map[string]string{}
	if x.tool == argoCD {
		for url := range x.decided.Repos {
			dir, err := x.decided.RepoDir(url)
			if err != nil {
				return failure(err)
			}
			x.repos[url] = dir
		}
	}
	for _, s := range flags {
		i := strings.LastIndexByte(s, '=')
		if i < 1 {
			return usagef("--repo %s is not of the form URL=DIR", dupcheck.QuoteAlways(s))
		}
		x.repos[s[:i]] = s[i+1:]
	}
	return nil
}
