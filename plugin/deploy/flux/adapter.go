package flux

import (
	"io/fs"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Options decide how the objects of Flux are read. The zero value is ready for
// use.
type Options struct {
	// Remotes are the URLs of the checkout. A GitRepository with one of them is the
	// checkout. If there are none, or no GitRepository has one of them, the checkout is the
	// GitRepository that "flux bootstrap" makes, or the only one.
	Remotes []string
	// Branches are the branches that the checkout may stand for. The branch of the
	// GitRepository that "flux bootstrap" makes is always one of them.
	Branches []string
	// Helm is the helm command, which renders charts. Without it they are unresolved.
	Helm string
	// Vendored has charts, repositories and artifacts from elsewhere. Nil is empty.
	Vendored render.Vendored
	// NoRender leaves all sources unresolved.
	NoRender bool
}

// Adapter returns the adapter for Flux for deploy.Options, which reads the deployers of a
// checkout.
func (o Options) Adapter(checkout fs.FS) deploy.Adapter {
	return &adapter{Options: o, checkout: checkout, artifacts: map[string]made{}, sources: map[string]*sources{}}
}

type adapter struct {
	Options
	checkout  fs.FS
	artifacts map[string]made     // by what decides about them
	sources   map[string]*sources // by instance
}

// Prepare finds out which source is the checkout.
func (a *adapter) Prepare(d gitops.Declared) {
	clear(a.sources)
	for _, k := range d.Kustomizations {
		if ref := sourceOf(k); ref.Kind == gitRepository {
			a.of(k.Object.Set).used[ref] = true
		}
	}
	for _, h := range d.HelmReleases {
		if ref := in(h.Metadata.Namespace, h.Spec.Chart.Spec.SourceRef); ref.Kind == gitRepository {
			a.of(h.Object.Set).charts[ref] = true
		}
	}
	for _, s := range d.FluxSources {
		for _, from := range s.Spec.Sources { // of an ArtifactGenerator
			if ref := in(s.Metadata.Namespace, from.Reference); ref.Kind == gitRepository {
				a.of(s.Object.Set).used[ref] = true
			}
		}
		if s.Object.Kind == gitRepository {
			all, ref := a.of(s.Object.Set), gitops.Reference{Kind: gitRepository, Namespace: s.Metadata.Namespace, Name: s.Metadata.Name}
			other, again := all.declared[ref]
			all.several[ref] = all.several[ref] || again && deploy.Digest(other.Spec, nil) != deploy.Digest(s.Spec, nil)
			all.declared[ref] = s
		}
	}
}

// Declare returns the Kustomizations and HelmReleases.
func (a *adapter) Declare(d gitops.Declared) (out deploy.Declared) {
	for _, k := range d.Kustomizations {
		out.Deployers = append(out.Deployers, a.resolvable(kustomization(k, a.checkout), k, func(r *deploy.Renderer) deploy.Desired { return a.kustomization(r, k) }))
	}
	for _, h := range d.HelmReleases {
		out.Deployers = append(out.Deployers, a.resolvable(helmRelease(h, a.checkout), h, func(r *deploy.Renderer) deploy.Desired { return a.helmRelease(r, h) }))
	}
	for _, x := range d.FluxOperated {
		out.Deployers = append(out.Deployers, deploy.Source{Deployer: operated(x), Spec: x})
	}
	return out
}

func (a *adapter) resolvable(d deploy.Deployer, spec any, resolve func(*deploy.Renderer) deploy.Desired) deploy.Source {
	s := deploy.Source{Deployer: d, Spec: spec}
	if d.Desired.Unresolved == "" {
		s.Resolve = resolve
	}
	return s
}

// IsPinned is false: files that Flux deploys at another revision count as applied, too.
func (*adapter) IsPinned(gitops.Declared, dupcheck.Object) bool { return false }

// Carry returns a deployer as another revision declares it, which deploys the content of
// this revision.
func (a *adapter) Carry(before deploy.Source) deploy.Source {
	var d gitops.Declared
	switch spec := before.Spec.(type) {
	case gitops.Kustomization:
		d.Kustomizations = append(d.Kustomizations, spec)
	case gitops.HelmRelease:
		d.HelmReleases = append(d.HelmReleases, spec)
	case gitops.FluxOperated:
		d.FluxOperated = append(d.FluxOperated, spec)
	}
	out := a.Declare(d).Deployers[0]
	if resolve := out.Resolve; resolve != nil {
		out.Resolve = func(r *deploy.Renderer) deploy.Desired {
			now := resolve(r)
			if len(now.Fields) == 0 && len(before.Desired.Fields) > 0 {
				return before.Desired // a source that is not declared stays, too, or is missed: nothing changes
			}
			return now
		}
	}
	return out
}

// Directories adds the directories of all Kustomizations.
func (a *adapter) Directories(d gitops.Declared, to map[string]bool) {
	for _, k := range d.Kustomizations {
		if k.Spec.SourceRef.Kind != externalArtifact { // whose paths are its own
			to[clamp(k.Spec.Path)] = true
		}
	}
}
