package argocd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Finalizer makes Argo CD delete the objects with their Application. There are
// two others that say how (argo-cd v3.6 pkg/apis/application/v1alpha1,
// isPropagationPolicyFinalizer).
const Finalizer = "resources-finalizer.argocd.argoproj.io"

var finalizers = []string{Finalizer, Finalizer + "/foreground", Finalizer + "/background"}

// deployer is the Application without its objects. If they cannot be known,
// Desired.Unresolved says why.
func (a *adapter) deployer(app gitops.Application) deploy.Deployer {
	out := deploy.Deployer{
		Tool: deploy.ArgoCD, Instance: app.Object.Set, ID: app.ID(a.Namespace), At: app.Object.At,
		Destination: deploy.Destination(app.Spec.Destination), Policy: PrunePolicy(app),
	}
	if app.CreatedBy != nil {
		out.CreatedBy = a.generator(app.CreatedBy)
	}
	for i, s := range app.Spec.All() {
		out.Fields = append(out.Fields, fields(s, app.At, app.Spec.SourcePath(i))...)
	}
	add := func(role deploy.Role, value string, path ...string) {
		if value != "" {
			out.Fields = append(out.Fields, deploy.Field{Path: strings.Join(path, "."), Value: value, Role: role, At: app.At.Of(path...)})
		}
	}
	d := app.Spec.Destination
	add(deploy.ClusterRole, d.Server, "spec", "destination", "server")
	add(deploy.ClusterRole, d.Name, "spec", "destination", "name")
	add(deploy.NamespaceRole, d.Namespace, "spec", "destination", "namespace")
	add(deploy.ProjectRole, app.Spec.Project, "spec", "project")
	out.Desired.Unresolved = unresolvable(app)
	return out
}

// unresolvable says what cannot be known from a checkout alone.
func unresolvable(a gitops.Application) string {
	switch {
	case a.Broken:
		return "one of its fields is of a wrong type"
	case a.Spec.Hydrator != nil:
		return "its manifests are hydrated from another branch"
	case len(a.Spec.All()) == 0:
		return "it has no source"
	case a.Spec.Destination.Server != "" && a.Spec.Destination.Name != "":
		return "its destination has both a server and a name, which Argo CD refuses"
	case a.Spec.Destination.Server == "" && a.Spec.Destination.Name == "":
		return "its destination has neither a server nor a name, which Argo CD refuses"
	}
	return ""
}

// PrunePolicy returns what decides about the deletion of the objects of an
// Application.
func PrunePolicy(a gitops.Application) deploy.PrunePolicy {
	s := deploy.PrunePolicy{At: map[string]dupcheck.Position{
		"prune":    a.At.Of("spec", "syncPolicy", "automated", "prune"),
		"selfHeal": a.At.Of("spec", "syncPolicy", "automated", "selfHeal"),
		"options":  a.At.Of("spec", "syncPolicy", "syncOptions"),
		"cascade":  a.At.Of("metadata", "finalizers"),
	}}
	for _, f := range a.Metadata.Finalizers {
		s.Cascade = s.Cascade || slices.Contains(finalizers, f)
	}
	policy := a.Spec.SyncPolicy
	if policy == nil {
		return s
	}
	s.Options = policy.SyncOptions
	if auto := policy.Automated; auto != nil && (auto.Enabled == nil || *auto.Enabled) {
		s.Prune, s.SelfHeal = auto.Prune, auto.SelfHeal
	}
	return s
}

// fields decide about the objects of a source. The values of a
// chart may be secret, and are compared by digest.
func fields(s gitops.Source, at gitops.Locator, path []string) (fields []deploy.Field) {
	label := strings.Join(path, ".")
	if i := len(path) - 1; path[i-1] == "sources" {
		label = strings.Join(path[:i], ".") + "[" + path[i] + "]"
	}
	if label == "spec.sources[0]" {
		label = "spec.source" // so that one source may become a list of one
	}
	add := func(value string, hidden bool, sub ...string) {
		if value != "" {
			fields = append(fields, deploy.Field{
				Path: label + "." + strings.Join(sub, "."), Value: value, Hidden: hidden,
				Role: deploy.SourceRole, At: at.Of(append(slices.Clone(path), sub...)...),
			})
		}
	}
	add(withoutPassword(s.RepoURL), false, "repoURL")
	add(s.Path, false, "path")
	add(s.Chart, false, "chart")
	add(s.TargetRevision, false, "targetRevision")
	add(s.Ref, false, "ref")
	if s.Helm != nil {
		helm := *s.Helm
		add(strings.Join(helm.ValueFiles, ", "), false, "helm", "valueFiles")
		helm.ValueFiles = nil
		add(digest(helm, gitops.Helm{}), true, "helm")
	}
	if s.Kustomize != nil {
		add(digest(*s.Kustomize, gitops.Kustomize{}), true, "kustomize")
	}
	if s.Directory != nil {
		add(digest(*s.Directory, gitops.Directory{}), true, "directory")
	}
	if len(s.Plugin) > 0 {
		add(digest(s.Plugin, nil), true, "plugin")
	}
	return fields
}

// digest is a hash of a value, or nothing if it is equal to the empty one.
func digest(v, empty any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	if none, _ := json.Marshal(empty); string(none) == string(data) {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
