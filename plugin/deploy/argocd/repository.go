package argocd

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Repository is the tree of a repository, described as git knows it. The zero value is a
// directory without git.
type Repository struct {
	// FS is the tree. It has to be comparable, as those of os.Root.FS and
	// checkout.NewCachingFS are. Of the checkout itself it does not count.
	FS fs.FS
	// Remotes are the URLs that git has for the repository, and Aliases others that
	// mean it.
	Remotes, Aliases []string
	// Branches are the branches with the content of the tree: the default branch, and the
	// target branch of a change. Without git they are main and master.
	Branches []string
	// At returns the tree of another revision, by any name that Argo CD accepts,
	// or says why it is not known. Nil is a directory without git.
	At func(revision string) (fs.FS, error)
}

// standsFor says whether a revision is the tree itself.
func (r Repository) standsFor(revision string) bool {
	branches := r.Branches
	if r.At == nil && branches == nil {
		branches = []string{"main", "master"}
	}
	return revision == "" || revision == "HEAD" || slices.Contains(branches, strings.TrimPrefix(revision, "refs/heads/"))
}

// repositories are those at hand, of one revision of the checkout.
type repositories struct {
	tree   fs.FS // of the checkout, nil without one
	own    Repository
	others map[string]Repository // by repositoryKey
	skip   func(name string) bool
	links  map[fs.FS]string // that lead out, by the repository
	// vendored has trees of other repositories, and artifacts.
	vendored render.Vendored
}

func newRepositories(tree fs.FS, o Options) *repositories {
	all := &repositories{tree: tree, own: o.Checkout, others: map[string]Repository{}, skip: o.Skip, links: map[fs.FS]string{}, vendored: o.Vendored}
	for url, r := range o.Repositories {
		all.others[repositoryKey(url)] = r
	}
	return all
}

// found is the tree that a source reads.
type found struct {
	tree fs.FS
	// origin distinguishes its files from those of the checkout, which has none.
	origin string
}

// find returns the tree that a URL and a revision name, or the reason why it is not
// known. dir is a path that the source reads: the checkout is recognised by it if no
// remote has the URL. by is the object that asks for the tree.
func (all *repositories) find(by vendored.Request, url, revision, dir string) (f found, err error) {
	f, err = all.atHand(url, revision, dir)
	if checkout.CodeOf(err) != checkout.Elsewhere {
		return f, err
	}
	by.Need = vendored.Need{Kind: vendored.Git, URL: url, Version: revision, Select: vendored.NewestOrName}
	return all.fetched(by, err)
}

// fetched returns a tree that was fetched before. missing is the error if it was not.
func (all *repositories) fetched(r vendored.Request, missing error) (f found, err error) {
	open := strings.Contains(r.URL+r.Name+r.Version, "{{") // it is that of a template
	if all.vendored == nil || open {
		return f, missing
	}
	got, err := all.vendored.Find(r)
	if checkout.CodeOf(err) == checkout.Remote {
		return f, missing
	}
	return found{got.FS, deploy.OriginOf(r.URL, r.Version)}, err
}

// atHand is find for this checkout and those of other repositories.
func (all *repositories) atHand(url, revision, dir string) (f found, err error) {
	r, other := all.others[repositoryKey(url)]
	switch {
	case other:
		f, err = r.at(revision, r.FS)
		f.origin = deploy.OriginOf(url, f.origin)
		return f, err
	case all.tree == nil || !all.isCheckout(url) && all.hosts():
		return f, checkout.Errorf(checkout.Elsewhere, "its repository is not available: %s is no URL of this one", dupcheck.QuoteAlways(checkout.WithoutPassword(url)))
	}
	f, err = all.own.at(revision, all.tree)
	if !all.isCheckout(url) && (err != nil || !exists(f.tree, dir)) && !exists(all.tree, dir) {
		return f, checkout.Errorf(checkout.Elsewhere, "its repository is not available, and the checkout has no directory %s", dupcheck.QuoteAlways(dir))
	}
	return f, err
}

