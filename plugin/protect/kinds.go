package protect

import (
	"context"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/gate"
)

// Kinds returns the kinds of the objects of a tree, and those that its
// CustomResourceDefinitions define, in no particular order. The report has the parts that
// could not be read: their kinds are not known. Errors are those of gate.Check.
func Kinds(ctx context.Context, args []string, tree gate.Options) ([]dupcheck.GroupKind, dupcheck.Report, error) {
	var report dupcheck.Report
	seen := map[dupcheck.GroupKind]bool{}
	see := func(o dupcheck.Object) {
		seen[identity(o).GroupKind()] = true
		if o.CRD != nil {
			seen[dupcheck.GroupKind{Group: o.CRD.Group, Kind: o.CRD.Kind}] = true
		}
	}
	visited, err := gate.Visit(ctx, args, tree, gate.Visitor{
		File: func(file manifest.FileBytes, set string) {
			objects, _ := objectsOf(file, set, &report)
			for _, o := range objects {
				see(o)
			}
		},
		Object: see,
	})
	if err != nil {
		return nil, report, err
	}
	report.Unread = append(report.Unread, visited.Report.Unread...)
	return slices.Collect(maps.Keys(seen)), report, nil
}
