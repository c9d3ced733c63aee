package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
	jobs "github.com/kuniq/kuniq/plugin/render/job"
)

// Options are the decisions of the caller of a Resolver.
type Options struct {
	// Tool says whose objects are read, and Adapter what they declare in a checkout. Both
	// are needed.
	Tool    gitops.Tool
	Adapter func(checkout fs.FS) Adapter
	// Pool renders. The zero value renders in this process.
	Pool render.Pool
	// Helm is the helm command, which renders the charts that kustomizations
	// inflate. Without one these are unresolved.
	Helm string
	// Skip says which files and directories are left out. Nil leaves out none.
	Skip func(name string) bool
	// Instance returns the name of the control plane that the manifests of a file belong
	// to. If it is nil, there is one without a name.
	Instance func(file string) string
	// Vendored has the remote sources that targets need. Nil has nothing.
	Vendored render.Vendored
	// Origins asks for the content of all objects and where each comes from. It takes
	// longer; otherwise only those have it that may be deployers, or that take part in
	// findings of Check.
	Origins bool
	// Roots returns what deploys a checkout and is applied from elsewhere, such as
	// Policy.RootsIn of package policy. Nil is nothing.
	Roots func(checkout fs.FS) []policy.Root
	// Progress gets the number of rendered targets in a batch. It may be nil.
	Progress func(done, total int)
}

// Resolver finds out who deploys which objects. A worklist leads from the manifests of a
// checkout to deployers, their targets, the objects that these render to, and further
// deployers among them. For each revision it walks the tree and parses a manifest once. A
// target that is equal in two revisions is rendered once.
type Resolver struct {
	options  Options
	trees    map[fs.FS]*checkout.Tree
	texts    checkout.Texts
	files    map[fileOf]Desired
	targets  map[targetOf]*target
	contents map[contentOf]contentFacts
	results  map[string]Desired // by the key of a target
	rendered map[string][]string
	traced   map[string]bool
	whole    map[fs.FS]string
	// alternatives are the directories of roots that declare the same deployers,
	// in some revision: each is for an instance of its own.
	alternatives map[string]bool
}

// fileOf is a file of a repository, targetOf a target of one as JSON, and contentOf a
// content by its address in memory: jobs share their files.
type (
	fileOf struct {
		repo fs.FS
		name string
	}
	targetOf struct {
		repo fs.FS
		json string
	}
	contentOf struct {
		first *byte
		size  int
	}
)

