package cli

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/impact"
)

const impactLong = `impact says what a merge would delete: it compares the objects of every owner
at two revisions. Owners are matched by who they are and not by where they are
written, so that one that takes the name of another is seen to replace it.

It fails if an object that holds state would be deleted, if an owner would lose
more than --max-prune objects, and if an owner changes whose objects cannot be
resolved. Deletions that are meant are allowed with --allow-prune, or with a
trailer "Kuniq-Allow-Prune: NAMESPACE/NAME" in a commit between base and head.

Revisions are read from git, without touching the working tree; two directories
will do as well. Head should be the result of the merge.`

const impactExample = `  # What merging the present branch into main would delete
  kuniq argocd impact --base main

  # Two checkouts
  kuniq argocd impact --base old/ --head new/`

const impactCodes = `
Exit codes:
  0  nothing that matters would be deleted
  1  something would, or it is not known
  2  wrong usage
  3  something could not be read, or there was nothing to compare
`

// trailer is what allows deletions in a commit.
const trailer = "Kuniq-Allow-Prune"

// impactFlags are the flags of impact, as given.
type impactFlags struct {
	ownersFlags
	base, head string
	maxPrune   string
	allow      []string
	output     string
}

// ownersImpact is the subcommand "impact".
func (c Command) ownersImpact(t tool) *cobra.Command {
	f := &impactFlags{ownersFlags: ownersFlags{tool: t}}
	cmd := &cobra.Command{
		Use:     "impact --base REV [--head REV] [flags] [DIR]",
		Short:   "Say what a change would delete, and fail if it matters",
		Long:    impactLong,
		Example: strings.ReplaceAll(impactExample, "argocd", t.name),
		Args:    atMostOneDirectory,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runImpact(cmd.Context(), f, directoryOf(args))
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "revision before the change, or a directory")
	flags.StringVar(&f.head, "head", "HEAD", "revision after the change, or a directory")
	flags.StringVar(&f.maxPrune, "max-prune", "50%", "how many objects, or percent of them, one owner may lose")
	flags.StringArrayVar(&f.allow, "allow-prune", nil, "an owner whose deletions are meant (repeatable)")
	flags.StringVarP(&f.output, "output", "o", "text", "format of the report: "+listOf(impact.Formats()))
	value(cmd, "base", "REV", words())
	value(cmd, "head", "REV", words())
	value(cmd, "max-prune", "N|N%", words())
	value(cmd, "allow-prune", "NAMESPACE/NAME", words())
	value(cmd, "output", "FORMAT", words(impact.Formats()...))
	cmd.SetHelpTemplate(helpTemplate(impactCodes))
	return cmd
}

func (c Command) runImpact(ctx context.Context, f *impactFlags, dir string) error {
	if err := oneOf("--output", f.output, impact.Formats()); err != nil {
		return err
	}
	if f.base == "" {
		return usagef("--base is missing: the revision before the change")
	}
	f.trees = []string{f.base, f.head}
	x, err := c.owners(&f.ownersFlags, dir)
	defer x.close()
	if err != nil {
		return err
	}
	if x.options.MaxPrune, err = parseLimit(f.maxPrune); err != nil {
		return err
	}
	for _, owner := range f.allow {
		x.options.Allowed = append(x.options.Allowed, impact.Allowance{Owner: owner, From: "--allow-prune"})
	}
	base, head, err := x.trees(ctx, f, dir)
	if err != nil {
		return err
	}
	count, known := removedFrom(base, head)
	x.options.Git = impact.Removed{Known: known, Objects: count}
	was, is, found, err := x.impact(ctx, base, head)
	if err != nil {
		return err
	}
	if err := impact.Write(c.Stdout, f.output, found, releaseName()); err != nil {
		return failf("writing the report: %w", err)
	}
	return x.impactVerdict(was, is, found)
}

// impactVerdict turns an impact into an exit code.
func (x *owners) impactVerdict(was, is ownersSide, found impact.Impact) error {
	unread := slices.Concat(x.changed, was.unread, is.unread, beyond(was.Patterns), beyond(is.Patterns))
	for _, u := range unread {
		x.c.sayf("%s", u.Error())
	}
	x.warn(is)
	for _, dir := range is.hidden {
		x.c.warnf("%s: %s", dupcheck.Quote(dir), mayMake)
	}
	for _, p := range is.problems {
		x.c.warnf("%s: %s", p.ID, p.Reason)
	}
	switch {
	case len(unread) > 0:
		return failf("not everything could be read: %d unread", len(unread))
	case found.Fails():
		return &exitError{code: exitFindings}
	case found.Compared == 0 && len(was.Patterns)+len(is.Patterns) == 0:
		return failf("no %s found in either of them", x.flags.tool.owners)
	}
	return nil
}

// beyond are the generators that were given up.
func beyond(all []impact.Pattern) (unread []dupcheck.Unread) {
	for _, p := range all {
		if p.Beyond {
			unread = append(unread, dupcheck.Unread{File: p.At.File, Line: p.At.Line, Reason: p.Message()})
		}
	}
	return unread
}

