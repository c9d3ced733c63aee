package protect

import (
	"context"
	"errors"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/gate"
)

// Result is the result of a check.
type Result struct {
	Report dupcheck.Report
	// Plain is the number of files that were read unchanged, and Deployers the number of
	// deployers that deploy something of the tree.
	Plain, Deployers int
	// Visited lists the rendered targets.
	*gate.Visited
}

// Check guards the objects that are deployed from some files and directories. For a
// directory those are the objects of the deployers of its checkout, as far as
// Options.Deployers knows them. Files that are named by themselves, and everything with
// gate.Options.Plain, may be deployed by any deployer. Findings that gate.Options.Decisions
// and the policy hide do not count. Errors are those of gate.Check and of Options.Deployers.
func Check(ctx context.Context, args []string, tree gate.Options, o Options) (*Result, error) {
	out, found := &Result{}, &deployed{options: o, byHand: map[string]bool{}, inputs: map[deploy.Key][]string{}, entries: map[string][]string{}}
	visitor := gate.Visitor{
		File: func(file manifest.FileBytes, set string) {
			objects, read := objectsOf(file, set, &out.Report)
			if read {
				out.Plain++
				found.Declared.Merge(gitops.Parse(gitops.ArgoCD, set, file.Name, file.Data))
				found.Rest = append(found.Rest, objects...)
			}
		},
		Object: found.rendered,
	}
	if o.Deployers != nil {
		visitor.Checkout = found.checkout
	}
	visited, err := gate.Visit(ctx, args, tree, visitor)
	if err != nil {
		return nil, err
	}
	for _, o := range found.entered {
		found.rendered(o)
	}
	found.Declared.Unread = nil // they are in the report already
	g := newGuard(found.Tree, o)
	r := g.report
	r.Files = out.Plain + visited.Report.Files + found.files
	r.Unread = append(append(out.Report.Unread, visited.Report.Unread...), r.Unread...)
	r.Skipped = append(out.Report.Skipped, visited.Report.Skipped...)
	if _, said := o.Severity[deploy.UnresolvedDeployer]; !said {
		deploy.UnresolvedAsUnread(&r, visited.Allowed)
	}
	out.Visited, out.Deployers = visited, len(found.Snapshot.Deployers)
	out.Targets += len(found.entries)
	out.Report, err = visited.Decide(ctx, r, Rules(), func(d dupcheck.Diagnostic) []string { return found.filesOf(g, d.ID) })
	return out, err
}

// notManifest is the reason of a file that cannot be understood and need not be.
const notManifest = "not a manifest: "

// objectsOf reads a file. It skips one that does not parse if it is no manifest.
func objectsOf(file manifest.FileBytes, set string, r *dupcheck.Report) (objects []dupcheck.Object, ok bool) {
	r.Unread = append(r.Unread, file.Unread...)
	if file.Skipped != "" {
		r.Skipped = append(r.Skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	}
	if file.Data == nil {
		return nil, false
	}
	var unread []dupcheck.Unread
	for o, err := range manifest.Parse(file.Name, file.Data) {
		var u *dupcheck.Unread
		if errors.As(err, &u) {
			unread = append(unread, *u)
			continue
		}
		o.Set = set
		objects = append(objects, o)
	}
	if len(unread) > 0 && len(objects) == 0 && !file.LooksLikeManifest() {
		r.Skipped = append(r.Skipped, dupcheck.Skipped{File: file.Name, Reason: notManifest + unread[0].Reason})
		return nil, false
	}
	r.Unread = append(r.Unread, unread...)
	return objects, true
}
