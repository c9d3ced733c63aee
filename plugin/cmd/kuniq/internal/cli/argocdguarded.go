package cli

import (
	"context"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

// guarded is what guard looks at.
type guarded struct {
	objects  []dupcheck.Object
	declared argocd.Declared
	report   dupcheck.Report // what was read, and what was not
	plain    int             // files as they are
	rendered int             // directories
	line     func(file string, number int) (string, bool)
}

// guarded reads files as they are and renders the rest.
func (c Command) guarded(ctx context.Context, f *guardFlags, args []string) (*guarded, error) {
	o, err := c.guardOptions(f)
	if err != nil {
		return nil, err
	}
	out := &guarded{}
	var done func()
	o.Progress, done = c.progress()
	seen, err := gate.Visit(ctx, args, o, gate.Visitor{File: out.file, Object: func(object dupcheck.Object) {
		out.objects = append(out.objects, object)
		out.declared.Merge(inSet(argocd.FromObjects([]dupcheck.Object{object}), object.Set))
	}})
	done()
	if err != nil {
		return nil, failure(err)
	}
	c.sayNotes(f.render.timings, seen.Timings, seen.Notes)
	out.declared.Unread = nil // they are in the report already
	out.rendered, out.line = seen.Targets, seen.Line
	out.report.Files = out.plain + seen.Report.Files
	out.report.Unread = append(out.report.Unread, seen.Report.Unread...)
	out.report.Skipped = append(out.report.Skipped, seen.Report.Skipped...)
	return out, nil
}

// guardOptions returns what is read, and how.
func (c Command) guardOptions(f *guardFlags) (o gate.Options, err error) {
	o = gate.Options{Plain: f.plain}
	o.Policy = policy.Policy{
		Set: f.input.sets, Skip: f.input.skips, AllowUnresolved: f.render.allow, Strict: f.render.strict, Together: f.render.together,
	}
	if o.Pool, err = f.render.pool(c); err == nil {
		o.Helm, err = f.render.helmCommand()
	}
	return o, err
}

// file takes in a file as it is.
func (out *guarded) file(file manifest.FileBytes, set string) {
	out.report.Unread = append(out.report.Unread, file.Unread...)
	if file.Skipped != "" {
		out.report.Skipped = append(out.report.Skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	}
	if file.Data == nil {
		return
	}
	objects, ok := objectsOf(file, set, &out.report)
	if !ok {
		return
	}
	out.plain++
	out.declared.Merge(inSet(argocd.Parse(file.Name, file.Data), set))
	out.objects = append(out.objects, objects...)
}
