package flux

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// Assembly makes a state of what manifests declare, as argocd.Assembly does.
type Assembly struct {
	// Checkout is the repository, as all sources see it.
	Checkout fs.FS
	// Render renders a directory with a kustomization. Nil means that none
	// is rendered.
	Render func(k Kustomization, dir string, repo fs.FS) argocd.Rendered
	// Disabled says that no source is to be resolved at all.
	Disabled bool
}

// State returns the owners and what they deploy.
func (a Assembly) State(d *Declared) (s impact.State) {
	for _, k := range d.Kustomizations {
		o := k.Owner()
		if o.Desired.Unresolved == "" {
			o.Desired = a.desired(k)
		}
		s.Owners = append(s.Owners, o)
	}
	for _, r := range d.HelmReleases {
		o := r.Owner()
		chart := r.Spec.Chart.Spec
		if dir := clean(chart.Chart); chart.SourceRef.Kind == "GitRepository" && a.Checkout != nil && fs.ValidPath(dir) {
			o.Desired.Inputs = argocd.Digest(a.Checkout, dir)
		}
		s.Owners = append(s.Owners, o)
	}
	return s
}

func (a Assembly) desired(k Kustomization) impact.Desired {
	dir := clean(k.Spec.Path)
	switch {
	case a.Disabled:
		return impact.Desired{Unresolved: "sources are not resolved"}
	case k.Spec.SourceRef.Kind == "OCIRepository" || k.Spec.SourceRef.Kind == "Bucket":
		return impact.Desired{Unresolved: "its source is no git repository"}
	case !fs.ValidPath(dir):
		return impact.Desired{Unresolved: "its path leads out of the repository"}
	case a.Checkout == nil:
		return impact.Desired{Unresolved: "there is no checkout"}
	}
	if info, err := fs.Stat(a.Checkout, dir); err != nil || !info.IsDir() {
		return impact.Desired{Unresolved: "the checkout has no directory " + dupcheck.QuoteAlways(k.Spec.Path)}
	}
	if len(k.Spec.PostBuild) > 0 && string(k.Spec.PostBuild) != "null" {
		return impact.Desired{Unresolved: "variables are put into it (postBuild)", Inputs: argocd.Digest(a.Checkout, dir)}
	}
	r := a.rendered(k, dir)
	out := impact.Desired{Objects: r.Objects, Unresolved: r.Unresolved, Inputs: r.Inputs}
	if k.Spec.TargetNamespace != "" {
		out.Objects = slices.Clone(out.Objects)
		for i := range out.Objects { // as kustomize's field namespace does
			out.Objects[i].Namespace = k.Spec.TargetNamespace
		}
	}
	return out
}

// clean is a path of Flux, which may begin with "./" or "/".
func clean(p string) string { return path.Clean("./" + strings.TrimLeft(p, "/")) }

// rendered is what the directory holds: without a kustomization, Flux takes all
// manifests in it and below.
func (a Assembly) rendered(k Kustomization, dir string) argocd.Rendered {
	marks := bytes.Contains(k.Spec.CommonMetadata, []byte(kustomizeGroup)) // what keeps all objects, or does not
	plain := !marks && len(k.Spec.Patches)+len(k.Spec.Components)+len(k.Spec.NamePrefix)+len(k.Spec.NameSuffix) == 0
	source := argocd.Source{Path: dir}
	if kind := source.Kind(a.Checkout); plain && kind == argocd.DirectorySource && !a.nested(dir) {
		source.Directory = &argocd.Directory{Recurse: true, Exclude: "*.{json,jsonnet}"}
		return source.Read(a.Checkout)
	}
	if a.Render == nil {
		return argocd.Rendered{Unresolved: "it is not rendered here", Inputs: argocd.Digest(a.Checkout, dir)}
	}
	return a.Render(k, dir, a.Checkout)
}

// nested says whether there is a kustomization below, of which Flux takes what
// it builds.
func (a Assembly) nested(dir string) (found bool) {
	err := fs.WalkDir(a.Checkout, dir, func(name string, _ fs.DirEntry, err error) error {
		if manifest.IsKustomization(name) {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

func sorted(all []impact.Field) []impact.Field {
	slices.SortStableFunc(all, func(a, b impact.Field) int { return strings.Compare(a.Path, b.Path) })
	return all
}
