package cli

import (
	"context"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// collect reads everything and checks it.
func (c Command) collect(ctx context.Context, tree *manifest.Tree, rules dupcheck.Rules) (dupcheck.Report, error) {
	in, err := c.read(ctx, tree, rules)
	if err != nil {
		return dupcheck.Report{}, err
	}
	r := in.finish()
	if ctx.Err() != nil {
		return r, errInterrupted
	}
	return r, nil
}

var errInterrupted = failf("interrupted")

// read reads everything.
func (c Command) read(ctx context.Context, tree *manifest.Tree, rules dupcheck.Rules) (*intake, error) {
	in := &intake{checker: dupcheck.Checker{Rules: rules}}
	progress := newProgress(c.Stderr)
	account := newAccount(false, 0)
	for file := range tree.Files(ctx) {
		account.read(in, file)
		progress.say(in.report.Files, in.objects)
	}
	progress.done()
	account.finish(&in.report)
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	return in, nil
}

// intake collects what files hold.
type intake struct {
	checker dupcheck.Checker
	report  dupcheck.Report
	objects int
	held    int // objects of the file of which more is to come
}

func (in *intake) add(file manifest.File) {
	for _, o := range file.Objects {
		in.checker.Add(o)
	}
	in.objects += len(file.Objects)
	in.report.Unread = append(in.report.Unread, file.Unread...)
	switch {
	case file.More: // counted at its end
		in.held += len(file.Objects)
	case file.Skipped != "":
		in.report.Skipped = append(in.report.Skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	case in.held+len(file.Objects) > 0 || len(file.Unread) == 0:
		in.report.Files++ // read, if perhaps not all of it
	}
	if !file.More {
		in.held = 0
	}
}

// finish checks what was collected.
func (in *intake) finish() dupcheck.Report {
	r, found := in.report, in.checker.Report()
	r.Objects, r.Diagnostics = found.Objects, found.Diagnostics
	r.Unread = append(r.Unread, found.Unread...)
	return r
}
