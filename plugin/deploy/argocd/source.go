package argocd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

func isLink(repo fs.FS, name string) bool {
	info, err := fs.Lstat(repo, name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// source resolves one source. If it cannot be resolved, its inputs still tell
// whether its fields or its files of values have changed.
func (a *adapter) source(r *deploy.Renderer, app gitops.Application, s gitops.Source) (out deploy.Desired) {
	if s.Ref != "" && s.Path == "" && s.Chart == "" {
		return deploy.Desired{Inputs: "values"} // the source that refers to it reads it
	}
	repo, err := a.read(app, s)
	if err == nil {
		s, err = fromFiles(instanceName(app, a.Namespace), s, repo.tree)
	}
	if err == nil {
		out = a.resolve(r, app, s, repo)
	} else {
		out = unresolved(err)
	}
	if out = out.From(repo.origin); out.Unresolved == "" {
		return out
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q", deploy.Digest(s, nil))
	a.digestValues(hash, app, s, repo.tree)
	out.Values = hex.EncodeToString(hash.Sum(nil))
	out.Inputs = deploy.Digest([]string{out.Inputs, deploy.Digest(withoutValues(s), nil)}, nil)
	return out
}

// withoutValues returns a source without the values of its chart, and without the version
// of a chart in a registry.
func withoutValues(s gitops.Source) gitops.Source {
	if s.Helm != nil {
		s.Helm = &gitops.Helm{ReleaseName: s.Helm.ReleaseName, Namespace: s.Helm.Namespace}
	}
	if s.Chart != "" {
		s.TargetRevision = ""
	}
	return s
}

// unresolved returns the result for an unresolved source.
func unresolved(err error) deploy.Desired {
	return deploy.Desired{Unresolved: checkout.ReasonOf(err), Code: checkout.CodeOf(err)}
}

// read returns the files that a source reads, or the reason why they are not known or
// Argo CD refuses them.
func (a *adapter) read(app gitops.Application, s gitops.Source) (repo found, err error) {
	inRegistry := checkout.Errorf(checkout.Remote, "the chart or image is in a registry, from which nothing is fetched")
	by := asks(app.Head, a.Namespace)
	switch {
	case s.Chart != "" && s.RepoURL == "":
		return repo, inRegistry
	case s.Chart != "":
		by.Need = chartNeed(s)
		return a.repositories.fetched(by, inRegistry)
	case s.Path == "":
		return repo, checkout.Errorf(checkout.Refused, "it has neither a path nor a chart nor a ref, which Argo CD refuses")
	case !fs.ValidPath(s.Dir()):
		return repo, checkout.Errorf(checkout.Refused, "its path leads out of the repository")
	}
	if vendored.IsRegistry(s.RepoURL) {
		by.Need = vendored.Need{Kind: vendored.Artifact, URL: s.RepoURL, Version: s.TargetRevision}
		repo, err = a.repositories.fetched(by, inRegistry)
	} else {
		repo, err = a.repositories.find(by, s.RepoURL, s.TargetRevision, s.Dir())
	}
	switch {
	case err != nil:
		return repo, err
	case !exists(repo.tree, s.Dir()):
		return repo, noDirectory(repo.tree, s.Dir())
	case s.Types() > 1:
		return repo, checkout.Errorf(checkout.Refused, "it names several ways to render it, which Argo CD refuses")
	}
	return repo, a.repositories.refuses(repo.tree)
}

// digestValues adds the files of values of a chart that are at hand.
func (a *adapter) digestValues(hash hash.Hash, app gitops.Application, s gitops.Source, repo fs.FS) {
	if s.Helm == nil {
		return
	}
	for _, name := range s.Helm.ValueFiles {
		at, err := a.valueFile(app, s, name, repo)
		if err != nil {
			continue // it is in no checkout, so that nothing here changes it
		}
		for _, file := range at.files() {
			if data, err := fs.ReadFile(at.repo, file); err == nil {
				fmt.Fprintf(hash, "%q %x", name, sha256.Sum256(data))
			}
		}
	}
}

func (a *adapter) resolve(r *deploy.Renderer, app gitops.Application, s gitops.Source, repo found) (out deploy.Desired) {
	reading := s.Reading()
	if reading == gitops.ByContent {
		reading = gitops.Discover(repo.tree, s.Dir())
	}
	switch reading {
	case gitops.AsManifests:
		out = a.directory(r, app, s, repo.tree)
	case gitops.AsKustomization:
		out = a.kustomization(r, app, s, repo.tree)
	case gitops.AsChart:
		out = a.chart(r, app, s, repo.tree)
	default:
		out = unresolved(checkout.Errorf(checkout.Executes, "a plugin renders it"))
		out.Inputs = r.Whole(repo.tree) // which it may read
	}
	return out
}

// directory reads plain manifests and jsonnet in the order of Argo CD, which is the
// lexical one of filepath.Walk, so that of two objects with one identity the last counts.
// A link counts as the file that it names. A link to a directory, or to nothing, is
// skipped, even if it is the directory itself.
func (a *adapter) directory(r *deploy.Renderer, app gitops.Application, s gitops.Source, repo fs.FS) deploy.Desired {
	d, root := gitops.Directory{}, s.Dir()
	if s.Directory != nil {
		d = *s.Directory
	}
	if isLink(repo, root) {
		return deploy.Desired{Inputs: "link"}
	}
	var parts []deploy.Desired
	hash := sha256.New()
	err := fs.WalkDir(repo, root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && !d.Recurse:
			return fs.SkipDir
		case !d.Selects(root, name) || !isFile(repo, name, entry):
			return nil
		case manifest.IsProgram(name):
			parts = append(parts, a.program(r, name, app, s, repo))
		default:
			parts = append(parts, r.File(repo, name))
		}
		fmt.Fprintf(hash, "%q %q", name, parts[len(parts)-1].Inputs)
		return nil
	})
	if err != nil {
		out := unresolved(checkout.Errorf(checkout.Unreadable, "its directory %s cannot be read", dupcheck.QuoteAlways(s.Path)))
		out.Inputs = deploy.DigestDir(repo, s.Dir())
		return out
	}
	out := deploy.Join(parts...)
	if out.Inputs != "" {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// isFile reports whether an entry of a directory is a file, or a link to one.
func isFile(repo fs.FS, name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := fs.Stat(repo, name)
	return err == nil && info.Mode().IsRegular()
}

// kustomization builds a kustomization with the changes that Argo CD makes with
// "kustomize edit" before it builds (argo-cd v3.6 util/kustomize/kustomize.go).
// Fields that decide neither who an object is nor whether it is kept, such as
// images, are left out.
func (a *adapter) kustomization(r *deploy.Renderer, app gitops.Application, s gitops.Source, repo fs.FS) deploy.Desired {
	target, ok := r.Kustomization(repo, s.Dir())
	if !ok {
		out := unresolved(checkout.Errorf(checkout.Refused, "it has no kustomization"))
		out.Inputs = deploy.DigestDir(repo, s.Dir())
		return out
	}
	k := s.Kustomize
	if k == nil {
		return r.Render(repo, target)
	}
	target.Helm.KubeVersion, target.Helm.APIVersions = k.KubeVersion, k.APIVersions
	return rendered(r, variablesOf(app, s, a.Namespace), func(v variables) (fs.FS, render.Target, error) {
		target.Kustomize = render.Kustomize{NamePrefix: k.NamePrefix, NameSuffix: k.NameSuffix, Namespace: k.Namespace}
		target.Kustomize.Labels, target.Kustomize.Annotations = v.putInto(k.CommonLabels), k.CommonAnnotations
		if k.CommonAnnotationsEnvsubst {
			target.Kustomize.Annotations = v.putInto(k.CommonAnnotations)
		}
		for _, c := range k.Components {
			if !k.IgnoreMissingComponents || exists(repo, path.Join(s.Dir(), c)) {
				target.Kustomize.Components = append(target.Kustomize.Components, c)
			}
		}
		for _, p := range k.Patches {
			target.Kustomize.Patches = append(target.Kustomize.Patches, p)
		}
		return repo, target, nil
	})
}

// program evaluates a jsonnet file as Argo CD does: imports are searched in the
// libraries and then in the directory of the source (argo-cd v3.6
// reposerver/repository, makeJsonnetVm).
func (a *adapter) program(r *deploy.Renderer, file string, app gitops.Application, s gitops.Source, repo fs.FS) deploy.Desired {
	how := gitops.Jsonnet{}
	if s.Directory != nil {
		how = s.Directory.Jsonnet
	}
	return rendered(r, variablesOf(app, s, a.Namespace), func(v variables) (_ fs.FS, target render.Target, err error) {
		target.Target = checkout.Target{Dir: path.Dir(file), File: file, Kind: checkout.Program}
		target.Jsonnet.Libraries = []render.Library{{Dir: s.Dir()}}
		for _, lib := range how.Libs {
			dir := gitops.CleanDir(lib)
			if !fs.ValidPath(dir) {
				return repo, target, checkout.Errorf(checkout.Outside, "a library of its jsonnet is outside of the repository")
			}
			target.Jsonnet.Libraries = append(target.Jsonnet.Libraries, render.Library{Dir: dir})
		}
		for i, one := range slices.Concat(how.ExtVars, how.TLAs) {
			target.Jsonnet.Variables = append(target.Jsonnet.Variables,
				render.Variable{Name: one.Name, Value: v.put(one.Value), Code: one.Code, Top: i >= len(how.ExtVars)})
		}
		return repo, target, nil
	})
}
