package protect

import (
	"context"
	"errors"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/gate"
)

// Result is what a check found.
type Result struct {
	Report dupcheck.Report
	// Plain is how many files were read as they are.
	Plain int
	// Visited says what was rendered.
	*gate.Visited
}

// Check guards what is deployed of some files and directories. Findings that
// gate.Options.Decisions and the policy hide do not count. Errors are those of
// gate.Check.
func Check(ctx context.Context, args []string, tree gate.Options, o Options) (*Result, error) {
	var objects []dupcheck.Object
	var declared gitops.Declared
	out := &Result{}
	visited, err := gate.Visit(ctx, args, tree, gate.Visitor{
		File: func(file manifest.FileBytes, set string) {
			found, read := objectsOf(file, set, &out.Report)
			if read {
				out.Plain++
				declared.Merge(gitops.Parse(gitops.ArgoCD, set, file.Name, file.Data))
				objects = append(objects, found...)
			}
		},
		Object: func(object dupcheck.Object) {
			objects = append(objects, object)
			declared.Merge(gitops.FromObjects(gitops.ArgoCD, object))
		},
	})
	if err != nil {
		return nil, err
	}
	declared.Unread = nil // they are in the report already
	found := Guard(objects, declared, o)
	found.Files = out.Plain + visited.Report.Files
	found.Unread = append(append(out.Report.Unread, visited.Report.Unread...), found.Unread...)
	found.Skipped = append(out.Report.Skipped, visited.Report.Skipped...)
	out.Visited = visited
	out.Report, err = visited.Decide(ctx, found, Rules())
	return out, err
}

// notManifest is said of a file that cannot be understood and need not be.
const notManifest = "not a manifest: "

// objectsOf reads a file. One that does not parse is skipped if it is no manifest.
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
