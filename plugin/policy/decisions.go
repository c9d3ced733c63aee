package policy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
)

// Decisions say which findings of a command do not count: those about ignored objects,
// those that were accepted before, and those that a change does not touch. All commands
// use them. The zero value lets every finding count.
type Decisions struct {
	// Command is the command that finds them, as it is typed, such as "argocd check".
	// It is empty for a check of manifests. An entry of a baseline is about one command.
	Command string
	// Ignore has the objects whose duplicates are hidden.
	Ignore []dupcheck.Ignore
	// Accepted are the findings that were accepted before.
	Accepted dupcheck.Baseline
	// Write is a file into which the findings are written, as those that are accepted
	// from now on. It is in place of Accepted, unless it is empty.
	Write string
	// Since is the revision since which a change counts. Nil lets all findings count.
	// They also do if the change touches one of Settings: the files of the policy and
	// the baseline.
	Since    *revision.Revision
	Settings []string
}

// Note is a sentence for the user.
type Note struct {
	Text    string
	Warning bool
	// Option is the setting with whose name Text begins, if it begins with one.
	Option string
}

// Touched finds out which findings of a report a change since a revision touches. If
// in doubt, it touches them.
type Touched func(context.Context, *revision.Revision, dupcheck.Report) (func(dupcheck.Diagnostic) bool, error)

// Apply is Hide and then Settle.
func (d Decisions) Apply(ctx context.Context, r dupcheck.Report, touched Touched, also ...dupcheck.Rule) (dupcheck.Report, []Note, error) {
	r, unused := d.Hide(r, also...)
	r, notes, err := d.Settle(ctx, r, touched)
	return r, append(unused, notes...), err
}

// Hide removes the ignored findings from a report: duplicates, and findings of the rules
// of also. The notes are about patterns that matched nothing.
func (d Decisions) Hide(r dupcheck.Report, also ...dupcheck.Rule) (dupcheck.Report, []Note) {
	r, unused := r.Without(d.Ignore, also...)
	return r, Unused(UnusedIgnores(unused)...)
}

// Settle removes the findings from a report that were accepted, and those that no change
// touches. If that fails, it returns the report along with the error.
func (d Decisions) Settle(ctx context.Context, r dupcheck.Report, touched Touched) (dupcheck.Report, []Note, error) {
	r, notes, err := d.accept(ctx, r)
	if err == nil && d.Since != nil {
		var edited string
		if edited, err = d.editedSetting(ctx); edited != "" {
			notes = append(notes, Note{Text: fmt.Sprintf("%s has changed since %s: every finding counts", dupcheck.Quote(edited), dupcheck.QuoteAlways(d.Since.Name()))})
		} else if err == nil {
			var touches func(dupcheck.Diagnostic) bool
			if touches, err = touched(ctx, d.Since, r); err == nil {
				r = r.Touching(touches)
			}
		}
		if err != nil {
			err = fmt.Errorf("cannot tell what has changed since %s: %w", dupcheck.QuoteAlways(d.Since.Name()), err)
		}
	}
	return r, append(notes, stale(r)...), err
}

// accept removes the accepted findings from a report, and writes a baseline if that was
// asked for.
func (d Decisions) accept(ctx context.Context, r dupcheck.Report) (dupcheck.Report, []Note, error) {
	own, _ := d.own(d.Accepted)
	switch {
	case d.Write == "":
		return r.Accept(own), nil, nil
	case len(r.Unread) > 0 || r.Objects == 0: // the verdict will say so
		return r, []Note{{Text: dupcheck.Quote(d.Write) + " was not written", Warning: true}}, nil
	}
	b, err := d.writeBaseline(ctx, r)
	r = r.Accept(b)
	if err != nil {
		return r, nil, err
	}
	return r, []Note{{Text: fmt.Sprintf("%d accepted in %s", len(b), dupcheck.Quote(d.Write))}}, nil
}

// own splits a baseline into the entries of the command, and the others.
func (d Decisions) own(b dupcheck.Baseline) (own, others dupcheck.Baseline) {
	for _, a := range b {
		if a.Command == d.Command {
			own = append(own, a)
		} else {
			others = append(others, a)
		}
	}
	return own, others
}

// editedSetting returns a file of the settings that the change adds, edits or removes,
// or "".
func (d Decisions) editedSetting(ctx context.Context) (string, error) {
	if len(d.Settings) == 0 {
		return "", nil
	}
	changed, err := d.Since.Changed(ctx, d.Settings)
	if err != nil {
		return "", err
	}
	for _, file := range d.Settings {
		is := changed[file]
		if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) { // which counts as changed
			if is, err = d.removed(ctx, file); err != nil {
				return "", err
			}
		}
		if is {
			return file, nil
		}
	}
	return "", nil
}

// removed reports whether the change removes a missing file.
func (d Decisions) removed(ctx context.Context, file string) (bool, error) {
	place, inside := d.Since.Place(file)
	if !inside {
		return false, nil
	}
	edits, err := d.Since.Edits(ctx, func(string) bool { return false })
	return slices.ContainsFunc(edits, func(e revision.Edit) bool { return e.Path == place }), err
}

// mostStale is how many stale entries are named.
const mostStale = 10

// stale names accepted findings that no longer exist.
func stale(r dupcheck.Report) (notes []Note) {
	for _, a := range r.Stale[:min(mostStale, len(r.Stale))] {
		notes = append(notes, Note{Text: fmt.Sprintf("the baseline accepts %s, which is gone", a), Warning: true})
	}
	if more := len(r.Stale) - mostStale; more > 0 {
		notes = append(notes, Note{Text: fmt.Sprintf("the baseline accepts %d more that are gone", more), Warning: true})
	}
	if len(r.Stale) > 0 {
		notes = append(notes, Note{Text: "write-baseline removes what is gone from the baseline", Warning: true, Option: "write-baseline"})
	}
	return notes
}

// Unused warns of settings that had no effect: they may be misspelt.
func Unused(unused ...*OptionError) (notes []Note) {
	for _, e := range unused {
		notes = append(notes, Note{Text: e.Error(), Warning: true, Option: e.Option})
	}
	return notes
}
