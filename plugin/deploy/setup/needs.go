package setup

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
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Needs returns the things that Options.Dir needs from elsewhere, each with the file that
// needs it, as it is reached from the working directory: those of targets that can be
// rendered by themselves, the libraries of jsonnet programs, and the sources of what Argo
// CD and Flux deploy. Needs of a thing itself are among them if it is in from. Tool and
// Vendored do not count. Without a helm command charts are not rendered, but their needs
// are known.
func Needs(ctx context.Context, o Options, from *vendored.Dir) ([]vendored.Request, error) {
	o.Helm, o.Vendored = cmp.Or(o.Helm, os.DevNull), from // which cannot be run
	o.Dir = cmp.Or(o.Dir, ".")
	paths, err := o.Policy.Paths()
	if err != nil {
		return nil, err
	}
	tree, closed, err := checkout.Open(o.Dir)
	defer closed()
	if err != nil {
		return nil, err
	}
	needs{o, tree, from}.targets(paths)
	for _, o.Tool = range []gitops.Tool{gitops.ArgoCD, gitops.Flux} {
		s, err := Open(ctx, o)
		if err != nil {
			return nil, err
		}
		defer s.Close()
		if _, err := deploy.NewResolver(s.Resolve).Check(ctx, tree, deploy.CheckOptions{}); err != nil {
			return nil, err
		}
	}
	all, reached := from.Requests(), checkout.Reached{Dir: o.Dir}
	for i := range all {
		r := &all[i]
		if r.At = reached.Place(r.At); r.Target != "" {
			r.Target = reached.File(r.Target)
		}
	}
	return all, nil
}

// needs is the work of Needs.
type needs struct {
	Options
	tree fs.FS
	from *vendored.Dir
}

// targets looks at everything that can be rendered by itself, and at the libraries of
// jsonnet programs.
func (n needs) targets(paths *policy.Paths) {
	tree := checkout.Find(n.tree, []string{"."}, checkout.Options{Skip: func(name string) string { return paths.Skip(path.Join(n.Dir, name)) }})
	for _, t := range tree.Targets {
		target := render.Target{Target: t, Vendored: n.from}
		target.Helm.Command = n.Helm
		_, _ = render.NewJob(tree, target) // only its needs count, and no error
	}
	for _, file := range tree.Files(".") {
		if name := path.Base(file.Path); file.Out == "" && (name == vendored.JsonnetFile || name == vendored.JsonnetLockFile) {
			n.libraries(path.Dir(file.Path))
		}
	}
}

// libraries are those that jsonnet-bundler would fetch for a directory.
func (n needs) libraries(dir string) {
	file := path.Join(dir, vendored.JsonnetFile)
	find := func(need vendored.Need) (vendored.Found, error) {
		return n.from.Find(vendored.Request{Need: need, At: dupcheck.Position{File: file}, Target: file})
	}
	all, file := vendored.JsonnetLibraries(n.tree, dir, find)
	for _, l := range all {
		if _, err := fs.Stat(n.tree, path.Join(dir, vendored.JsonnetDir, l.Name)); err != nil {
			_, _ = find(l.Need)
		}
	}
}