// at returns the tree of a revision, which is the given tree if the revision means that.
func (r Repository) at(revision string, tree fs.FS) (f found, err error) {
	switch {
	case r.standsFor(revision):
		return found{tree: tree}, nil
	case r.At == nil:
		return f, checkout.Errorf(checkout.Elsewhere, "its revision %s is not known: the directory has no git", dupcheck.QuoteAlways(revision))
	}
	if f.tree, err = r.At(revision); err != nil {
		return f, checkout.Errorf(checkout.Elsewhere, "its revision %s is not known: %s", dupcheck.QuoteAlways(revision), err)
	}
	f.origin = revision
	return f, nil
}

// isCheckout says whether a URL is known to mean the checkout.
func (all *repositories) isCheckout(url string) bool {
	key := repositoryKey(url)
	same := func(other string) bool { return repositoryKey(other) == key }
	return slices.ContainsFunc(all.own.Aliases, same) || slices.ContainsFunc(all.own.Remotes, same)
}

// isTaken says whether the checkout is taken for the repository of a source because
// nothing says which one it is.
func (all *repositories) isTaken(s gitops.Source) bool {
	_, other := all.others[repositoryKey(s.RepoURL)]
	return !other && s.Chart == "" && all.tree != nil && !all.hosts() && !all.isCheckout(s.RepoURL)
}

// hosts reports whether a remote of the checkout is on a host, so that its URLs are
// known.
func (all *repositories) hosts() bool {
	return slices.ContainsFunc(all.own.Remotes, func(remote string) bool {
		return checkout.Locate(remote).Host != ""
	})
}

func exists(repo fs.FS, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(repo, name)
	return err == nil
}

// repositoryKey is equal for all URLs of one repository.
func repositoryKey(repo string) string { return checkout.Locate(repo).Fold().String() }

// refuses says why Argo CD renders nothing of a repository: because of a symbolic link
// that leads out of it, even if it comes back (argo-cd v3.6 util/app/path,
// CheckOutOfBoundsSymlinks).
func (all *repositories) refuses(repo fs.FS) error {
	link, known := all.links[repo]
	if !known {
		link = all.outward(repo)
		all.links[repo] = link
	}
	if link == "" {
		return nil
	}
	return checkout.Errorf(checkout.Refused, "Argo CD renders nothing of a repository with a link that leads out of it: %s", checkout.Named(link))
}

// outward returns a link of a repository that leads out of it.
func (all *repositories) outward(repo fs.FS) (link string) {
	_ = fs.WalkDir(repo, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is noticed where it matters
		case all.skip != nil && all.skip(name), name == ".git":
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type()&fs.ModeSymlink != 0 && leadsOut(repo, name):
			link = name
			return fs.SkipAll
		}
		return nil
	})
	return link
}

// leadsOut says whether a link leaves the tree on its way.
func leadsOut(repo fs.FS, name string) bool {
	to, err := fs.ReadLink(repo, name)
	if err != nil || strings.HasPrefix(to, "/") {
		return true
	}
	depth := strings.Count(name, "/")
	for part := range strings.SplitSeq(to, "/") {
		switch part {
		case "", ".":
		case "..":
			depth--
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

// instanceName returns the name that Argo CD gives to an Application, which begins with
// its namespace if that is not the one of Argo CD (argo-cd v3.5
// pkg/apis/application/v1alpha1, InstanceName). The guard no-takeover-argocd compares it.
func instanceName(app gitops.Application, own string) string {
	if cmp.Or(app.Metadata.Namespace, own) == own {
		return app.Metadata.Name
	}
	return app.Metadata.Namespace + "_" + app.Metadata.Name
}

// asks returns the request of an object of Argo CD for fetched sources.
func asks(h gitops.Head, own string) vendored.Request {
	return vendored.Request{At: h.Object.At, By: deploy.ShortName(h.ID(own))}
}
