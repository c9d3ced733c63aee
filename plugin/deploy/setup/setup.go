package setup

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Options say whose deployers are looked for, and where. The zero value stands for those
// of Argo CD in the working directory.
type Options struct {
	// Options are those of a resolver. Adapter, Skip, Instance and Roots do not count:
	// they follow from the others.
	deploy.Options
	// Dir is the directory, as seen from the working directory. It is the working
	// directory itself if it is empty.
	Dir string
	// Compared are the revisions or directories that are compared, the base first. It is
	// empty if the directory itself is looked at.
	Compared []string
	// Policy is what was decided. Its paths begin in the working directory.
	Policy policy.Policy
	// PolicyFile is the file of the policy, policy.File if it is empty. OfRevision says
	// that the policy is the one of another revision, and not of the directory.
	PolicyFile string
	OfRevision bool
	// Rules is the table of rules that the policy may name beside those of a check.
	Rules dupcheck.RuleTable
	// Namespace is that of Argo CD, argocd.DefaultNamespace if it is empty.
	Namespace string
	// Repositories are directories with checkouts of other repositories, by their URLs.
	// They count before those of the policy. Only Argo CD reads them.
	Repositories map[string]string
	// NoRender leaves all deployers unresolved.
	NoRender bool
}

// Setup is the result of Open.
type Setup struct {
	// Resolve and Check are the options of a resolver and of its check.
	Resolve deploy.Options
	Check   deploy.CheckOptions
	// Reached says how the files of the trees are reached that the policy is about. Those of
	// two directories that are compared are named from the tops of both.
	Reached checkout.Reached
	// Ignore has the objects whose findings the policy hides.
	Ignore []dupcheck.Ignore
	// Paths decide by path what is left out, and which instance has a file.
	Paths *policy.Paths

	options Options
	repos   map[string]string
	closers []func()
}

// New prepares the settings that do not depend on a directory, for a caller that has
// several: For returns the others. Errors are those of Open.
func New(o Options) (*Setup, error) {
	s := &Setup{options: o, repos: map[string]string{}}
	s.options.Tool, s.options.Dir = cmp.Or(o.Tool, gitops.ArgoCD), path.Clean(filepath.ToSlash(o.Dir))
	if s.options.Tool == gitops.ArgoCD {
		for url := range o.Policy.Repos {
			dir, err := o.Policy.RepoDir(url)
			if err != nil {
				return s, err
			}
			s.repos[url] = dir
		}
		maps.Copy(s.repos, o.Repositories)
	}
	return s, s.cache()
}

// cache refuses a cache in a directory that is read, which could bring its own.
func (s *Setup) cache() error {
	cache := s.options.Pool.Cache.Dir
	dirs := append([]string{s.options.Dir}, s.options.Compared...)
	for _, dir := range slices.AppendSeq(dirs, maps.Values(s.repos)) {
		if _, err := os.Stat(dir); err == nil && cache != "" && checkout.Contains(checkout.Top(realPath(dir)), cache) {
			return &policy.OptionError{Option: "cache", Value: cache, Reason: "is inside of what is checked, which could bring its own"}
		}
	}
	return nil
}

// Open prepares the options that find the deployers of Options.Dir. The caller closes the
// Setup. A setting that means nothing is a *policy.OptionError.
func Open(ctx context.Context, o Options) (*Setup, error) {
	s, err := New(o)
	if err == nil {
		err = s.open(ctx)
	}
	if err != nil {
		s.Close()
	}
	return s, err
}

func (s *Setup) open(ctx context.Context) (err error) {
	o := s.options
	if s.Check.Rules, s.Ignore, err = o.Policy.Rules(o.Rules); err != nil {
		return err
	}
	if s.Paths, err = o.Policy.Paths(); err != nil {
		return err
	}
	if s.Check.Allowed, err = o.Policy.Allowances(s.Paths); err != nil {
		return err
	}
	dir := s.options.Dir
	s.Check.Dir, s.Reached = dir, s.reached(ctx, dir)
	s.Resolve, err = s.For(ctx, dir, func(p string) bool { return s.Paths.Skip(s.Reached.File(p)) != "" }, func(p string) string { return s.Paths.Set(s.Reached.File(p)) })
	return err
}

// base is the revision or directory before the change, or empty.
func (s *Setup) base() string {
	if len(s.options.Compared) == 0 {
		return ""
	}
	return s.options.Compared[0]
}

// reached says how the files of a directory are reached. If revisions are compared they
// are those of the whole repository that it is in.
func (s *Setup) reached(ctx context.Context, dir string) checkout.Reached {
	out := checkout.Reached{Dir: dir}
	git := revision.Repository{Dir: dir}
	if _, err := git.Commit(ctx, s.base()); err == nil {
		out.Below, _ = git.Below(ctx)
	}
	return out
}

// For returns the options of a resolver for a directory. skip and instance are their
// Skip and Instance.
func (s *Setup) For(ctx context.Context, dir string, skip func(name string) bool, instance func(file string) string) (deploy.Options, error) {
	o := s.options.Options
	o.Skip, o.Instance = skip, instance
	file := cmp.Or(s.options.PolicyFile, policy.File)
	if s.options.OfRevision {
		file = ""
	}
	top := s.reached(ctx, dir).File(".")
	o.Roots = func(tree fs.FS) []policy.Root { return s.options.Policy.RootsIn(tree, top, file) }
	if o.Tool == gitops.Flux {
		git := revision.Repository{Dir: dir}
		o.Adapter = flux.Options{
			Remotes: git.Remotes(ctx), Branches: git.DefaultBranches(ctx), Helm: o.Helm, Vendored: o.Vendored, NoRender: s.options.NoRender,
		}.Adapter
		return o, nil
	}
	argo := argocd.Options{
		Namespace: s.options.Namespace, Checkout: gitOf(ctx, dir, s.base()), Repositories: map[string]argocd.Repository{},
		Clusters: s.options.Policy.Clusters, Skip: skip, Helm: o.Helm, Vendored: o.Vendored, NoRender: s.options.NoRender,
	}
	for url, other := range s.repos {
		if err := s.repository(ctx, &argo, url, other, dir); err != nil {
			return o, err
		}
	}
	o.Adapter = argo.Adapter
	return o, nil
}

// Tree opens Options.Dir, out of which nothing leads.
func (s *Setup) Tree() (fs.FS, error) { return s.directory(s.options.Dir) }

func (s *Setup) directory(dir string) (fs.FS, error) {
	tree, closed, err := checkout.Open(dir)
	s.closers = append(s.closers, closed)
	return tree, err
}

// Close closes the directories that were opened.
func (s *Setup) Close() {
	for _, closed := range s.closers {
		closed()
	}
}
