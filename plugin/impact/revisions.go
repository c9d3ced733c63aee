package impact

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// trailer is the trailer of a commit that allows the deletions of a deployer.
const trailer = "Kuniq-Allow-Prune"

// Result is an impact and how much of both revisions it is about.
type Result struct {
	Impact
	// Unread has what could not be read of either revision, or is not compared.
	// An Impact is complete only if there is nothing.
	Unread []dupcheck.Unread
	// Generates says that some deployers are generated and not all known.
	Generates bool
	// Base and Head are the revisions. Reached says how the files of Head are reached
	// from the working directory.
	Base, Head *deploy.Revision
	Reached    checkout.Reached
}

// Between returns what a change would delete from the clusters. base and head are
// revisions of the git repository that dir is in; if base is no revision, both may be
// directories. Only deployers that change are rendered, and those to which a removed
// object may have moved. The working tree is not touched.
//
// resolve says which deployers are read and how they are rendered. Its zero value reads
// the Applications of Argo CD, and renders in this process, without helm.
func Between(ctx context.Context, dir, base, head string, resolve deploy.Options, o Options) (Result, error) {
	c, err := newChange(ctx, dir, base, head, &o)
	defer c.close()
	if err != nil {
		return Result{}, err
	}
	count, known := removedFrom(c.base, c.head)
	o.Git = GitRemovals{Known: known, Objects: count}
	o.places = c.places
	out, err := Trees(ctx, c.base, c.head, resolve, o)
	for _, p := range c.submodules {
		if resolve.Skip == nil || !resolve.Skip(p) {
			out.Unread = append([]dupcheck.Unread{{File: p, Reason: "it is a submodule that changes, and kuniq reads nothing of it"}}, out.Unread...)
		}
	}
	c.places.show(&out)
	out.Reached = c.places.head
	return out, err
}

// Trees is Between for two trees.
func Trees(ctx context.Context, base, head fs.FS, resolve deploy.Options, o Options) (out Result, err error) {
	if resolve.Adapter == nil {
		resolve.Tool, resolve.Adapter = gitops.ArgoCD, argocd.Options{}.Adapter
	}
	resolver := deploy.NewResolver(resolve)
	if out.Base, err = resolver.Read(base); err == nil {
		out.Head, err = resolver.Read(head)
	}
	if err != nil {
		return out, err
	}
	asked := map[deploy.Key]bool{} // deployers that an object may have moved to
	for more := true; more; {
		if err := resolver.Resolve(ctx, func() func(deploy.Key) bool { return needed(asked, out) }, out.Base, out.Head); err != nil {
			return out, err
		}
		out.Impact = Compare(out.Base.Snapshot(), out.Head.Snapshot(), o)
		more = false
		for _, k := range out.unrendered {
			more = more || !asked[k]
			asked[k] = true
		}
		for _, k := range out.carry {
			more = out.Head.Carry(out.Base, k) || more
		}
		for _, q := range out.pending {
			if k := q.deployer.Key(); !asked[k] && out.Head.MayDeploy(q.deployer, q.objects) {
				asked[k], more = true, true
			}
		}
	}
	out.unknown(o)
	return out, nil
}

// needed says which deployers have to be rendered: those that were asked, and
// those that are not the same in both revisions.
func needed(asked map[deploy.Key]bool, r Result) func(deploy.Key) bool {
	before, after := byKey(r.Base.Snapshot()), byKey(r.Head.Snapshot())
	return func(k deploy.Key) bool {
		b, h := before[k], after[k]
		return asked[k] || len(b) != 1 || len(h) != 1 || differ(b[0], h[0]) ||
			b[0].Desired.Inputs == "" || b[0].Desired.Inputs != h[0].Desired.Inputs || b[0].Desired.Values != h[0].Desired.Values
	}
}

func byKey(s deploy.Snapshot) map[deploy.Key][]*deploy.Deployer {
	all := map[deploy.Key][]*deploy.Deployer{}
	for i := range s.Deployers {
		k := s.Deployers[i].Key()
		all[k] = append(all[k], &s.Deployers[i])
	}
	return all
}

