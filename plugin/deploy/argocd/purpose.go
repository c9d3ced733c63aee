package argocd

import (
	"cmp"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// purpose returns the fields of an Application that the guard no-retarget-application
// compares. An Application without a project is in no cluster.
func purpose(app gitops.Application) (p deploy.Purpose) {
	spec := app.Spec
	if app.Broken || spec.Project == "" {
		return p
	}
	sources := spec.Sources
	if spec.Source != nil {
		sources = append(sources[:len(sources):len(sources)], *spec.Source)
	}
	for _, s := range sources {
		p.Sources = append(p.Sources, checkout.WithoutPassword(s.RepoURL)+" "+cmp.Or(s.Chart, s.Path, "."))
	}
	if spec.Hydrator != nil {
		dry := spec.Hydrator.DrySource
		p.Sources = append(p.Sources, checkout.WithoutPassword(dry.RepoURL)+" "+dry.Path)
	}
	cluster := cmp.Or(spec.Destination.Server, spec.Destination.Name)
	if cluster == deploy.InClusterServer {
		cluster = deploy.InClusterName
	}
	p.Destination, p.Project = cluster+"/"+spec.Destination.Namespace, spec.Project
	return acknowledged(p, app.Head)
}

// purposeOfSet returns the fields that the guard no-retarget-applicationset compares.
func purposeOfSet(set *gitops.ApplicationSet) deploy.Purpose {
	template := set.Template()
	p := purpose(template)
	if p.Project == "" {
		return p
	}
	p.Set, p.Name = true, template.Metadata.Name
	return acknowledged(p, set.Head)
}

func acknowledged(p deploy.Purpose, h gitops.Head) deploy.Purpose {
	p.Acknowledged, p.At = h.Metadata.Annotations[deploy.RetargetFrom], h.At.Of("metadata", "annotations", deploy.RetargetFrom)
	return p
}
