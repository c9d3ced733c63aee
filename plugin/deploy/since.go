package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/policy"
)

// Touched finds the findings of a check that a change since a revision touches. A finding
// is left out only if the same check finds it in the tree before the change, too, and if
// nothing about it has changed: no file that it names, and no deployer of one of its
// objects, with all files that the deployer reads. o are the options of the check that
// found head.
func (r *Resolver) Touched(head Checked, o CheckOptions) policy.Touched {
	return func(ctx context.Context, since *revision.Revision, report dupcheck.Report) (func(dupcheck.Diagnostic) bool, error) {
		tree, err := since.Before(ctx, o.Dir)
		if err != nil {
			return nil, err
		}
		before, err := r.Check(ctx, tree, o)
		if err != nil {
			return nil, err
		}
		files := map[string]bool{}
		for _, d := range head.Snapshot.Deployers {
			files[o.reached().File(d.At.File)] = true
		}
		for _, found := range report.Diagnostics {
			for _, at := range found.Declarations {
				files[at.File] = true
			}
		}
		changed, err := since.Changed(ctx, slices.Sorted(maps.Keys(files)))
		if err != nil {
			return nil, err
		}
		t := touch{changed: changed, of: map[dupcheck.Position][]*Deployer{}, known: map[string]int{}}
		t.deployers(o.reached(), before.Snapshot, head.Snapshot)
		for _, found := range before.Report.Diagnostics {
			t.known[findingKey(found)]++
		}
		return t.finding, nil
	}
}

// touch says whether a change touches a finding.
type touch struct {
	changed map[string]bool                   // by file
	edited  map[*Deployer]bool                // those that are not as they were
	of      map[dupcheck.Position][]*Deployer // deployers whose place that is, or the place of an object of theirs
	known   map[string]int                    // how often the check before found it
}

// deployers compares those of both trees.
func (t *touch) deployers(r checkout.Reached, before, head Snapshot) {
	was := map[Key][]string{}
	for i := range before.Deployers {
		d := &before.Deployers[i]
		was[d.Key()] = append(was[d.Key()], d.fingerprint())
	}
	now := map[Key]int{}
	for i := range head.Deployers {
		now[head.Deployers[i].Key()]++
	}
	t.edited = map[*Deployer]bool{}
	for i := range head.Deployers {
		d := &head.Deployers[i]
		t.edited[d] = d.Desired.Inputs == "" || t.changed[r.File(d.At.File)] ||
			now[d.Key()] != len(was[d.Key()]) || !slices.Contains(was[d.Key()], d.fingerprint())
		t.of[r.Place(d.At)] = append(t.of[r.Place(d.At)], d)
		for _, o := range d.Desired.Objects {
			if at := r.Place(o.At); !slices.Contains(t.of[at], d) {
				t.of[at] = append(t.of[at], d)
			}
		}
	}
}

// finding says whether the change touches a finding.
func (t *touch) finding(found dupcheck.Diagnostic) bool {
	key := findingKey(found)
	if t.known[key]--; t.known[key] < 0 {
		return true
	}
	return slices.ContainsFunc(found.Declarations, func(o dupcheck.Declaration) bool {
		return t.changed[o.File] || slices.ContainsFunc(t.of[o.Position], func(d *Deployer) bool { return t.edited[d] })
	})
}

// findingKey returns the content of a finding without lines.
func findingKey(d dupcheck.Diagnostic) string {
	var files []string
	for _, o := range d.Declarations {
		files = append(files, o.File+" "+o.Kind+" "+o.Namespace+" "+o.Name)
	}
	slices.Sort(files)
	return fmt.Sprintf("%s %d %q %q %q %q", d.Rule, d.Severity, d.Set, d.ID.String(), d.Message, files)
}

// fingerprint covers everything that decides about the deployed and deleted objects of a
// deployer.
func (d *Deployer) fingerprint() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %q %+v %t", d.Desired.Inputs, d.Desired.Values, d.Desired.Unresolved, d.Desired.Partly, d.Destination, d.Suspended)
	for _, f := range slices.Concat(d.Fields, d.Desired.Fields) {
		fmt.Fprintf(&b, " %q=%q", f.Path, f.Value)
	}
	p := d.Policy
	fmt.Fprintf(&b, " %t %t %t %q", p.Prune, p.SelfHeal, p.Cascade, p.Options)
	return b.String()
}
