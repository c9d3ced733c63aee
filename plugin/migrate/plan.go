package migrate

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split"
	"github.com/kuniq/kuniq/split/journal"
)

// Options are the choices of the caller. The zero value is ready to use.
type Options struct {
	// Split says how files are split and named. Its Extension is not used: new files keep
	// that of the old one.
	Split split.Options
	// Rename also takes files with one object, which only get another name, so that every
	// file has the name that `kuniq split --check` expects.
	Rename bool
	// Skip says why a file is left out, or "" to take it.
	Skip func(path string) string
	// AllowUnverified says whether the plan may be written although a kustomization cannot
	// be built. It gets the directory of the kustomization. Without AllowUnverified such a
	// plan is refused.
	AllowUnverified func(dir string) bool
	// Progress is called with the current step and how much of it is done. It may be nil.
	Progress func(what string, done, total int)
}

func (o Options) progress(what string, done, total int) {
	if o.Progress != nil {
		o.Progress(what, done, total)
	}
}

// Plan is the plan of a migration: the changes, and the reasons against them. Making it
// changes nothing. Paths and positions are relative to the top of the work tree; WriteText
// and WriteJSON write them as they are reached from the working directory.
type Plan struct {
	// Sources are the files that would be replaced, with their new files. They are sorted by
	// path. So is every list except Warnings, which has warnings about deletion first.
	Sources []Source
	// Edits are the entries of kustomizations and Kptfiles that change.
	Edits []Edit
	// Roots are the kustomizations that a change affects.
	Roots []Root
	// Skipped are files that stay unchanged although they hold several objects, and
	// directories that were not read.
	Skipped []Skipped
	// Warnings are about things outside of the files: other tools that would not find the
	// new files, and lines that name an old one.
	Warnings []Warning
	// Notes list the parts of the new files that are not bytes of the old ones in their
	// place.
	Notes []split.Note
	// Refusals are all the reasons not to write. A plan that has any is not
	// written.
	Refusals []Refusal
	// Dirty are the files with changes that are not committed. Write refuses
	// them.
	Dirty []string
	// Looked is the number of files that were examined.
	Looked int

	repo    *Repository
	changes []journal.Change
}

// Source is a file that other files replace.
type Source struct {
	Path string
	// Files are in the order of the objects in the old file.
	Files []File
}

// File is a new file.
type File struct {
	Path string
	// ID is the identity of the object in it. It is the zero ID if the object has none.
	ID dupcheck.ID
	// Line is the line of the object in the old file.
	Line int
	// How says how its bytes were made.
	How split.How

	data []byte
}

// Edit is an entry of a list that is replaced by several, in the same place.
type Edit struct {
	File  string   `json:"file"`
	Line  int      `json:"line"`
	Field string   `json:"field"` // such as "resources[]" or "patches[].path"
	Old   string   `json:"old"`
	New   []string `json:"new"`
}

// Root is a kustomization that a change affects.
type Root struct {
	// Dir is its directory.
	Dir string
	// Verified says that it builds to the same bytes before and after.
	Verified bool
	// Allowed says that it was not verified, and that Options.AllowUnverified lets it pass.
	Allowed bool
	// Reason says why it was not verified.
	Reason checkout.Reason
}

// Warning is something outside of the files that the user should look at.
type Warning struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Prunes says that a tool would delete objects from a cluster.
	Prunes bool
	Text   checkout.Reason
}

// Skipped is a file or directory that stays as it is, and why.
type Skipped struct {
	File   string
	Reason checkout.Reason
}

// Refusal is a reason not to write the plan.
type Refusal struct {
	At     dupcheck.Position
	Reason checkout.Reason
}

// Uncommitted returns the *DirtyError of Write, or nil.
func (p *Plan) Uncommitted() error {
	if len(p.Dirty) == 0 {
		return nil
	}
	return p.repo.dirty(p.Dirty)
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Sources) == 0 && len(p.Refusals) == 0 }

