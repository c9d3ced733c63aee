package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Options say how a tree is checked. The zero value checks it as kuniq check does
// without any flag and without kuniq.yaml.
type Options struct {
	// Policy says what identity, severity and deployable sets are, and what is
	// left out. Its baseline is not read: see Accept.
	Policy policy.Policy
	// ShowValues and HelmHooks are those of dupcheck.Rules.
	ShowValues, HelmHooks bool
	// Plain says that every file is read as a manifest, and nothing is rendered.
	Plain bool
	// Files asks for the state of every file in Report.States.
	Files bool
	// Helm is the absolute path of the helm command. Without it no chart is
	// rendered.
	Helm string
	// Vendored is where targets look for what they need from elsewhere, such as a
	// *vendored.Dir. Nil has nothing.
	Vendored render.Vendored
	// Libraries are directories in which the imports of jsonnet are searched,
	// the last one first.
	Libraries []string
	// Variables are those of jsonnet programs.
	Variables []render.Variable
	// Pool renders.
	Pool render.Pool
	// Stdin is what the argument "-" stands for, and StdinName what it is called.
	Stdin     io.Reader
	StdinName string
	// Accept takes the findings out of a report that were accepted before. Nil
	// accepts none. If it fails, Check returns its error along with the report.
	Accept func(dupcheck.Report) (dupcheck.Report, error)
	// Since leaves out the findings that a change since that revision does not
	// touch, unless it touches one of Settings, the files of the policy and the
	// baseline.
	Since    *revision.Revision
	Settings []string
	// Progress is told how far the work is, often. It may be nil.
	Progress func(Progress)
}

// Progress is how far long work is.
type Progress struct {
	// Doing says what is done, such as "rendered".
	Doing string
	// Done is how many of Total there are. Total is 0 if it is not known.
	Done, Total int
	// Objects is how many objects were read.
	Objects int
}

// String returns a line for a terminal.
func (p Progress) String() string {
	if p.Total == 0 {
		return fmt.Sprintf("%d files, %d objects", p.Done, p.Objects)
	}
	return fmt.Sprintf("%d of %d %s", p.Done, p.Total, p.Doing)
}

// Result is what a check found.
type Result struct {
	Report dupcheck.Report
	// Notes are what else the user should be told, a sentence each: settings that
	// had no effect, findings that were not counted. Those about something that
	// is probably wrong come with Warning.
	Notes []Note
	// Timings says how long each target took to render, the longest first.
	Timings []Timing

	tree *run
}

// Note is a sentence for the user.
type Note struct {
	Text    string
	Warning bool
	// Option is the setting with whose name Text begins, if it begins with one.
	Option string
}

// Timing is how long it took to render a target.
type Timing struct {
	Target string
	Took   time.Duration
}

// Line returns a line of a source file of the report, for a snippet. It is made
// for report.Options.Source.
func (r *Result) Line(file string, number int) (string, bool) { return r.tree.line(file, number) }

// Check renders the targets below some directories, reads the other files, and checks
// all objects. The arguments are in the order in which they would be
// applied; "-" is Options.Stdin. A setting that means nothing is a
// *policy.OptionError. If ctx is done, that is the error. A Result is returned
// along with an error if there is a report all the same.
func Check(ctx context.Context, args []string, o Options) (*Result, error) {
	x, err := open(args, o)
	if err != nil {
		return nil, err
	}
	defer x.close()
	found, err := x.check(ctx)
	if err != nil {
		return nil, err
	}
	res := &Result{tree: x, Timings: x.timings()}
	var unused []dupcheck.Ignore
	res.Report, unused = found.Without(x.ignore)
	res.Report = x.excluded.without(res.Report)
	failed := x.accept(ctx, res)
	x.blind(&res.Report)
	x.unusedSettings()
	if text := x.excluded.text(res.Report); text != "" {
		x.notes = append(x.notes, Note{Text: text})
	}
	x.warn(policy.UnusedIgnores(unused)...)
	x.warn(x.paths.Unused()...)
	x.stale(res.Report)
	res.Notes = x.notes
	return res, failed
}

// accept takes the findings out of a report that do not count.
func (x *run) accept(ctx context.Context, res *Result) error {
	var err error
	if x.o.Accept != nil {
		if res.Report, err = x.o.Accept(res.Report); err != nil {
			return err
		}
	}
	if x.o.Since == nil {
		return nil
	}
	touched, err := x.touching(ctx, res.Report)
	if err != nil {
		return fmt.Errorf("what has changed since %s is not known: %w", dupcheck.QuoteAlways(x.o.Since.Name()), err)
	}
	res.Report = touched
	return nil
}

// mostStale is how many stale entries are named.
const mostStale = 10

// stale names accepted findings that no longer exist.
func (x *run) stale(r dupcheck.Report) {
	for i, a := range r.Stale {
		if i == mostStale {
			x.warnf("the baseline accepts %d more that are gone", len(r.Stale)-mostStale)
			break
		}
		x.warnf("the baseline accepts %s, which is gone", a)
	}
	if len(r.Stale) > 0 {
		x.notes = append(x.notes, Note{Text: "write-baseline takes what is gone out of the baseline", Warning: true, Option: "write-baseline"})
	}
}

// open prepares a run. The caller closes it.
func open(args []string, o Options) (*run, error) {
	s, err := newSettings(args, o)
	x := &run{lines: map[dupcheck.Position]string{}, files: &files{
		targets: &targets{settings: s, byFile: map[string]*target{}},
		claims:  map[string]*claim{}, account: newAccount(o.Files, len(args)),
		tree: &manifest.Tree{
			Args: args, Stdin: o.Stdin, StdinName: o.StdinName, Plain: o.Plain, Skip: s.paths.Skip, Set: s.paths.Set,
		},
	}}
	if err != nil {
		return x, err
	}
	x.account.meetNamed(x.named())
	if x.repositories, err = repositories(args); err != nil || len(x.repositories) == 0 || o.Plain {
		return x, err
	}
	x.tree.Args = slices.DeleteFunc(slices.Clone(args), manifest.IsProgram)
	if dir := o.Pool.Cache.Dir; dir != "" && slices.ContainsFunc(x.repositories, func(c *repository) bool { return checkout.Contains(c.top, dir) }) {
		return x, &policy.OptionError{Option: "cache", Value: dir, Reason: "is inside of what is checked, which could bring its own"}
	}
	x.with, err = withOptions(o)
	return x, err
}

// interrupted returns why ctx is done.
func interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return errors.Join(context.Cause(ctx))
}
