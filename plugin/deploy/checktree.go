package deploy

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Checked is what a check of a checkout found.
type Checked struct {
	Report dupcheck.Report
	// Snapshot is everything that deploys.
	Snapshot Snapshot
}

// MayDeclare says of a directory of a chart that deployers may come of it.
const MayDeclare = "it may make Applications, and no Application here deploys it"

// Check reads a checkout, renders everything and checks it. Targets that take part
// in findings are rendered once more, to find out where their objects come from.
// The error is that of the context, or says that the checkout cannot be walked.
func (r *Resolver) Check(ctx context.Context, checkout fs.FS, o CheckOptions) (out Checked, err error) {
	rev, err := r.Read(checkout)
	for more := true; more && err == nil; {
		if err = r.Resolve(ctx, nil, rev); err != nil {
			return out, err
		}
		out.Snapshot = rev.Snapshot()
		out.Report = Check(out.Snapshot, o)
		if more = r.trace(out.Report); more {
			rev = rev.again()
		}
	}
	if err != nil {
		return out, err
	}
	out.Report.Files, out.Report.Unread = rev.Files, append(out.Report.Unread, rev.Unread()...)
	out.unresolved(rev.Unrendered(), o)
	out.Report.Diagnostics = append(out.Report.Diagnostics, InvalidFields(rev.Problems())...)
	reached(o.Dir).report(&out.Report)
	return out, nil
}

// unresolved makes unread what is not known, unless it is allowed.
func (c *Checked) unresolved(unrendered []string, o CheckOptions) {
	add := func(at dupcheck.Position, allowed dupcheck.Allowed, ok bool) {
		allowed.File, allowed.Line = at.File, at.Line
		if !ok {
			c.Report.Unread = append(c.Report.Unread, dupcheck.Unread{File: at.File, Line: at.Line, Reason: "unresolved: " + allowed.Reason})
			return
		}
		c.Report.Allowed = append(c.Report.Allowed, allowed)
		c.Report.Skipped = append(c.Report.Skipped, dupcheck.Skipped{File: at.File, Reason: "let pass by " + allowed.Setting + ": " + allowed.Reason})
	}
	if !o.UnresolvedAsFindings {
		c.Report.Diagnostics = slices.DeleteFunc(c.Report.Diagnostics, func(d dupcheck.Diagnostic) bool {
			if d.Rule != UnresolvedDeployer {
				return false
			}
			allowed, ok := o.Allowed.Deployer(d.ID.Kind, strings.TrimPrefix(d.ID.Namespace+"/"+d.ID.Name, "/"), d.Message)
			add(d.Declarations[0].Position, allowed, ok)
			return true
		})
	}
	for _, dir := range unrendered {
		allowed, ok := o.Allowed.Part(reached(o.Dir).file(dir), MayDeclare)
		add(dupcheck.Position{File: dir}, allowed, ok)
	}
}
