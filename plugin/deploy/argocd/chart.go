package argocd

import (
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// chart renders a chart of the checkout through the helm command.
func (a *adapter) chart(r *deploy.Renderer, app gitops.Application, s gitops.Source, repo fs.FS) deploy.Desired {
	if a.Helm == "" {
		return deploy.Desired{Unresolved: "it is a Helm chart, and no helm command was given", Code: checkout.NeedsHelm}
	}
	target := render.Target{Target: checkout.Target{Dir: s.Dir(), File: path.Join(s.Dir(), manifest.ChartFile), Kind: checkout.Chart}}
	var reason string
	if target.Helm, reason = a.helm(app, s, repo); reason != "" {
		return deploy.Desired{Unresolved: reason}
	}
	return r.Render(repo, target)
}

// helm is how Argo CD renders a chart (argo-cd v3.6
// reposerver/repository/repository.go, helmTemplate, and util/helm/cmd.go).
func (a *adapter) helm(app gitops.Application, s gitops.Source, repo fs.FS) (out render.Helm, reason string) {
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
	for _, name := range h.ValueFiles {
		at, reason := a.chartFile(app, s, name)
		switch {
		case reason != "":
			return out, reason
		case exists(repo, at):
			out.Values = append(out.Values, at)
		case !h.IgnoreMissingValueFiles:
			return out, "its values " + dupcheck.QuoteAlways(name) + " are not there"
		}
	}
	for _, p := range h.Parameters {
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: escapeCommas(p.Value), String: p.ForceString})
	}
	for _, p := range h.FileParameters {
		at, reason := a.chartFile(app, s, p.Path)
		if reason != "" {
			return out, reason
		}
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: at, File: true})
	}
	for _, text := range append([]string{h.Values, string(h.ValuesObject), out.Release, out.Namespace}, h.ValueFiles...) {
		if strings.Contains(text, "$ARGOCD_") || strings.Contains(text, "${ARGOCD_") {
			return out, "Argo CD puts variables into its values"
		}
	}
	return out, ""
}

// unescaped is a comma that is not escaped, of which helm would make the end of a
// value (argo-cd v3.6 util/helm/cmd.go, cleanSetParameters).
var unescaped = regexp.MustCompile(`([^\\]),`)

func escapeCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value // a list
	}
	return unescaped.ReplaceAllString(value, `$1\,`)
}

// place is a file of a repository, which is nil if it is not at hand.
type place struct {
	repo fs.FS
	url  string
	file string
}

// valueFile finds a file of values: "$name/..." is in the repository of the source
// with that ref, and all others are below the source. reason says why it is not
// known.
func (a *adapter) valueFile(app gitops.Application, s gitops.Source, name string) (at place, reason string) {
	ref, rest, ok := strings.Cut(name, "/")
	switch {
	case ok && strings.HasPrefix(ref, "$"):
		for _, other := range app.Spec.All() {
			if "$"+other.Ref == ref {
				repo := mapped(a.Repositories, other.RepoURL)
				if repo == nil {
					repo = a.checkout
				}
				return place{repo, other.RepoURL, path.Clean(rest)}, ""
			}
		}
		return at, "its values are in another repository"
	case strings.Contains(name, "://") || strings.ContainsAny(name, "*?"):
		return at, "its values are fetched or a pattern"
	case strings.HasPrefix(name, "/"):
		return place{a.repository(s), s.RepoURL, path.Clean(name[1:])}, ""
	}
	return place{a.repository(s), s.RepoURL, path.Join(s.Dir(), name)}, ""
}

// chartFile is valueFile for a file that has to be in the repository of the
// chart.
func (a *adapter) chartFile(app gitops.Application, s gitops.Source, name string) (file, reason string) {
	at, reason := a.valueFile(app, s, name)
	switch {
	case reason != "":
		return "", reason
	case at.url != s.RepoURL:
		return "", "its values are in another repository"
	case !fs.ValidPath(at.file):
		return "", "its values are outside of the repository"
	}
	return at.file, ""
}
