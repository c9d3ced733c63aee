package split

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/split/journal"
)

// diff compares a plan with its output directory: the changes, and the reasons against
// them.
type diff struct {
	plan    Plan
	options WriteOptions
	run     *journal.Run

	planned  map[string]map[string]string // by directory and folded name: the names in the plan
	inDir    map[string]int               // how many files of the plan a directory has
	index    map[string]owned             // as it will be
	oldIndex journal.Digest               // of the file
	newIndex bool                         // whether it will be another one

	changes  []journal.Change
	files    []*File // that are to be written
	refusals []Refusal
	result   Result
}

// opener is journal.Open, or journal.Begin for a run that writes.
type opener func(*os.Root, journal.Options) (*journal.Run, error)

// openDiff opens a directory for a plan. Messages call it by a name, if it has one.
func openDiff(open opener, root *os.Root, name string, p Plan, o WriteOptions) (*diff, error) {
	d := &diff{plan: p, options: o, planned: map[string]map[string]string{}}
	var err error
	d.run, err = open(root, journal.Options{
		Name: name, Last: indexName, Progress: o.Progress,
		Accept: func(name string) string {
			if o.isManifest(name) {
				return ""
			}
			return otherExtension
		},
		Owned: func(name string, digest journal.Digest) bool { return d.index[name].digest == digest },
		Step:  o.step, Open: o.open,
	})
	return d, err
}

// undo restores the files that an interrupted run has changed. The index of that run
// lists the files that it has written. No index is left once everything is restored.
func (d *diff) undo() (bool, error) {
	j, err := d.run.Read()
	if err != nil || j == nil {
		return false, err
	}
	if text, err := d.run.Promised(j); err == nil {
		d.index, err = parseIndex(string(text))
		if err != nil {
			return false, d.run.Failed(indexName, err)
		}
	}
	_, err = d.run.Undo(j)
	return true, err
}

func (d *diff) refuse(name, format string, args ...any) {
	d.refusals = append(d.refusals, Refusal{
		At:     dupcheck.Position{File: d.run.Place(name)},
		Reason: fmt.Sprintf(format, args...),
	})
}

// compare is a *RefusedError if anything speaks against the plan.
func (d *diff) compare(ctx context.Context) error {
	if err := d.readIndex(); err != nil {
		return err
	}
	files := d.sorted()
	digests := digestsOf(ctx, files)
	folded := make([]string, len(files)) // without the directory
	crash.Share(ctx, len(files), func(_, i int) { folded[i] = fold.String(path.Base(files[i].Name)) })
	d.inDir = map[string]int{}
	for _, f := range files {
		dir, _ := journal.SplitPath(f.Name)
		d.inDir[dir]++
	}
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.target(f, digests[i], folded[i])
	}
	for _, name := range d.stale() {
		d.leftOver(name)
	}
	slices.Sort(d.result.Pruned)
	d.caseCollisions()
	d.blockers()
	for name, why := range d.run.Foreign() {
		d.refuse(name, "%s", why)
	}
	d.run.Tree.Forget()
	if d.identify(ctx); ctx.Err() != nil {
		return ctx.Err()
	}
	if d.newIndex || len(d.changes) > 0 {
		d.addIndex()
	}
	for _, names := range [][]string{d.result.Written, d.result.Unchanged, d.result.Kept, d.result.Stale} {
		slices.Sort(names)
	}
	slices.SortFunc(d.refusals, func(a, b Refusal) int {
		return cmp.Or(strings.Compare(a.At.File, b.At.File), strings.Compare(a.Reason, b.Reason))
	})
	if len(d.refusals) > 0 {
		return &RefusedError{d.refusals}
	}
	return nil
}

// digestsOf returns the digests of files. Those not yet computed when ctx is
// done are missing.
func digestsOf(ctx context.Context, files []*File) []journal.Digest {
	digests := make([]journal.Digest, len(files))
	crash.Share(ctx, len(files), func(_, i int) { digests[i] = journal.DigestOf(files[i].Parts) })
	return digests
}

