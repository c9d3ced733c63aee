package argocd

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// chartNeed returns the chart of a source. A URL without a scheme is that of a registry
// (argo-cd v3.6 util/helm/client.go, IsHelmOciRepo).
func chartNeed(s gitops.Source) vendored.Need {
	url := s.RepoURL
	if !strings.Contains(url, "://") {
		url = "oci://" + url
	}
	return vendored.Need{Kind: vendored.Chart, URL: url, Name: s.Chart, Version: s.TargetRevision}
}

// chart renders a chart through the helm command.
func (a *adapter) chart(r *deploy.Renderer, app gitops.Application, s gitops.Source, repo fs.FS) deploy.Desired {
	target := render.Target{Target: checkout.Target{Dir: s.Dir(), File: path.Join(s.Dir(), manifest.ChartFile), Kind: checkout.Chart}}
	out := rendered(r, variablesOf(app, s, a.Namespace), func(v variables) (_ fs.FS, _ render.Target, err error) {
		target.Helm, err = a.helm(app, s, repo, v)
		return repo, target, err
	})
	if a.Helm == "" && !out.Refused() {
		out.Unresolved, out.Code = "it is a Helm chart, and no helm command was given", checkout.NeedsHelm
		target.Helm = render.Helm{}
		out.Inputs = r.Closure(repo, target)
	}
	return out
}

// helm is how Argo CD renders a chart (argo-cd v3.6
// reposerver/repository/repository.go, helmTemplate, and util/helm/cmd.go).
func (a *adapter) helm(app gitops.Application, s gitops.Source, repo fs.FS, v variables) (out render.Helm, err error) {
	h := cmp.Or(s.Helm, &gitops.Helm{})
	out = render.Helm{
		Command:   a.Helm,
		Release:   cmp.Or(h.ReleaseName, app.Metadata.Name),
		Namespace: cmp.Or(h.Namespace, app.Spec.Destination.Namespace),
		Inline:    []byte(h.Values), SkipCRDs: h.SkipCRDs, SkipTests: h.SkipTests,
		KubeVersion: h.KubeVersion, APIVersions: h.APIVersions,
	}
	if len(h.ValuesObject) > 0 && string(h.ValuesObject) != "null" {
		out.Inline = h.ValuesObject
	}
	if out.Values, err = a.values(app, s, &out, repo, v); err != nil {
		return out, err
	}
	for _, p := range h.Parameters {
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: escapeCommas(v.put(p.Value)), String: p.ForceString})
	}
	for _, p := range h.FileParameters {
		at, err := a.valueFile(app, s, v.ref(p.Path, app), repo)
		if err != nil {
			return out, err
		}
		name, err := nameOf(at, &out, repo)
		if err != nil {
			return out, err
		}
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: name, File: true})
	}
	return out, nil
}

