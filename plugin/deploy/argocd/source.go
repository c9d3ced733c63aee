package argocd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// sourceKind is how Argo CD renders a source of a repository.
type sourceKind uint8

const (
	directorySource sourceKind = iota // plain manifests and jsonnet
	kustomizeSource
	helmSource
	pluginSource
)

// kindOf says how Argo CD renders a source, given its repository (argo-cd v3.6
// pkg/apis/application/v1alpha1, ExplicitType, and reposerver/repository,
// GetAppSourceType, and util/app/discovery, Discover). Plugins that find their
// sources by themselves are not known here.
func kindOf(s gitops.Source, repo fs.FS) sourceKind {
	switch {
	case s.HasPlugin():
		return pluginSource
	case s.Kustomize != nil:
		return kustomizeSource
	case s.Helm != nil:
		return helmSource
	case s.Directory != nil:
		return directorySource
	case checkout.HasKustomization(repo, s.Dir()):
		return kustomizeSource // before a chart: the last one in lexical order counts
	case exists(repo, path.Join(s.Dir(), manifest.ChartFile)):
		return helmSource
	}
	return directorySource
}

// source resolves one source. If it cannot be resolved, its inputs still tell
// whether its files of values have changed.
func (a *adapter) source(r *deploy.Renderer, app gitops.Application, s gitops.Source) deploy.Desired {
	out := a.resolve(r, app, s)
	if out.Unresolved == "" || s.Helm == nil {
		return out
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q", out.Inputs)
	for _, name := range s.Helm.ValueFiles {
		at, reason := a.valueFile(app, s, name)
		if reason != "" || at.repo == nil || !fs.ValidPath(at.file) {
			continue // it is in no checkout, so that nothing here changes it
		}
		if data, err := fs.ReadFile(at.repo, at.file); err == nil {
			fmt.Fprintf(hash, "%q %x", name, sha256.Sum256(data))
		}
	}
	out.Inputs = hex.EncodeToString(hash.Sum(nil))
	return out
}

func (a *adapter) resolve(r *deploy.Renderer, app gitops.Application, s gitops.Source) (out deploy.Desired) {
	repo := a.repository(s)
	switch {
	case s.Ref != "" && s.Path == "" && s.Chart == "":
		return deploy.Desired{Inputs: "values"} // the source that refers to it reads it
	case s.Chart != "" || strings.HasPrefix(s.RepoURL, "oci://"):
		return deploy.Desired{Unresolved: "the chart or image is in a registry, from which nothing is fetched", Inputs: deploy.Digest(s, nil)}
	case !fs.ValidPath(s.Dir()):
		return deploy.Desired{Unresolved: "its path leads out of the repository"}
	case repo == nil:
		return deploy.Desired{Unresolved: "its repository is not at hand, and the checkout has no directory " + dupcheck.QuoteAlways(s.Path)}
	}
	switch kindOf(s, repo) {
	case directorySource:
		out = a.directory(r, s, repo)
	case kustomizeSource:
		out = a.kustomization(r, s, repo)
	case helmSource:
		out = a.chart(r, app, s, repo)
	default:
		out.Unresolved = "a plugin renders it"
	}
	if out.Inputs == "" {
		out.Inputs = deploy.DigestDir(repo, s.Dir()) // that its files change is known
	}
	if mapped(a.Repositories, s.RepoURL) != nil { // files of two repositories may have one name
		out.Objects = slices.Clone(out.Objects)
		for i := range out.Objects {
			out.Objects[i].At.Origin = withoutPassword(s.RepoURL)
		}
	}
	return out
}

// directory reads plain manifests and jsonnet in the order in which Argo CD reads
// them, which is the lexical one of filepath.Walk, so that of two objects with one
// identity the last counts. A link counts as the file that it names.
func (a *adapter) directory(r *deploy.Renderer, s gitops.Source, repo fs.FS) deploy.Desired {
	d, root := gitops.Directory{}, s.Dir()
	if s.Directory != nil {
		d = *s.Directory
	}
	var parts []deploy.Desired
	hash := sha256.New()
	err := fs.WalkDir(repo, root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && !d.Recurse:
			return fs.SkipDir
		case !entry.Type().IsRegular() && entry.Type()&fs.ModeSymlink == 0, !d.Selects(root, name):
			return nil
		case manifest.IsProgram(name):
			parts = append(parts, program(r, name, s, d.Jsonnet, repo))
		default:
			parts = append(parts, r.File(repo, name))
		}
		fmt.Fprintf(hash, "%q %q", name, parts[len(parts)-1].Inputs)
		return nil
	})
	if err != nil {
		return deploy.Desired{Unresolved: "its directory " + dupcheck.QuoteAlways(s.Path) + " cannot be read"}
	}
	out := deploy.Join(parts...)
	if out.Inputs != "" {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// kustomization builds a kustomization with the changes that Argo CD makes with
// "kustomize edit" before it builds (argo-cd v3.6 util/kustomize/kustomize.go).
// Fields that decide neither who an object is nor whether it is kept, such as
// images, are left out.
func (a *adapter) kustomization(r *deploy.Renderer, s gitops.Source, repo fs.FS) deploy.Desired {
	target, ok := r.Kustomization(repo, s.Dir())
	if !ok {
		return deploy.Desired{Unresolved: "it has no kustomization"}
	}
	if k := s.Kustomize; k != nil {
		target.Kustomize = render.Kustomize{
			NamePrefix: k.NamePrefix, NameSuffix: k.NameSuffix, Namespace: k.Namespace,
			Labels: k.CommonLabels, Annotations: k.CommonAnnotations,
		}
		for _, c := range k.Components {
			if !k.IgnoreMissingComponents || exists(repo, path.Join(s.Dir(), c)) {
				target.Kustomize.Components = append(target.Kustomize.Components, c)
			}
		}
		for _, p := range k.Patches {
			target.Kustomize.Patches = append(target.Kustomize.Patches, p)
		}
	}
	return r.Render(repo, target)
}

// program evaluates a jsonnet file as Argo CD does: imports are searched in the
// libraries and then in the directory of the source (argo-cd v3.6
// reposerver/repository, makeJsonnetVm).
func program(r *deploy.Renderer, file string, s gitops.Source, how gitops.Jsonnet, repo fs.FS) deploy.Desired {
	target := render.Target{Target: checkout.Target{Dir: path.Dir(file), File: file, Kind: checkout.Program}}
	target.Jsonnet.Libraries = []render.Library{{Dir: s.Dir()}}
	for _, lib := range how.Libs {
		dir := gitops.CleanDir(lib)
		if !fs.ValidPath(dir) {
			return deploy.Desired{Unresolved: "a library of its jsonnet is outside of the repository"}
		}
		target.Jsonnet.Libraries = append(target.Jsonnet.Libraries, render.Library{Dir: dir})
	}
	for i, v := range slices.Concat(how.ExtVars, how.TLAs) {
		if strings.Contains(v.Value, "$") {
			return deploy.Desired{Unresolved: "Argo CD puts variables into the arguments of its jsonnet"}
		}
		target.Jsonnet.Variables = append(target.Jsonnet.Variables, render.Variable{Name: v.Name, Value: v.Value, Code: v.Code, Top: i >= len(how.ExtVars)})
	}
	return r.Render(repo, target)
}
