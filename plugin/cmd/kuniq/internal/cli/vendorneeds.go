package cli

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// wanting makes ready what finds out what a directory needs. The caller closes its root.
func (f *vendorFlags) wanting(ctx context.Context, c Command, dir string) (*wanting, error) {
	o, d, err := settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	w := &wanting{ctx: ctx, dir: dir, decided: d, file: f.policy.file, pool: o.Pool}
	if w.paths, err = d.Paths(); err != nil {
		return nil, failure(err)
	}
	if w.helm, err = f.render.helmCommand(); err != nil {
		return nil, err
	}
	w.helm = cmp.Or(w.helm, os.DevNull)
	if w.root, err = os.OpenRoot(dir); err != nil {
		return nil, failf("%s cannot be read: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	}
	return w, nil
}

// wanting finds out what a directory needs.
type wanting struct {
	ctx     context.Context // of the command
	dir     string
	root    *os.Root
	fsys    fs.FS
	from    *vendored.Dir
	decided decided
	file    string // the flag of the policy
	paths   *policy.Paths
	pool    render.Pool
	// helm is the helm command. Without one it is nothing that can be run: charts are
	// not rendered then, but what they need is known.
	helm string
}

// requests are what the targets and deployers of the directory need from elsewhere, as
// far as what is vendored leads.
func (w *wanting) requests(from *vendored.Dir) ([]vendored.Request, error) {
	w.fsys, w.from = checkout.NewCachingFS(w.root.FS()), from
	w.targets()
	err := w.deployers()
	return from.Requests(), err
}

// targets looks at everything that can be rendered by itself, and at the libraries of
// jsonnet programs.
func (w *wanting) targets() {
	tree := checkout.Find(w.fsys, []string{"."}, checkout.Options{Skip: func(name string) string { return w.paths.Skip(path.Join(w.dir, name)) }})
	for _, t := range tree.Targets {
		target := render.Target{Target: t, Vendored: w.from}
		target.Helm.Command = w.helm
		_, _ = render.NewJob(tree, target) // it is not rendered, whatever the reason
	}
	for _, file := range tree.Files(".") {
		if name := path.Base(file.Path); file.Out == "" && (name == vendored.JsonnetFile || name == vendored.JsonnetLockFile) {
			w.libraries(path.Dir(file.Path))
		}
	}
}

// libraries are those that jsonnet-bundler would fetch for a directory.
func (w *wanting) libraries(dir string) {
	file := path.Join(dir, vendored.JsonnetFile)
	find := func(n vendored.Need) (vendored.Found, error) {
		return w.from.Find(vendored.Request{Need: n, At: dupcheck.Position{File: file}, By: file})
	}
	all, file := vendored.JsonnetLibraries(w.fsys, dir, find)
	for _, l := range all {
		if _, err := fs.Stat(w.fsys, path.Join(dir, vendored.JsonnetDir, l.Name)); err != nil {
			_, _ = find(l.Need)
		}
	}
}

// deployers looks at the sources of what Argo CD and Flux deploy, with all that the
// policy says about them.
func (w *wanting) deployers() error {
	for _, tool := range []gitops.Tool{gitops.ArgoCD, gitops.Flux} {
		x, err := setup.Open(w.ctx, setup.Options{
			Options: deploy.Options{Tool: tool, Pool: w.pool, Helm: w.helm, Vendored: w.from}, Dir: w.dir,
			Policy: w.decided.Policy, PolicyFile: w.file, OfRevision: w.decided.from.Revision != nil, Rules: allRules(),
		})
		if err != nil {
			return failure(err)
		}
		defer x.Close()
		if _, err := deploy.NewResolver(x.Resolve).Check(w.ctx, w.fsys, deploy.CheckOptions{}); err != nil {
			return failure(err)
		}
	}
	return nil
}
