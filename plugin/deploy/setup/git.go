package setup

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// gitOf returns what git knows of a directory: if its revisions are compared, of the
// repository that it is in, else only if it is the top of a working tree.
func gitOf(ctx context.Context, dir, base string) (out argocd.Repository) {
	repo := revision.Repository{Dir: dir}
	if _, err := repo.Commit(ctx, base); base != "" && err != nil || base == "" && !repo.IsTop(ctx) {
		return out
	}
	refs, err := repo.Refs(ctx)
	if err != nil {
		return out
	}
	out.Remotes = repo.Remotes(ctx)
	if out.Branches = repo.DefaultBranches(ctx); len(out.Branches) == 0 {
		out.Branches = likelyDefault(refs)
	}
	out.Branches = append(out.Branches, refs.Current, branchOf(base, refs))
	trees := map[string]fs.FS{} // of other revisions, by commit
	out.At = func(name string) (fs.FS, error) {
		commit, err := refs.Find(name)
		if err == nil {
			commit, err = repo.Commit(ctx, commit)
		}
		if err != nil || trees[commit] != nil {
			return trees[commit], err
		}
		tree, err := repo.Tree(ctx, commit)
		if err == nil {
			trees[commit] = tree.FS
		}
		return trees[commit], err
	}
	return out
}

// branchOf is the branch that a revision names, also as a branch of a remote.
func branchOf(name string, refs revision.Refs) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "refs/heads/"), "refs/remotes/")
	if _, ok := refs.Branches[name]; ok {
		return name
	}
	_, branch, _ := strings.Cut(name, "/")
	if _, ok := refs.Branches[branch]; ok {
		return branch
	}
	return ""
}

// likelyDefault is the default branch of a clone that does not say so, as in CI: the
// one of the usual names that there is.
func likelyDefault(refs revision.Refs) []string {
	usual := []string{"main", "master"}
	there := slices.DeleteFunc(slices.Clone(usual), func(name string) bool { return refs.Branches[name] == "" })
	if len(there) > 0 {
		return there
	}
	return usual
}

// repository adds the repository of a URL. The directory that is checked may be one.
func (s *Setup) repository(ctx context.Context, o *argocd.Options, url, dir, checked string) error {
	if real := realPath(dir); real == realPath(checked) || real == checkout.Top(realPath(checked)) {
		o.Checkout.Aliases = append(o.Checkout.Aliases, url)
		return nil
	}
	tree, err := s.directory(dir)
	if err != nil {
		return err
	}
	r := gitOf(ctx, dir, "")
	r.FS = tree
	o.Repositories[url] = r
	return nil
}

// realPath is a path without symbolic links, as far as it is known.
func realPath(dir string) string {
	if real, err := checkout.RealPath(dir); err == nil {
		return real
	}
	return dir
}
