package argocd

import (
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
)

// variables are the variables that Argo CD puts into some fields of a source, by their
// names (argo-cd v3.6 reposerver/repository, newEnv).
type variables map[string]string

// variablesOf has those of an Application. own is the namespace of Argo CD. Which commit is rendered is known only if
// the source names it.
func variablesOf(app gitops.Application, s gitops.Source, own string) variables {
	v := variables{
		"ARGOCD_APP_NAME":                   instanceName(app, own),
		"ARGOCD_APP_NAMESPACE":              app.Spec.Destination.Namespace,
		"ARGOCD_APP_PROJECT_NAME":           app.Spec.Project,
		"ARGOCD_APP_SOURCE_REPO_URL":        s.RepoURL,
		"ARGOCD_APP_SOURCE_PATH":            s.Path,
		"ARGOCD_APP_SOURCE_TARGET_REVISION": s.TargetRevision,
	}
	if revision.IsHash(s.TargetRevision) {
		return v.at(s.TargetRevision)
	}
	return v
}

// at returns the variables for a commit.
func (v variables) at(commit string) variables {
	out := variables{"ARGOCD_APP_REVISION": commit, "ARGOCD_APP_REVISION_SHORT": commit[:7], "ARGOCD_APP_REVISION_SHORT_8": commit[:8]}
	for name, value := range v {
		out[name] = value
	}
	return out
}

// put puts the variables into a text. One that there is not is empty (argo-cd v3.6
// pkg/apis/application/v1alpha1, Envsubst).
func (v variables) put(text string) string {
	return os.Expand(text, func(name string) string {
		if name == "$" {
			return "$"
		}
		return v[name]
	})
}

// putInto is put for all values of a mapping.
func (v variables) putInto(texts map[string]string) map[string]string {
	out := map[string]string{}
	for key, text := range texts {
		out[key] = v.put(text)
	}
	return out
}

// someCommits stand for the unknown commit.
var someCommits = []string{strings.Repeat("ab0", 13) + "a", strings.Repeat("7fe", 13) + "7"}

// rendered renders what make makes of the variables. If the commit is not known, it
// must make no difference to the names of objects.
func rendered(r *deploy.Renderer, v variables, make func(variables) (fs.FS, render.Target, error)) (out deploy.Desired) {
	once := func(v variables) deploy.Desired {
		repo, target, err := make(v)
		if err != nil {
			out := unresolved(err)
			out.Inputs = r.Closure(repo, target)
			return out
		}
		return r.Render(repo, target)
	}
	if _, known := v["ARGOCD_APP_REVISION"]; known {
		return once(v)
	}
	out = once(v.at(someCommits[0]))
	other := once(v.at(someCommits[1]))
	if out.Known() && other.Known() && !slices.EqualFunc(out.Objects, other.Objects, sameName) {
		out.Unresolved = "names of its objects have the commit in them, which is not known before the merge"
	}
	out.Pending = out.Pending || other.Pending
	return out
}

func sameName(a, b dupcheck.Object) bool {
	return a.APIVersion == b.APIVersion && a.Kind == b.Kind && a.Namespace == b.Namespace && a.Name == b.Name
}
