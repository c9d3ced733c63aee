package flux

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// unresolved returns the known facts about a deployer whose objects are not known.
func unresolved(err error) deploy.Desired {
	return deploy.Desired{Unresolved: checkout.ReasonOf(err), Code: checkout.CodeOf(err)}
}

// unresolvedIn is the same if any file of an artifact may decide the objects.
func unresolvedIn(files *artifact, err error) deploy.Desired {
	out := unresolved(err)
	out.Inputs = deploy.DigestDir(files, ".")
	return out
}

// clamp returns a path as Flux reads it: it never leaves the artifact (filepath-securejoin).
func clamp(dir string) string {
	if dir = strings.TrimPrefix(path.Join("/", dir), "/"); dir != "" {
		return dir
	}
	return "."
}

// kustomization returns the objects that a Kustomization deploys.
func (a *adapter) kustomization(r *deploy.Renderer, k gitops.Kustomization) deploy.Desired {
	if a.NoRender {
		return deploy.Desired{Unresolved: "sources are not resolved"}
	}
	from := a.source(r, k.Object.Set, sourceOf(k))
	var out deploy.Desired
	if from.why != nil {
		out = unresolved(from.why)
		out.Inputs = a.mayBeHere(from, sourceOf(k), clamp(k.Spec.Path))
	} else {
		out = a.build(r, k, from.files).From(from.files.origin)
	}
	out.Fields = from.fields
	if p := k.Spec.PostBuild; p != nil {
		for _, ref := range p.SubstituteFrom {
			if !ref.Optional {
				out.Reads = append(out.Reads, dupcheck.ID{Kind: ref.Kind, Namespace: k.Metadata.Namespace, Name: ref.Name})
			}
		}
	}
	return out
}

// mayBeHere returns a digest of the objects from a directory of a source if the source is
// made of this checkout, as in a pipeline that pushes the checkout to a registry. An
// ExternalArtifact may be made of any of its files, and so may a repository that is the
// checkout with more in it.
func (a *adapter) mayBeHere(from source, ref gitops.Reference, dir string) string {
	switch {
	case from.here, ref.Kind == externalArtifact:
		return deploy.DigestDir(a.checkout, ".")
	case ref.Kind != ociRepository && ref.Kind != "Bucket", dir == "." && ref.Name != ref.Namespace:
		return ""
	}
	return deploy.DigestDir(a.checkout, dir)
}

// build builds a Kustomization of an artifact (kustomize-controller v1.9, build).
func (a *adapter) build(r *deploy.Renderer, k gitops.Kustomization, files *artifact) deploy.Desired {
	dir := path.Join(files.top, clamp(k.Spec.Path))
	if len(k.Spec.PatchesStrategicMerge)+len(k.Spec.PatchesJSON6902) > 0 {
		return deploy.Desired{Unresolved: "it has patches of a version before v1", Inputs: deploy.DigestDir(files, dir)}
	}
	if err := files.lacks(dir); err != nil {
		return unresolvedIn(files, err)
	}
	if info, err := fs.Stat(files, dir); err != nil || !info.IsDir() {
		return unresolved(checkout.Errorf(checkout.Missing, "its source has no directory %s", dupcheck.QuoteBrief(k.Spec.Path)))
	}
	file, text, err := generate(files, dir, &k.Spec)
	if err != nil {
		out := unresolved(err)
		out.Inputs = deploy.DigestDir(files, dir)
		return out
	}
	target := render.Target{Target: checkout.Target{Dir: dir, File: file}}
	target.Kustomize.Flux = &render.Flux{
		Text: text, Substitution: substitution(r, k),
		Labels: k.Spec.CommonMetadata.Labels, Annotations: k.Spec.CommonMetadata.Annotations,
	}
	out := placed(identified(r.Render(files, target)))
	if err := files.lacks("."); err != nil && out.Refused() { // it may name files of it
		return unresolvedIn(files, err)
	}
	generated := len(kustomizations(files, dir)) == 0
	for i := range out.Objects {
		if at := &out.Objects[i].At; generated && at.File == file { // which is not there
			at.File = dir
		}
	}
	return out
}

// placed looks for objects without a namespace that need one. Flux has no default namespace:
// the API server answers that there is none, and then nothing is pruned (fluxcd/pkg ssa,
// ApplyAll).
func placed(d deploy.Desired) deploy.Desired {
	d.Fails = deploy.WithoutNamespace(slices.DeleteFunc(slices.Clone(d.Objects), func(o dupcheck.Object) bool {
		return o.Namespace == "" && !deploy.FluxKustomization.Applies(o)
	}))
	return d
}

// identified shows the names of variables in identities in place of their values. Values
// that SOPS has encrypted stay unchanged.
func identified(d deploy.Desired) deploy.Desired {
	var unknown []string
	d.Objects = slices.Clone(d.Objects)
	for i := range d.Objects {
		o := &d.Objects[i]
		hidden := false
		for _, part := range []*string{&o.APIVersion, &o.Kind, &o.Namespace, &o.Name} {
			hidden = hidden || job.IsOpaque(*part) || strings.HasPrefix(*part, encrypted)
			*part = job.ShowOpaque(*part)
		}
		if hidden {
			unknown = append(unknown, deploy.ShortName(gitops.IDOf(*o)))
		}
	}
	if len(unknown) == 0 {
		return d
	}
	const most = 3
	shown := strings.Join(unknown[:min(most, len(unknown))], ", ")
	if len(unknown) > most {
		shown += fmt.Sprintf(" and %d more", len(unknown)-most)
	}
	d.Partly = "values are not known here that are in the names of " + shown
	return d
}