// change is two trees and what git says about them.
type change struct {
	base, head fs.FS
	places     places
	submodules []string // that change
	closers    []func()
}

func (c *change) close() {
	for _, closed := range c.closers {
		closed()
	}
}

// newChange opens base and head, as revisions or else as directories. It adds to the
// options what the history says.
func newChange(ctx context.Context, dir, base, head string, o *Options) (*change, error) {
	c := &change{}
	r := revision.Repository{Dir: dir}
	from, err := r.Commit(ctx, base)
	if err != nil {
		if !isDirectory(base) || !isDirectory(head) {
			return c, fmt.Errorf("the base %s is not a revision here%s, and base and head are not two directories: %w", dupcheck.QuoteAlways(base), cutOff(ctx, r), err)
		}
		if c.base, err = c.open(base); err == nil {
			c.head, err = c.open(head)
		}
		c.places = places{base: checkout.Reached{Dir: base}, head: checkout.Reached{Dir: head}, tree: c.head}
		return c, err
	}
	to, err := r.Commit(ctx, head)
	if err != nil {
		return c, fmt.Errorf("the head %s is not a revision here%s: %w", dupcheck.QuoteAlways(head), cutOff(ctx, r), err)
	}
	if err := history(ctx, r, from, to, o); err != nil {
		return c, err
	}
	before, err := treeOf(ctx, r, from)
	if err != nil {
		return c, fmt.Errorf("the base: %w", err)
	}
	after, err := treeOf(ctx, r, to)
	if err != nil {
		return c, fmt.Errorf("the head: %w", err)
	}
	c.base, c.head = before.FS, after.FS
	c.places.head.Dir = dir
	c.places.head.Below, _ = r.Below(ctx)
	c.places.base = c.places.head
	paths := maps.Clone(before.Submodules)
	maps.Copy(paths, after.Submodules)
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if before.Submodules[p] != after.Submodules[p] {
			c.submodules = append(c.submodules, p)
		}
	}
	return c, nil
}

// open opens a directory.
func (c *change) open(dir string) (fs.FS, error) {
	tree, closed, err := checkout.Open(dir)
	c.closers = append(c.closers, closed)
	return tree, err
}

func isDirectory(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// cutOff says what to do if there are few revisions.
func cutOff(ctx context.Context, r revision.Repository) string {
	if shallow, err := r.Shallow(ctx); err != nil || !shallow {
		return ""
	}
	return " (this clone is shallow: git fetch --unshallow, in CI fetch-depth: 0)"
}

// treeOf reads a commit. A manifest that is too long must not look absent.
func treeOf(ctx context.Context, r revision.Repository, commit string) (revision.Tree, error) {
	t, err := r.Tree(ctx, commit)
	for _, name := range t.Long {
		if err == nil && manifest.HasExtension(name) {
			err = fmt.Errorf("%s in %s has more than %d MiB", dupcheck.Quote(name), dupcheck.Quote(commit), revision.MostFile>>20)
		}
	}
	return t, err
}

// history looks at the commits between base and head.
func history(ctx context.Context, r revision.Repository, base, head string, o *Options) error {
	merged, err := r.Contains(ctx, head, base)
	shallow := false
	if err == nil && !merged {
		shallow, err = r.Shallow(ctx)
	}
	if err != nil {
		return fmt.Errorf("comparing base and head: %w", err)
	}
	switch {
	case shallow:
		o.Hidden = "this clone is shallow, so kuniq cannot tell whether head contains base: if it does not, additions to base since then " +
			"look like removals, and a name that both have added is not seen; git fetch --unshallow (in CI: fetch-depth: 0)"
	case !merged:
		o.Hidden = "head does not contain base: additions to base since then look like removals, " +
			"and a name that both have added is not seen; run this on the result of the merge"
	}
	if o.NoTrailers {
		return nil
	}
	trailers, err := r.Trailers(ctx, base, head, trailer)
	if err != nil {
		return fmt.Errorf("reading the commits: %w", err)
	}
	for _, t := range trailers {
		o.Allowed = append(o.Allowed, Allowance{Deployer: t.Value, From: "commit " + t.Commit[:min(12, len(t.Commit))]})
	}
	return nil
}