// sorted returns the files of the plan, directory by directory, without those whose names
// are not allowed.
func (d *diff) sorted() []*File {
	files := make([]*File, 0, len(d.plan.Files))
	bad := make([]string, len(d.plan.Files))
	crash.Share(context.Background(), len(bad), func(_, i int) { bad[i] = d.badFile(d.plan.Files[i].Name) })
	for i := range d.plan.Files {
		f := &d.plan.Files[i]
		if bad[i] != "" {
			d.refuse(f.Name, "%s", bad[i])
			continue
		}
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *File) int { return journal.ComparePaths(a.Name, b.Name) })
	return slices.CompactFunc(files, func(a, b *File) bool {
		if a.Name == b.Name {
			d.refuse(a.Name, "is in the plan twice")
		}
		return a.Name == b.Name
	})
}

// badFile says why a file of a name may not be written.
func (d *diff) badFile(name string) string {
	if _, known := d.index[name]; !known { // The index has only good ones.
		if why := journal.BadPath(name); why != "" {
			return why
		}
	}
	if !d.options.isManifest(name) {
		return otherExtension
	}
	return ""
}

// target decides about a file of the plan, given its digest and folded name.
func (d *diff) target(f *File, want journal.Digest, folded string) {
	dir, base := journal.SplitPath(f.Name)
	in := d.run.Tree.Look(dir)
	d.plannedIn(dir, base, folded)
	entry, mine := d.index[f.Name]
	if mine {
		entry.inPlan = true
		d.index[f.Name] = entry
	}
	typ, there := in.Entries[base]
	switch {
	case in.Blocked != "":
		return // blockers says so once.
	case there && !typ.IsRegular():
		d.refuse(f.Name, "%s", journal.WhatIs(typ))
		return
	}
	c := journal.Change{Path: f.Name, Parts: f.Parts, New: want}
	if there && !d.replaces(&c, f, mine, entry.digest) {
		return
	}
	if d.changes == nil { // Most runs change all files or none.
		d.changes = make([]journal.Change, 0, len(d.plan.Files)+1)
		d.files = make([]*File, 0, len(d.plan.Files))
		d.result.Written = make([]string, 0, len(d.plan.Files))
	}
	d.changes, d.files = append(d.changes, c), append(d.files, f)
	d.result.Written = append(d.result.Written, f.Name)
	d.newIndex = true // which has it from the changes
	if mine {
		entry.replaced = true
		d.index[f.Name] = entry
	}
}

// replaces reports whether an existing file has to be replaced. It refuses that unless
// kuniq wrote the file and it is unchanged.
func (d *diff) replaces(c *journal.Change, f *File, mine bool, written journal.Digest) bool {
	limit := int64(journal.NoLimit)
	if !mine {
		limit = int64(f.Size()) + 1 // Only equal bytes are of interest.
	}
	var err error
	c.Old, err = d.run.Tree.Hash(c.Path, limit, d.run.Buffer)
	switch {
	case err != nil:
		d.refuse(c.Path, "cannot be read: %v", journal.Reason(err))
	case c.Old == c.New:
		d.result.Unchanged = append(d.result.Unchanged, c.Path)
		if mine && written != c.New {
			d.index[c.Path], d.newIndex = owned{digest: c.New, inPlan: true}, true
		}
	case !mine:
		d.refuse(c.Path, "is there already, differs, and was not written by kuniq")
	case c.Old != written:
		d.refuse(c.Path, "was changed since kuniq wrote it")
	default:
		return true
	}
	return false
}

// stale returns the files of earlier runs that are not in the plan.
func (d *diff) stale() []string {
	var names []string
	for name, entry := range d.index {
		if !entry.inPlan {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, journal.ComparePaths)
	return names
}

// leftOver decides about a file of an earlier run that is not in the plan.
func (d *diff) leftOver(name string) {
	dir, base := journal.SplitPath(name)
	typ, there := d.run.Tree.Look(dir).Entries[base]
	written := d.index[name].digest
	switch {
	case there && !d.holdsStill(name, typ, written):
		d.result.Kept = append(d.result.Kept, name)
	case there && d.options.Prune:
		d.changes = append(d.changes, journal.Change{Path: name, Old: written})
		d.result.Pruned = append(d.result.Pruned, name)
	case there:
		d.result.Stale = append(d.result.Stale, name)
	}
	if d.options.Prune {
		delete(d.index, name)
		d.newIndex = true
	}
}

// holdsStill reports whether a file is as kuniq wrote it, so that it may be removed.
func (d *diff) holdsStill(name string, typ fs.FileMode, written journal.Digest) bool {
	if !typ.IsRegular() || !d.options.isManifest(name) {
		return false
	}
	found, err := d.run.Tree.Hash(name, journal.NoLimit, d.run.Buffer)
	return err == nil && found == written
}