func parseLimit(s string) (impact.Limit, error) {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 0 || percent && (n > 100 || n == 0):
		return impact.Limit{}, usagef("--max-prune %s is neither a number of objects nor 1%% to 100%%", dupcheck.QuoteAlways(s))
	case percent:
		return impact.Limit{Set: true, Percent: n}, nil
	}
	return impact.Limit{Set: true, Objects: n}, nil
}

// trees opens base and head: revisions, or else two directories.
func (x *owners) trees(ctx context.Context, f *impactFlags, dir string) (base, head fs.FS, err error) {
	r := revision.Repository{Dir: dir}
	from, failed := r.Commit(ctx, f.base)
	if failed != nil {
		if !isDirectory(f.base) || !isDirectory(f.head) {
			return nil, nil, failf("--base %s is no revision here%s, and --base and --head are not two directories: %w", dupcheck.QuoteAlways(f.base), cutOff(ctx, r), failed)
		}
		if base, err = x.open(f.base); err == nil {
			head, err = x.open(f.head)
		}
		return base, head, err
	}
	to, err := r.Commit(ctx, f.head)
	if err != nil {
		return nil, nil, failf("--head %s is no revision here%s: %w", dupcheck.QuoteAlways(f.head), cutOff(ctx, r), err)
	}
	if err := x.history(ctx, r, from, to); err != nil {
		return nil, nil, err
	}
	was, err := treeOf(ctx, r, from)
	if err != nil {
		return nil, nil, failf("--base: %w", err)
	}
	is, err := treeOf(ctx, r, to)
	if err != nil {
		return nil, nil, failf("--head: %w", err)
	}
	x.submodules(was.Submodules, is.Submodules)
	return was.FS, is.FS, nil
}

// cutOff says what to do if there are few revisions.
func cutOff(ctx context.Context, r revision.Repository) string {
	if shallow, err := r.Shallow(ctx); err != nil || !shallow {
		return ""
	}
	return " (this clone is shallow: git fetch --unshallow, in CI fetch-depth: 0)"
}

// treeOf reads a commit. A manifest that is too long must not look as if it were
// not there.
func treeOf(ctx context.Context, r revision.Repository, commit string) (revision.Tree, error) {
	t, err := r.Tree(ctx, commit)
	for _, name := range t.Long {
		if err == nil && manifest.HasExtension(name) {
			err = fmt.Errorf("%s in %s has more than %d MiB", dupcheck.Quote(name), dupcheck.Quote(commit), revision.MostFile>>20)
		}
	}
	return t, err
}

// submodules notes those that change: what is in them is not read.
func (x *owners) submodules(was, is map[string]string) {
	paths := maps.Clone(was)
	maps.Copy(paths, is)
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if was[p] != is[p] && x.globs.Skip(p) == "" {
			x.changed = append(x.changed, dupcheck.Unread{File: p, Reason: "it is a submodule, of which nothing is read, and it changes"})
		}
	}
}

func isDirectory(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// history looks at the commits between base and head.
func (x *owners) history(ctx context.Context, r revision.Repository, base, head string) error {
	merged, err := r.Contains(ctx, head, base)
	if err != nil {
		return failf("comparing base and head: %w", err)
	}
	shallow := false
	if !merged {
		if shallow, err = r.Shallow(ctx); err != nil {
			return failf("comparing base and head: %w", err)
		}
	}
	switch {
	case shallow:
		x.options.Hidden = "this clone is shallow and does not say whether head contains base: if it does not, what was added to base since looks as if " +
			"it were removed, and a name that both have added is not seen; git fetch --unshallow (in CI: fetch-depth: 0)"
	case !merged:
		x.options.Hidden = "head does not contain base: what was added to base since looks as if it were removed, " +
			"and a name that both have added is not seen; run this on the result of the merge"
	}
	trailers, err := r.Trailers(ctx, base, head, trailer)
	if err != nil {
		return failf("reading the commits: %w", err)
	}
	for _, t := range trailers {
		x.options.Allowed = append(x.options.Allowed, impact.Allowance{Owner: t.Value, From: "commit " + t.Commit[:min(12, len(t.Commit))]})
	}
	return nil
}

// impact reads both trees and compares them. Only owners that change are
// rendered, and those to which a vanished object may have moved.
func (x *owners) impact(ctx context.Context, base, head fs.FS) (was, is ownersSide, found impact.Impact, err error) {
	progress := newProgress(x.c.Stderr)
	defer progress.done()
	asked := map[string]bool{} // owners that an object may have moved to
	for range 2 * mostRounds {
		x.resolver.begin()
		if was, err = x.side("base", base); err == nil {
			is, err = x.side("head", head)
		}
		if err != nil {
			return was, is, found, err
		}
		rendered := x.resolver.run(ctx, x.resolver.needed(asked, was.State, is.State), progress)
		if ctx.Err() != nil {
			return was, is, found, errInterrupted
		}
		if rendered {
			continue
		}
		pending(&was.State)
		pending(&is.State)
		found = impact.Compare(was.State, is.State, x.options)
		if !x.resolver.askMore(asked, found.Pending) {
			break
		}
	}
	return was, is, found, nil
}
