package flux

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Options decide how the objects of Flux are read. The zero value is ready for
// use.
type Options struct {
	// NoRender leaves all sources unresolved.
	NoRender bool
}

// Adapter returns what Flux deploys from a checkout, which all sources are taken
// for, for deploy.Options.
func (o Options) Adapter(checkout fs.FS) deploy.Adapter { return adapter{o, checkout} }

type adapter struct {
	Options
	checkout fs.FS
}

// Declare returns the Kustomizations and HelmReleases.
func (a adapter) Declare(d gitops.Declared) (out deploy.Declared) {
	for _, k := range d.Kustomizations {
		s := deploy.Source{Deployer: kustomization(k)}
		if s.Desired.Unresolved == "" {
			s.Resolve = func(r *deploy.Renderer) deploy.Desired { return a.desired(r, k) }
		}
		out.Deployers = append(out.Deployers, s)
	}
	for _, r := range d.HelmReleases {
		s := deploy.Source{Deployer: helmRelease(r)}
		chart := r.Spec.Chart.Spec
		if dir := gitops.CleanDir(chart.Chart); chart.SourceRef.Kind == "GitRepository" && fs.ValidPath(dir) {
			s.Desired.Inputs = deploy.DigestDir(a.checkout, dir)
		}
		out.Deployers = append(out.Deployers, s)
	}
	return out
}

func (a adapter) desired(r *deploy.Renderer, k gitops.Kustomization) deploy.Desired {
	dir := gitops.CleanDir(k.Spec.Path)
	switch {
	case a.NoRender:
		return deploy.Desired{Unresolved: "sources are not resolved"}
	case k.Spec.SourceRef.Kind == "OCIRepository" || k.Spec.SourceRef.Kind == "Bucket":
		return deploy.Desired{Unresolved: "its source is no git repository"}
	case !fs.ValidPath(dir):
		return deploy.Desired{Unresolved: "its path leads out of the repository"}
	}
	if info, err := fs.Stat(a.checkout, dir); err != nil || !info.IsDir() {
		return deploy.Desired{Unresolved: "the checkout has no directory " + dupcheck.QuoteAlways(k.Spec.Path)}
	}
	if isSet(k.Spec.PostBuild) {
		return deploy.Desired{Unresolved: "variables are put into it (postBuild)", Inputs: deploy.DigestDir(a.checkout, dir)}
	}
	out := a.rendered(r, k, dir)
	if out.Inputs == "" {
		out.Inputs = deploy.DigestDir(a.checkout, dir)
	}
	if k.Spec.TargetNamespace != "" {
		out.Objects = slices.Clone(out.Objects)
		for i := range out.Objects { // as kustomize's field namespace does
			out.Objects[i].Namespace = k.Spec.TargetNamespace
		}
	}
	return out
}

// rendered is the content of a directory: without a kustomization, Flux takes all
// manifests in it and below.
func (a adapter) rendered(r *deploy.Renderer, k gitops.Kustomization, dir string) deploy.Desired {
	keeps := bytes.Contains(k.Spec.CommonMetadata, []byte(gitops.KustomizeGroup)) // all objects, or does not
	plain := !keeps && len(k.Spec.Patches)+len(k.Spec.Components)+len(k.Spec.NamePrefix)+len(k.Spec.NameSuffix) == 0
	target, ok := r.Kustomization(a.checkout, dir)
	switch changes, readable := changesOf(k); {
	case !ok && plain && !a.renders(dir):
		return a.manifests(r, dir)
	case !ok || !readable:
		return deploy.Desired{Unresolved: "Flux changes it before it is built"}
	default:
		target.Kustomize = changes
	}
	return r.Render(a.checkout, target)
}

// manifests reads all manifests in a directory and below, without JSON.
func (a adapter) manifests(r *deploy.Renderer, dir string) deploy.Desired {
	files := gitops.Directory{Recurse: true, Exclude: "*.{json,jsonnet}"}
	var parts []deploy.Desired
	err := fs.WalkDir(a.checkout, dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && (entry.Type().IsRegular() || entry.Type()&fs.ModeSymlink != 0) && files.Selects(dir, name) {
			parts = append(parts, r.File(a.checkout, name))
		}
		return err
	})
	if err != nil {
		return deploy.Desired{Unresolved: "its directory " + dupcheck.QuoteAlways(dir) + " cannot be read"}
	}
	return deploy.Join(parts...)
}

// renders says whether there is a chart, or a kustomization below, of which Flux
// takes what it builds.
func (a adapter) renders(dir string) bool {
	found := checkout.HasChart(a.checkout, dir)
	err := fs.WalkDir(a.checkout, dir, func(name string, _ fs.DirEntry, err error) error {
		if manifest.IsKustomization(name) {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

// changesOf is what Flux changes in a kustomization before it builds it
// (fluxcd/pkg kustomize, Generator.WriteFile). It returns false if a field is of
// another type than Flux's.
func changesOf(k gitops.Kustomization) (out render.Kustomize, ok bool) {
	out = render.Kustomize{NamePrefix: k.Spec.NamePrefix, NameSuffix: k.Spec.NameSuffix, Namespace: k.Spec.TargetNamespace}
	var metadata struct{ Labels, Annotations map[string]string }
	var patches []json.RawMessage
	for _, f := range []struct {
		text json.RawMessage
		into any
	}{{k.Spec.Patches, &patches}, {k.Spec.Components, &out.Components}, {k.Spec.CommonMetadata, &metadata}} {
		if len(f.text) > 0 && json.Unmarshal(f.text, f.into) != nil {
			return out, false
		}
	}
	for _, p := range patches {
		out.Patches = append(out.Patches, p)
	}
	out.Labels, out.Annotations = metadata.Labels, metadata.Annotations
	return out, true
}

func isSet(field json.RawMessage) bool { return len(field) > 0 && string(field) != "null" }
