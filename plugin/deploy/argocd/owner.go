package argocd

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/impact"
)

// DefaultNamespace is where Argo CD is installed if nothing else is said.
const DefaultNamespace = "argocd"

// finalizer makes Argo CD delete the objects with their Application. There are
// two others that say how (argo-cd v3.6 pkg/apis/application/v1alpha1,
// isPropagationPolicyFinalizer).
const finalizer = "resources-finalizer.argocd.argoproj.io"

var finalizers = []string{finalizer, finalizer + "/foreground", finalizer + "/background"}

// ID is who the object is; namespace is that of Argo CD, which is meant where
// the manifest names none.
func (h Head) ID(namespace string) dupcheck.ID {
	id := h.id()
	id.Name = h.Metadata.Name
	id.Namespace = cmp.Or(h.Metadata.Namespace, namespace)
	return id
}

// Owner is the Application as an owner of package impact. The instance is the set
// of its object, and namespace is where Argo CD is. What it deploys is for the
// caller to fill in; if that cannot be known, Desired.Unresolved says why.
func (a Application) Owner(namespace string) impact.Owner {
	o := impact.Owner{
		Tool: impact.ArgoCD, Instance: a.Object.Set, ID: a.ID(namespace), At: a.Object.At,
		Destination: impact.Destination(a.Spec.Destination),
		Safety:      a.safety(),
	}
	if a.Maker != nil {
		o.Maker = a.Maker.maker(namespace)
	}
	sources := a.Spec.All()
	for i, s := range sources {
		o.Fields = append(o.Fields, s.fields(a.At, a.sourcePath(i))...)
	}
	add := func(role impact.Role, value string, path ...string) {
		if value != "" {
			o.Fields = append(o.Fields, impact.Field{Path: strings.Join(path, "."), Value: value, Role: role, At: a.At.Of(path...)})
		}
	}
	d := a.Spec.Destination
	add(impact.ClusterRole, d.Server, "spec", "destination", "server")
	add(impact.ClusterRole, d.Name, "spec", "destination", "name")
	add(impact.NamespaceRole, d.Namespace, "spec", "destination", "namespace")
	add(impact.ProjectRole, a.Spec.Project, "spec", "project")
	o.Desired.Unresolved = a.unresolvable(sources)
	return o
}

// unresolvable says what cannot be known from a checkout alone.
func (a Application) unresolvable(sources []Source) string {
	switch {
	case a.Broken:
		return "one of its fields is of a wrong type"
	case a.Spec.Hydrator != nil:
		return "its manifests are hydrated from another branch"
	case len(sources) == 0:
		return "it has no source"
	case a.Spec.Destination.Server != "" && a.Spec.Destination.Name != "":
		return "its destination has both a server and a name, which Argo CD refuses"
	case a.Spec.Destination.Server == "" && a.Spec.Destination.Name == "":
		return "its destination has neither a server nor a name, which Argo CD refuses"
	}
	return ""
}

func (a Application) sourcePath(i int) []string {
	if len(a.Spec.Sources) > 0 {
		return []string{"spec", "sources", strconv.Itoa(i)}
	}
	return []string{"spec", "source"}
}

// safety is what decides about deletion.
func (a Application) safety() impact.Safety {
	s := impact.Safety{At: map[string]dupcheck.Position{
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

// fields are what decides about the objects of a source. The values of a
// chart may be secret, and are compared by digest.
func (s Source) fields(at Locator, path []string) (fields []impact.Field) {
	label := strings.Join(path, ".")
	if i := len(path) - 1; path[i-1] == "sources" {
		label = strings.Join(path[:i], ".") + "[" + path[i] + "]"
	}
	if label == "spec.sources[0]" {
		label = "spec.source" // so that one source may become a list of one
	}
	add := func(value string, hidden bool, sub ...string) {
		if value != "" {
			fields = append(fields, impact.Field{
				Path: label + "." + strings.Join(sub, "."), Value: value, Hidden: hidden,
				Role: impact.SourceRole, At: at.Of(append(slices.Clone(path), sub...)...),
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
		add(digest(helm, Helm{}), true, "helm")
	}
	if s.Kustomize != nil {
		add(digest(*s.Kustomize, Kustomize{}), true, "kustomize")
	}
	if s.Directory != nil {
		add(digest(*s.Directory, Directory{}), true, "directory")
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

// withoutPassword drops the user and password that a URL may have. A user
// alone is no secret to ssh.
func withoutPassword(repo string) string {
	scheme, rest, ok := strings.Cut(repo, "://")
	authority, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if !ok || at < 0 || scheme == "ssh" && !strings.Contains(authority[:at], ":") {
		return repo
	}
	return scheme + "://" + authority[at+1:] + "/" + path
}

// maker is the set as a maker of package impact.
func (s ApplicationSet) maker(namespace string) impact.Maker {
	m := impact.Maker{Instance: s.Object.Set, ID: s.ID(namespace)}
	if s.Spec.SyncPolicy != nil {
		switch s.Spec.SyncPolicy.ApplicationsSync {
		case "create-only", "create-update":
			m.KeepsRemoved = true
		}
	}
	return m
}

// named is the object as one that must be the only one of its name.
func (h Head) named(namespace string) impact.Named {
	return impact.Named{Instance: h.Object.Set, ID: h.ID(namespace), At: h.Object.At}
}