// Counts returns the number of old files that are removed, and of new files.
func (p *Plan) Counts() (sources, files int) {
	for _, s := range p.Sources {
		files += len(s.Files)
	}
	return len(p.Sources), files
}

// newChange makes the change of a file. There is no file where the bytes are nil.
func newChange(file string, mode fs.FileMode, old, fresh []byte) journal.Change {
	c := journal.Change{Path: file, Mode: mode}
	if old != nil {
		c.Old = journal.DigestOf([][]byte{old})
	}
	if fresh != nil {
		c.Parts = [][]byte{fresh}
		c.New = journal.DigestOf(c.Parts)
	}
	return c
}

// planner makes a plan.
type planner struct {
	ctx     context.Context
	repo    *Repository
	options Options
	plan    Plan

	sources   map[string]*source
	singles   []single
	charts    map[string]int // files in each Helm chart
	documents []*document    // kustomizations and Kptfiles, sorted
	mentions  []mentioning
	gitops    []mentioning
	untracked []*document       // kustomizations that git does not track
	rewritten map[string][]byte // kustomizations and Kptfiles
}

// New makes a plan for the directory of the repository. It changes nothing. Plan.Refusals
// has the problems of the files. An error says why there is no plan.
func New(ctx context.Context, repo *Repository, o Options) (*Plan, error) {
	p := &planner{ctx: ctx, repo: repo, options: o, sources: map[string]*source{}, charts: map[string]int{}, rewritten: map[string][]byte{}}
	p.plan.repo = repo
	steps := []func() error{
		p.readStatus, p.survey, p.leaveOut, cutter{p}.cut, rerouter{p}.followLinks, rerouter{p}.reroute,
		targetCheck{p}.checkTargets, warner{p}.warn, p.compare, rootCheck{p}.verify, p.buildChanges,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	p.sort()
	return &p.plan, nil
}

func (p *planner) readStatus() (err error) {
	p.plan.Dirty, err = p.repo.changed(p.ctx)
	return err
}

func (p *planner) refuse(file string, line int, reason checkout.Reason) {
	p.plan.Refusals = append(p.plan.Refusals, Refusal{At: position(file, line), Reason: reason})
}

func (p *planner) skip(file string, reason checkout.Reason) {
	p.plan.Skipped = append(p.plan.Skipped, Skipped{File: file, Reason: reason})
}

// sorted returns the sources in the order of their paths.
func (p *planner) sorted() []*source {
	return slices.SortedFunc(maps.Values(p.sources), func(a, b *source) int { return strings.Compare(a.path, b.path) })
}

// sort puts the lists of the plan into their order.
func (p *planner) sort() {
	slices.SortStableFunc(p.plan.Refusals, func(a, b Refusal) int { return comparePlaces(a.At, b.At) })
	p.plan.Refusals = slices.CompactFunc(p.plan.Refusals, func(a, b Refusal) bool {
		return a.Reason == b.Reason && comparePlaces(a.At, b.At) == 0
	})
	slices.SortStableFunc(p.plan.Notes, func(a, b split.Note) int { return comparePlaces(a.At, b.At) })
	slices.SortStableFunc(p.plan.Edits, func(a, b Edit) int { return comparePlaces(position(a.File, a.Line), position(b.File, b.Line)) })
	slices.SortStableFunc(p.plan.Skipped, func(a, b Skipped) int { return strings.Compare(a.File, b.File) })
	slices.SortStableFunc(p.plan.Warnings, func(a, b Warning) int {
		if a.Prunes == b.Prunes {
			return comparePlaces(position(a.File, a.Line), position(b.File, b.Line))
		}
		if a.Prunes {
			return -1
		}
		return 1
	})
	p.plan.Warnings = slices.Compact(p.plan.Warnings)
}

func position(file string, line int) dupcheck.Position {
	return dupcheck.Position{File: file, Line: line}
}

func comparePlaces(a, b dupcheck.Position) int {
	return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line)
}
