package flux

import (
	"cmp"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

const (
	ociRepository  = "OCIRepository"
	helmRepository = "HelmRepository"
)

// fetched fills in the files of a source that were fetched before. If there are none, the
// source stays unchanged.
func (a *adapter) fetched(out *source, s gitops.FluxSource, need vendored.Need) {
	if a.Vendored == nil {
		return
	}
	got, err := a.Vendored.Find(vendored.Request{Need: need, At: s.Object.At, By: deploy.ShortName(s.ID(""))})
	switch {
	case checkout.CodeOf(err) == checkout.Remote:
		return
	case err != nil:
		out.why = err
		return
	case s.Spec.RecurseSubmodules && checkout.IsFile(got.FS, ".gitmodules"):
		out.why = checkout.Errorf(checkout.Absent, "its source has submodules, which are not fetched")
		return
	}
	key := deploy.Digest([]any{got.Entry, s.Spec.Ignore, s.Spec.SparseCheckout, s.Spec.Include}, nil)
	out.files, out.why = a.once(key, func() (*artifact, error) {
		made, err := newArtifact(got.FS, s.Spec)
		if made != nil {
			made.origin = deploy.OriginOf(need.URL, need.Version)
		}
		return made, err
	})
}

// gitNeed returns the need of a GitRepository (fluxcd/pkg git/gogit, clone). It returns
// false for one that kuniq does not read.
func gitNeed(spec gitops.FluxSourceSpec) (n vendored.Need, ok bool) {
	n = vendored.Need{Kind: vendored.Git, URL: spec.URL}
	ref := cmp.Or(spec.Ref, &gitops.SourceRef{})
	switch {
	case ref.Commit != "":
		n.Version = ref.Commit
	case ref.Name != "":
		n.Version = ref.Name
	case ref.Tag != "":
		n.Version = "refs/tags/" + ref.Tag
	case ref.SemVer != "":
		n.Version, n.Select = ref.SemVer, vendored.Newest
	default:
		branch, _ := branchOf(spec.Ref)
		n.Version = "refs/heads/" + branch
	}
	return n, ref.SemVerFilter == ""
}

// artifactNeed returns the need of an OCIRepository (source-controller v1.9,
// ocirepository_controller.go, getArtifactRef). It returns false for one that kuniq does not
// read.
func artifactNeed(spec gitops.FluxSourceSpec) (n vendored.Need, ok bool) {
	ref := cmp.Or(spec.Ref, &gitops.SourceRef{})
	n = vendored.Need{Kind: vendored.Artifact, URL: spec.URL, Version: cmp.Or(ref.Digest, ref.Tag, "latest")}
	if ref.Digest == "" && ref.SemVer != "" {
		n.Version, n.Select = ref.SemVer, vendored.Newest
	}
	return n, ref.SemVerFilter == "" && spec.LayerSelector == nil
}
