package deploy

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Checked is the result of checking a checkout.
type Checked struct {
	Report dupcheck.Report
	// Snapshot is everything that deploys.
	Snapshot Snapshot
}

// MayDeclare says of a directory of a chart that deployers may come of it.
const MayDeclare = "it may make Applications, and no Application here deploys it"

// Check reads a checkout, renders everything and checks it. It renders the targets with
// findings once more, to find the origins of their objects. The error is that of the
// context, or says that the checkout cannot be walked.
func (r *Resolver) Check(ctx context.Context, tree fs.FS, o CheckOptions) (out Checked, err error) {
	rev, err := r.Read(tree)
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
	for _, u := range UndeclaredIn(rev) {
		u.Reason = u.Why.Shown(o.reached().File)
		out.undeclared(u.Unread, o)
	}
	for _, dir := range rev.Unrendered() {
		out.undeclared(dupcheck.Unread{File: dir, Reason: MayDeclare}, o)
	}
	if !o.UnresolvedAsFindings {
		UnresolvedAsUnread(&out.Report, o.Allowed)
	}
	out.Report.Diagnostics = append(out.Report.Diagnostics, InvalidFields(rev.Problems())...)
	reach(&out.Report, o.reached())
	return out, nil
}

// undeclared makes a directory unread that may declare deployers, unless it is allowed.
func (c *Checked) undeclared(u dupcheck.Unread, o CheckOptions) {
	allowed, ok := AllowedPart(o.Allowed, o.reached(), u)
	policy.Unresolved(&c.Report, u, allowed, ok)
}

// AllowedPart says whether a directory of a checkout need not be known. r says how the
// checkout is reached. If it has to be known, the reason is why.
func AllowedPart(by *policy.Allowances, r checkout.Reached, u dupcheck.Unread) (allowed dupcheck.Allowed, ok bool) {
	return by.Part(r.File(u.File), u.Reason, u.Code)
}

// AllowedDeployer is AllowedPart for a deployer.
func AllowedDeployer(by *policy.Allowances, id dupcheck.ID, reason string, code dupcheck.Code) (allowed dupcheck.Allowed, ok bool) {
	return by.Deployer(id.Kind, strings.TrimPrefix(id.Namespace+"/"+id.Name, "/"), reason, code)
}

// UnresolvedAsUnread turns the findings of the rule UnresolvedDeployer into unread parts
// of the report, unless they are allowed.
func UnresolvedAsUnread(r *dupcheck.Report, by *policy.Allowances) {
	r.Diagnostics = slices.DeleteFunc(r.Diagnostics, func(d dupcheck.Diagnostic) bool {
		if d.Rule != UnresolvedDeployer {
			return false
		}
		allowed, ok := AllowedDeployer(by, d.ID, d.Message, d.Code)
		at := d.Declarations[0]
		policy.Unresolved(r, dupcheck.Unread{File: at.File, Line: at.Line, Code: d.Code}, allowed, ok)
		return true
	})
}
