package deploy

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
)

// Checked is what a check of a checkout found.
type Checked struct {
	Report dupcheck.Report
	// Snapshot is everything that deploys.
	Snapshot Snapshot
	// UnusedAllowances are the globs that matched nothing that is unresolved.
	UnusedAllowances []string
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
	used := make([]bool, len(o.AllowUnresolved))
	add := func(name, file string, line int, reason string, code dupcheck.Code) {
		i := slices.IndexFunc(o.AllowUnresolved, func(glob string) bool {
			match, err := doublestar.Match(glob, name)
			return match && err == nil
		})
		if i < 0 {
			c.Report.Unread = append(c.Report.Unread, dupcheck.Unread{File: file, Line: line, Reason: "unresolved: " + reason, Code: code})
			return
		}
		used[i] = true
		c.Report.Skipped = append(c.Report.Skipped, dupcheck.Skipped{File: file, Reason: "let pass by allow-unresolved " + o.AllowUnresolved[i] + ": " + reason})
	}
	if !o.UnresolvedAsFindings {
		c.Report.Diagnostics = slices.DeleteFunc(c.Report.Diagnostics, func(d dupcheck.Diagnostic) bool {
			if d.Rule != UnresolvedDeployer {
				return false
			}
			at := d.Declarations[0].Position
			add(strings.TrimPrefix(d.ID.Namespace+"/"+d.ID.Name, "/"), at.File, at.Line, d.Message, d.Code)
			return true
		})
	}
	for _, dir := range unrendered {
		add(dir, dir, 0, MayDeclare, "")
	}
	for i, glob := range o.AllowUnresolved {
		if !used[i] {
			c.UnusedAllowances = append(c.UnusedAllowances, glob)
		}
	}
}