// values returns the files with values, in the order of their precedence. A pattern
// stands for its matches in lexical order; a file that is named as well keeps its own
// place (argo-cd v3.6 reposerver/repository, getResolvedValueFiles).
func (a *adapter) values(app gitops.Application, s gitops.Source, h *render.Helm, repo fs.FS, v variables) (names []string, err error) {
	if s.Helm == nil {
		return nil, nil
	}
	places := make([]place, len(s.Helm.ValueFiles))
	named := map[place]bool{}
	var all []place
	for i, name := range s.Helm.ValueFiles {
		if places[i], err = a.valueFile(app, s, v.ref(name, app), repo); err != nil {
			return nil, err
		}
		named[places[i]] = true
	}
	for i, at := range places {
		files := at.files()
		if len(files) == 0 && !s.Helm.IgnoreMissingValueFiles {
			return nil, checkout.Errorf(checkout.Missing, "its values %s are not there", dupcheck.QuoteAlways(s.Helm.ValueFiles[i]))
		}
		for _, file := range files {
			if one := (place{at.repo, file}); !at.isPattern() || !named[one] && !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	for _, at := range all {
		name, err := nameOf(at, h, repo)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// nameOf returns the name of a file with values for a chart in a repository, to which it is
// given if it is in another one.
func nameOf(at place, h *render.Helm, repo fs.FS) (string, error) {
	if at.repo == repo {
		return at.file, nil
	}
	data, err := fs.ReadFile(at.repo, at.file)
	if err != nil {
		return "", checkout.Errorf(checkout.Unreadable, "its values cannot be read")
	}
	if h.Given == nil {
		h.Given = map[string][]byte{}
	}
	name := fmt.Sprintf(".kuniq-values/%d", len(h.Given))
	h.Given[name] = data
	return name, nil
}

// unescaped matches a comma that is not escaped, which helm would read as the end of a
// value (argo-cd v3.6 util/helm/cmd.go, cleanSetParameters).
var unescaped = regexp.MustCompile(`([^\\]),`)

func escapeCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value // a list
	}
	return unescaped.ReplaceAllString(value, `$1\,`)
}

// place is a file of a repository, or a pattern of files.
type place struct {
	repo fs.FS
	file string
}

func (p place) isPattern() bool { return strings.ContainsAny(p.file, "*?[{") }

// files are those that there are.
func (p place) files() (all []string) {
	if !p.isPattern() {
		if exists(p.repo, p.file) {
			all = append(all, p.file)
		}
		return all
	}
	if fs.ValidPath(p.file) && doublestar.ValidatePattern(p.file) {
		all, _ = doublestar.Glob(p.repo, p.file, doublestar.WithFilesOnly()) // what cannot be read is not there
		slices.Sort(all)
	}
	return all
}

// ref puts variables into the name of a file of values, after the source that it refers
// to.
func (v variables) ref(name string, app gitops.Application) string {
	before, after, ok := strings.Cut(name, "/")
	if ok && refers(app, before) != nil {
		return before + "/" + v.put(after)
	}
	return v.put(name)
}

// refers returns the source that the beginning of a name, "$name", refers to.
func refers(app gitops.Application, name string) *gitops.Source {
	for _, other := range app.Spec.All() {
		if other.Ref != "" && "$"+other.Ref == name {
			return &other
		}
	}
	return nil
}

// isSameRevision says whether two revisions of one repository are one as far as is
// known: Argo CD compares the commits.
func (a *adapter) isSameRevision(one, other string) bool {
	return cmp.Or(one, "HEAD") == cmp.Or(other, "HEAD") || a.Checkout.standsFor(one) && a.Checkout.standsFor(other)
}

// valueFile finds a file of values: "$name/..." is in the repository of the source with
// that ref, and all others are below the source, whose tree is given if it is known. The
// error says why the file cannot be read.
func (a *adapter) valueFile(app gitops.Application, s gitops.Source, name string, own fs.FS) (at place, err error) {
	ref, rest, ok := strings.Cut(name, "/")
	other := refers(app, ref)
	switch {
	case !ok || other == nil:
		switch {
		case strings.Contains(name, "://"):
			return at, checkout.Errorf(checkout.Remote, "its values are fetched")
		case own == nil:
			return at, checkout.Errorf(checkout.Remote, "its source is not known")
		case !strings.HasPrefix(name, "/"):
			name = path.Join(s.Dir(), name)
		}
		return placed(own, name)
	case other.Chart != "":
		return at, checkout.Errorf(checkout.Refused, "its values are in a chart, and Argo CD lets no source refer to one")
	case repositoryKey(other.RepoURL) == repositoryKey(s.RepoURL) && !a.isSameRevision(other.TargetRevision, s.TargetRevision) && s.Chart == "":
		return at, checkout.Errorf(checkout.Refused, "it has two revisions of one repository, which Argo CD refuses")
	}
	repo, err := a.repositories.find(asks(app.Head, a.Namespace), other.RepoURL, other.TargetRevision, other.Dir())
	if err != nil {
		return at, err
	}
	return placed(repo.tree, rest)
}

// placed returns the place of a file in a repository, if it is inside of that.
func placed(repo fs.FS, name string) (at place, err error) {
	at = place{repo, path.Clean(strings.TrimLeft(name, "/"))}
	if !fs.ValidPath(at.file) {
		err = checkout.Errorf(checkout.Refused, "its values are outside of the repository")
	}
	return at, err
}
