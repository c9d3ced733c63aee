package argocd

import (
	"cmp"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// purpose is what the guard no-retarget-application compares of an Application. Of one
// that hydrates nothing is known, and one without a project is in no cluster.
func purpose(app gitops.Application) (p deploy.Purpose) {
	spec := app.Spec
	if spec.Hydrator != nil || spec.Project == "" {
		return p
	}
	sources := spec.Sources
	if spec.Source != nil {
		sources = append(sources[:len(sources):len(sources)], *spec.Source)
	}
	for _, s := range sources {
		p.Sources = append(p.Sources, checkout.WithoutPassword(s.RepoURL)+" "+cmp.Or(s.Chart, s.Path, "."))
	}
	cluster := cmp.Or(spec.Destination.Server, spec.Destination.Name)
	if cluster == inClusterServer {
		cluster = inClusterName
	}
	p.Destination, p.Project = cluster+"/"+spec.Destination.Namespace, spec.Project
	p.Acknowledged = app.Metadata.Annotations[deploy.RetargetFrom]
	return p
}