// NewResolver returns a resolver that has read nothing.
func NewResolver(o Options) *Resolver {
	if o.Skip == nil {
		o.Skip = func(string) bool { return false }
	}
	if o.Instance == nil {
		o.Instance = func(string) string { return "" }
	}
	if o.Roots == nil {
		o.Roots = func(fs.FS) []policy.Root { return nil }
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return &Resolver{
		options: o, trees: map[fs.FS]*checkout.Tree{}, files: map[fileOf]Desired{}, targets: map[targetOf]*target{}, contents: map[contentOf]contentFacts{},
		results: map[string]Desired{}, rendered: map[string][]string{}, traced: map[string]bool{}, whole: map[fs.FS]string{}, alternatives: map[string]bool{},
	}
}

// file parses a file once.
func (r *Resolver) file(repo fs.FS, name string) Desired {
	at := fileOf{repo, name}
	d, known := r.files[at]
	if !known {
		d = readFile(repo, name)
		r.files[at] = d
	}
	return d
}

// tree returns a repository in which only requested files are read.
func (r *Resolver) tree(repo fs.FS) *checkout.Tree {
	if r.trees[repo] == nil {
		r.trees[repo] = checkout.Find(repo, nil, checkout.Options{Texts: &r.texts})
	}
	return r.trees[repo]
}

// walked returns the tree of a revision, with all files and targets.
func (r *Resolver) walked(repo fs.FS) *checkout.Tree {
	if t := r.trees[repo]; t == nil || t.Files(".") == nil {
		r.trees[repo] = checkout.Find(repo, []string{"."}, checkout.Options{Texts: &r.texts})
	}
	return r.trees[repo]
}

// Resolve renders the targets of deployers until no more are demanded. It calls demand in
// every round, with the new results; demand returns the needed deployers, or nil for all.
// Targets that may hold further deployers are always rendered. The error is that of the
// context.
func (r *Resolver) Resolve(ctx context.Context, demand func() func(Key) bool, revisions ...*Revision) error {
	for {
		needed := func(Key) bool { return true }
		if demand != nil {
			needed = demand()
		}
		keys := map[string]*target{}
		for _, rev := range revisions {
			rev.demand(needed, keys)
		}
		if len(keys) == 0 {
			if ctx.Err() != nil || !r.advance(revisions) {
				return ctx.Err()
			}
			continue
		}
		r.render(ctx, keys)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, rev := range revisions {
			rev.proceed()
		}
	}
}

// render renders targets that have no results.
func (r *Resolver) render(ctx context.Context, keys map[string]*target) {
	order := make([]string, 0, len(keys))
	for key := range keys {
		order = append(order, key)
	}
	slices.Sort(order)
	done := 0
	r.options.Pool.Run(ctx, len(order), func(i int) (render.Job, error) {
		t := keys[order[i]]
		t.job.Origins = r.options.Origins || t.mayDeclare || r.traced[order[i]]
		return t.job, nil
	}, func(o render.Outcome) {
		key := order[o.Index]
		job := keys[key].job
		r.results[key] = desiredOf(job, o.Result, key)
		r.rendered[job.File] = append(r.rendered[job.File], key)
		r.rendered[job.Dir] = append(r.rendered[job.Dir], key)
		done++
		r.options.Progress(done, len(order))
	})
}

func (r *Resolver) isRendered(key string) bool {
	_, known := r.results[key]
	return known
}

// trace forgets the results that take part in findings, so that they are rendered
// again with the origins of their objects. It says whether there is any.
func (r *Resolver) trace(report dupcheck.Report) (more bool) {
	for _, diagnostic := range report.Diagnostics {
		for _, d := range diagnostic.Declarations {
			for _, key := range r.rendered[d.File] {
				if d.Line == 0 && !r.traced[key] {
					r.traced[key], more = true, true
					delete(r.results, key)
				}
			}
		}
	}
	return more
}

// desiredOf turns the result of a job into that of a deployer.
func desiredOf(job render.Job, result render.Result, key string) Desired {
	out := Desired{Unresolved: result.Reason, Code: result.Code, Inputs: key}
	if len(result.Unread) > 0 {
		out.Unresolved = "part of what it renders cannot be understood"
	}
	for _, o := range result.Objects {
		document := o.At.Document
		o.At = dupcheck.Position{File: job.File, Document: document, Path: o.At.Path}
		if document < len(result.Contents) {
			o.Body = render.Body{JSON: result.Contents[document]}
		}
		if document < len(result.Places) && result.Places[document].File != "" {
			o.At = result.Places[document]
			o.At.File, o.At.Origin = jobs.Shown(o.At.File), job.Dir
		}
		out.Objects = append(out.Objects, o)
	}
	return out
}

// skipMark in a file asks Argo CD not to render it (reposerver/repository,
// skipFileRenderingMarker).
var skipMark = []byte("+argocd:skip-file-rendering")

// readFile reads the manifests of one file.
func readFile(repo fs.FS, name string) (out Desired) {
	data, err := fs.ReadFile(repo, name)
	if err != nil {
		return Desired{Unresolved: checkout.Named(name) + " cannot be read", Code: checkout.Unreadable}
	}
	sum := sha256.Sum256(data)
	out.Inputs = hex.EncodeToString(sum[:])
	if bytes.Contains(data, skipMark) {
		return out
	}
	for o, err := range manifest.Parse(name, data) {
		if err != nil {
			out.Unresolved, out.Code = checkout.Named(name)+" cannot be understood", checkout.Invalid
		} else if !o.Placeholder {
			out.Objects = append(out.Objects, o)
		}
	}
	return out
}
