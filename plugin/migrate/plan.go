package migrate

import (
	"cmp"
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
	"github.com/kuniq/kuniq/split/journal"
)

// Options are what the caller may decide. The zero value is ready to use.
type Options struct {
	// Split says how files are cut and called. Its Extension is not used:
	// new files keep that of the old one.
	Split split.Options
	// Rename also takes files with one object, which only get another name,
	// so that every file is called what `kuniq split --check` expects.
	Rename bool
	// Skip says why a file is left out, or "" to take it.
	Skip func(path string) string
	// AllowUnverified says of a kustomization that cannot be built whether
	// the plan may be written all the same. It is asked with its directory.
	// Without it such a plan is refused.
	AllowUnverified func(dir string) bool
	// Progress is told what is being done, and how much of it is done. It may
	// be nil.
	Progress func(what string, done, total int)
}

func (o Options) progress(what string, done, total int) {
	if o.Progress != nil {
		o.Progress(what, done, total)
	}
}

// Plan says what a migration would do, and why not. It has changed nothing.
// Paths are relative to the top of the work tree, and so are positions.
type Plan struct {
	// Sources are the files that go, with what becomes of each. They are
	// sorted by path, and so is every list but Warnings, in which those come
	// first that are about deletion.
	Sources []Source
	// Edits are the entries of kustomizations and Kptfiles that change.
	Edits []Edit
	// Roots are the kustomizations that a change affects.
	Roots []Root
	// Skipped are files that stay as they are although they hold several
	// objects, and directories that were not looked into.
	Skipped []dupcheck.Skipped
	// Warnings are about what is outside of the files: other tools that would
	// not see the new files, and lines that name an old one.
	Warnings []Warning
	// Notes say what is in the new files other than bytes of the old ones in
	// their place.
	Notes []split.Note
	// Refusals are all the reasons not to write. A plan that has any is not
	// written.
	Refusals []split.Refusal
	// Dirty are the files with changes that are not committed. Write refuses
	// them.
	Dirty []string
	// Looked is how many files were looked at.
	Looked int

	repo    *Repository
	changes []journal.Change
}

// Source is a file that becomes others.
type Source struct {
	Path string
	// Files are in the order of the objects in the old file.
	Files []File
}

// File is a new file.
type File struct {
	Path string
	// ID is the object in it, the zero ID if it has no identity.
	ID dupcheck.ID
	// Line is where the object stands in the old file.
	Line int
	// How says how its bytes came about.
	How split.How

	data []byte
}

// Edit is an entry of a list that becomes several, in the same place.
type Edit struct {
	File  string   `json:"file"`
	Line  int      `json:"line"`
	Field string   `json:"field"` // such as "resources[]" or "patches[].path"
	Old   string   `json:"old"`
	New   []string `json:"new"`
}

// Root is a kustomization that a change affects.
type Root struct {
	// Dir is where it is.
	Dir string `json:"dir"`
	// Verified says that it builds to the same bytes before and after.
	Verified bool `json:"verified"`
	// Allowed says that Options.AllowUnverified lets it pass that it was not.
	Allowed bool `json:"allowed"`
	// Reason says why it was not verified.
	Reason string `json:"reason"`
}

// Warning is something outside of the files that the user should look at.
type Warning struct {
	File string
	Line int
	// Prunes says that a tool would delete objects from a cluster.
	Prunes bool
	Text   string
}

// Empty says that there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Sources) == 0 && len(p.Refusals) == 0 }

// Counts returns how many files go, and how many come.
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

// New makes a plan for the directory of the repository. It changes nothing.
// Plan.Refusals has the problems of the files; an error says that there could be no
// plan.
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

func (p *planner) refuse(file string, line int, reason string) {
	p.plan.Refusals = append(p.plan.Refusals, split.Refusal{At: position(file, line), Reason: reason})
}

func (p *planner) skip(file, reason string) {
	p.plan.Skipped = append(p.plan.Skipped, dupcheck.Skipped{File: file, Reason: reason})
}

// sorted returns the sources in the order of their paths.
func (p *planner) sorted() []*source {
	var out []*source
	for _, s := range p.sources {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *source) int { return strings.Compare(a.path, b.path) })
	return out
}

// sort puts the lists of the plan into their order.
func (p *planner) sort() {
	slices.SortStableFunc(p.plan.Refusals, func(a, b split.Refusal) int { return comparePlaces(a.At, b.At) })
	p.plan.Refusals = slices.CompactFunc(p.plan.Refusals, func(a, b split.Refusal) bool {
		return a.Reason == b.Reason && comparePlaces(a.At, b.At) == 0
	})
	slices.SortStableFunc(p.plan.Notes, func(a, b split.Note) int { return comparePlaces(a.At, b.At) })
	slices.SortStableFunc(p.plan.Edits, func(a, b Edit) int { return comparePlaces(position(a.File, a.Line), position(b.File, b.Line)) })
	slices.SortStableFunc(p.plan.Skipped, func(a, b dupcheck.Skipped) int { return strings.Compare(a.File, b.File) })
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
