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
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Options say how a tree is checked. The zero value checks it as kuniq check does
// without any flag and without kuniq.yaml.
type Options struct {
	// Policy has the settings for identity, severity, deployable sets and skipped files.
	// Its baseline is not read: see Decisions.
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
	// Vendored has the remote sources that targets need, such as a *vendored.Dir. Nil has
	// nothing.
	Vendored render.Vendored
	// Libraries are directories in which jsonnet imports are searched, the last one
	// first.
	Libraries []string
	// Variables are the variables of jsonnet programs.
	Variables []render.Variable
	// Pool renders.
	Pool render.Pool
	// Stdin is the input of the argument "-", and StdinName its name.
	Stdin     io.Reader
	StdinName string
	// Decisions say which findings do not count. Those of Check are also the ones of
	// Policy.Ignore.
	Decisions policy.Decisions
	// Rules are the rules that the policy may name in addition to those of a check.
	Rules dupcheck.RuleTable
	// Progress often gets the progress of the work. It may be nil.
	Progress func(Progress)
}

// Progress is how far long work is.
type Progress struct {
	// Doing names the work, such as "rendered".
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

// Result is the result of a check.
type Result struct {
	Report dupcheck.Report
	// Notes tell the user more, a sentence each: settings without an effect, and findings
	// that are not counted. A note with Warning is about a probable mistake.
	Notes []policy.Note
	// Timings says how long each target took to render, the longest first.
	Timings []Timing

	line func(file string, number int) (string, bool)
}

// Timing is how long it took to render a target.
type Timing struct {
	Target string
	Took   time.Duration
}

// Line returns a line of a source file of the report, for a snippet. Use it as
// report.Options.Source.
func (r *Result) Line(file string, number int) (string, bool) { return r.line(file, number) }

// Check renders the targets below some directories, reads the other files, and checks all
// objects. The arguments are in the order in which they would be applied; "-" is
// Options.Stdin. The error is a *policy.OptionError if a setting is meaningless, and that
// of ctx if it is done. Check returns a Result along with an error if there is a report
// nevertheless.
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
	res := &Result{line: x.line, Timings: x.timings()}
	r, unused := x.decisions.Hide(found)
	r = x.excluded.without(r)
	var settled []policy.Note
	res.Report, settled, err = x.decisions.Settle(ctx, r, x.touches)
	x.blind(&res.Report)
	x.unusedSettings()
	if text := x.excluded.text(res.Report); text != "" {
		x.notes = append(x.notes, policy.Note{Text: text})
	}
	x.notes = append(x.notes, unused...)
	x.warn(x.paths.Unused()...)
	res.Notes = append(x.notes, settled...)
	return res, err
}

// open prepares a run. The caller closes it.
func open(args []string, o Options) (*run, error) {
	s, err := newSettings(args, o)
	x := &run{lines: map[dupcheck.Position]string{}, files: &files{
		targets: &targets{settings: s, byFile: map[string]*target{}},
		claims:  map[string]*claim{}, quiet: quietFiles{}, account: newAccount(o.Files, len(args)),
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
