package argocd

import (
	"io/fs"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Expand returns what a set generates.
func Expand(repo fs.FS, set *gitops.ApplicationSet) ([]gitops.Application, []deploy.UnexpandedSet) {
	if repo != nil {
		repo = checkout.NewCachingFS(repo)
	}
	e := Options{}.Adapter(repo).(*adapter).expander
	out := e.expand(set)
	return out.applications, out.unexpanded
}

// HelmOf returns how a source is rendered that has a chart, or why it is not known.
func HelmOf(repo fs.FS, app gitops.Application, i int, o Options) (render.Helm, error) {
	a := o.Adapter(repo).(*adapter)
	s := app.Spec.All()[i]
	return a.helm(app, s, repo, variablesOf(app, s, a.Namespace).at(someCommits[0]))
}
