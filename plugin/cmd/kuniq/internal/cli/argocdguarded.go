package cli

import (
	"context"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/argocd"
	"github.com/kuniq/kuniq/plugin/render"
)

// guarded is what guard looks at.
type guarded struct {
	objects  []dupcheck.Object
	declared argocd.Declared
	report   dupcheck.Report // what was read, and what was not
	plain    int             // files as they are
	rendered int             // directories
}

// guarded reads files as they are and renders the rest.
func (c Command) guarded(ctx context.Context, f *guardFlags, tree *manifest.Tree, g *globs) (*guarded, error) {
	if f.render.timeout <= 0 || f.render.jobs < 0 {
		return nil, usagef("--timeout has to be positive, and --jobs must not be negative")
	}
	x, err := c.deployed(tree, g, &f.render)
	defer x.close()
	if err != nil {
		return nil, err
	}
	in := &intake{}
	x.find(in)
	if len(x.checkouts) > 0 {
		tree.Plain, tree.Belongs = true, x.belongs
	}
	out := &guarded{rendered: len(x.roots)}
	for file := range tree.Bytes(ctx) {
		out.file(file, g.set(file.Name))
	}
	out.roots(ctx, x, in)
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	x.sayMore()
	out.declared.Unread = nil // they are in the report already
	out.report.Files = out.plain + len(x.files)
	out.report.Unread = append(out.report.Unread, in.report.Unread...)
	out.report.Skipped = append(out.report.Skipped, in.report.Skipped...)
	return out, nil
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

// roots renders what has to be rendered, with the content of all objects.
func (out *guarded) roots(ctx context.Context, x *deployed, in *intake) {
	x.pool.Run(ctx, len(x.roots), func(i int) (render.Job, string) {
		root := x.roots[i]
		job, reason := root.parts.Job(root.Part)
		job.Origins = true
		x.mu.Lock()
		defer x.mu.Unlock()
		for file := range job.Files {
			if job.Moved[file] == "" {
				x.files[root.display(file)] = true
			}
		}
		return job, reason
	}, func(o render.Outcome) {
		out.root(x, in, x.roots[o.Index], o)
	})
}

// root takes in what came of rendering one.
func (out *guarded) root(x *deployed, in *intake, root *renderedRoot, o render.Outcome) {
	if o.Reason != "" {
		x.unresolved(in, root, o)
		return
	}
	for _, reason := range o.Unread {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "in what it renders: " + reason})
	}
	for _, object := range o.Objects {
		document := object.At.Document
		object.Set = x.globs.set(root.name)
		object.At = dupcheck.Position{File: root.file, Document: document, Path: object.At.Path}
		if document < len(o.Contents) {
			object.Body = jsonBody{o.Contents[document]}
		}
		if document < len(o.Places) && o.Places[document].File != "" {
			object.At = o.Places[document]
			object.At.File = root.display(object.At.File)
		}
		object.At.Origin = root.name
		out.objects = append(out.objects, object)
		out.declared.Merge(inSet(argocd.FromObjects([]dupcheck.Object{object}), object.Set))
	}
}
