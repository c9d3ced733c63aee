package argocd

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// deployer is the Application without its objects. If they cannot be known,
// Desired.Unresolved says why.
func (a *adapter) deployer(app gitops.Application) deploy.Deployer {
	out := deploy.Deployer{
		Tool: deploy.ArgoCD, Instance: app.Object.Set, ID: app.ID(a.Namespace), At: app.Object.At,
		Destination: deploy.Destination(app.Spec.Destination), Policy: PrunePolicy(app),
	}
	if set := app.CreatedBy; set != nil {
		out.CreatedBy = a.generator(set)
		var taken []string
		for _, url := range set.URLs() {
			if a.repositories.isTaken(gitops.Source{RepoURL: url}) {
				taken = append(taken, repositoryKey(url))
			}
		}
		out.AddField(deploy.TreeRole, set.At, strings.Join(taken, ", "), "spec", "generators", "repoURL")
	}
	server, several := a.expander.clusters.server(app.Object.Set, a.Namespace, out.Destination.Name)
	if out.Destination.Server == "" {
		out.Destination.Server = server
	}
	for i, s := range app.Spec.All() {
		a.addSource(&out, s, app.At, app.Spec.SourcePath(i))
	}
	if h := app.Spec.Hydrator; h != nil {
		a.addSource(&out, h.DrySource, app.At, []string{"spec", "sourceHydrator", "drySource"})
		out.AddField(deploy.SourceRole, app.At, h.SyncSource.TargetBranch, "spec", "sourceHydrator", "syncSource", "targetBranch")
		out.AddField(deploy.SourceRole, app.At, h.SyncSource.Path, "spec", "sourceHydrator", "syncSource", "path")
	}
	d := app.Spec.Destination
	out.Purpose, out.Owners = purpose(app), []deploy.Owner{{Mark: deploy.TrackingID, Name: instanceName(app, a.Namespace)}}
	if app.CreatedBy != nil {
		keep(&out, app.CreatedBy.Spec.Ignored)
	}
	out.AddField(deploy.ClusterRole, app.At, d.Server, "spec", "destination", "server")
	out.AddField(deploy.ClusterRole, app.At, d.Name, "spec", "destination", "name")
	out.AddField(deploy.NamespaceRole, app.At, d.Namespace, "spec", "destination", "namespace")
	out.AddField(deploy.ProjectRole, app.At, app.Spec.Project, "spec", "project")
	if out.Desired.Unresolved = unresolvable(app); several && out.Desired.Unresolved == "" {
		out.Desired.Unresolved = checkout.Reasonf("there are several clusters called %s, which Argo CD refuses", dupcheck.QuoteAlways(d.Name))
	}
	return out
}

// keep marks the fields of sources, and the policy, that a set leaves unchanged in the
// cluster: there they may differ from git.
func keep(out *deploy.Deployer, ignored []gitops.IgnoredFields) {
	for _, i := range ignored {
		var paths []string
		for _, pointer := range i.JSONPointers {
			parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
			if len(parts) > 2 && parts[1] == "sources" {
				parts = append([]string{"spec", "sources[" + parts[2] + "]"}, parts[3:]...)
			}
			paths = append(paths, strings.Replace(strings.Join(parts, "."), "sources[0]", "source", 1))
		}
		ignores := func(field string) bool {
			return len(i.JQPathExpressions) > 0 || slices.ContainsFunc(paths, func(p string) bool { return within(field, p) || within(p, field) })
		}
		for k := range out.Fields {
			if ignores(out.Fields[k].Path) {
				out.Fields[k].Role = deploy.TreeRole
			}
		}
		out.Policy.Stays = out.Policy.Stays || ignores("spec.syncPolicy")
	}
}

// within says whether a field is another one, or in it.
func within(field, other string) bool { return field == other || strings.HasPrefix(field, other+".") }

// unresolvable says what cannot be known from a checkout alone.
func unresolvable(a gitops.Application) checkout.Reason {
	switch {
	case a.Broken:
		return "one of its fields is of a wrong type"
	case len(a.Spec.All()) == 0 && a.Spec.Hydrator == nil:
		return "it has no source"
	case a.Spec.Destination.Server != "" && a.Spec.Destination.Name != "":
		return "its destination has both a server and a name, which Argo CD refuses"
	case a.Spec.Destination.Server == "" && a.Spec.Destination.Name == "":
		return "its destination has neither a server nor a name, which Argo CD refuses"
	}
	return refusedRef(a.Spec.All())
}

var refName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// refusedRef says which ref of several sources Argo CD refuses (argo-cd v3.6 util/argo,
// GetRefSources). It reads no ref of a single one.
func refusedRef(sources []gitops.Source) checkout.Reason {
	seen := map[string]bool{}
	for _, s := range sources {
		switch {
		case len(sources) == 1 || s.Ref == "":
		case !refName.MatchString(s.Ref):
			return checkout.Reasonf("Argo CD refuses the ref %s", dupcheck.QuoteAlways(s.Ref))
		case seen[s.Ref]:
			return checkout.Reasonf("several of its sources have the ref %s, which Argo CD refuses", dupcheck.QuoteAlways(s.Ref))
		}
		seen[s.Ref] = true
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
	s.Cascade = slices.ContainsFunc(a.Metadata.Finalizers, func(f string) bool { return slices.Contains(deploy.Finalizers(), f) })
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

// addSource adds the fields of a source. The values of a chart may be secret, and are
// compared by digest. If the checkout is only assumed to be the repository of a source,
// that of another one is another tree.
func (a *adapter) addSource(out *deploy.Deployer, s gitops.Source, at gitops.Locator, path []string) {
	before := len(out.Fields)
	at = at.Below(path...)
	add := func(value, field string) { out.AddField(deploy.SourceRole, at, value, field) }
	if a.repositories.isTaken(s) {
		out.AddField(deploy.TreeRole, at, repositoryKey(s.RepoURL), "repoURL")
	} else {
		add(checkout.WithoutPassword(s.RepoURL), "repoURL")
	}
	add(s.Path, "path")
	add(s.Chart, "chart")
	if s.Chart != "" {
		out.AddField(deploy.ValueRole, at, s.TargetRevision, "targetRevision")
	} else {
		add(s.TargetRevision, "targetRevision")
	}
	add(s.Ref, "ref")
	if s.Helm != nil {
		helm := *s.Helm
		out.AddField(deploy.ValueRole, at, strings.Join(helm.ValueFiles, ", "), "helm", "valueFiles")
		out.AddField(deploy.SourceRole, at, helm.ReleaseName, "helm", "releaseName")
		out.AddField(deploy.SourceRole, at, helm.Namespace, "helm", "namespace")
		helm.ValueFiles, helm.ReleaseName, helm.Namespace = nil, "", ""
		out.AddHidden(deploy.ValueRole, at, helm, gitops.Helm{}, "helm")
	}
	if s.Kustomize != nil {
		out.AddHidden(deploy.SourceRole, at, s.Kustomize, gitops.Kustomize{}, "kustomize")
	}
	if s.Directory != nil {
		out.AddHidden(deploy.SourceRole, at, s.Directory, gitops.Directory{}, "directory")
	}
	if len(s.Plugin) > 0 {
		out.AddHidden(deploy.SourceRole, at, s.Plugin, nil, "plugin")
	}
	label := "spec.source" // so that one source may become a list of one
	if i := path[len(path)-1]; len(path) > 2 && i != "0" {
		label = "spec.sources[" + i + "]"
	}
	for i := range out.Fields[before:] {
		f := &out.Fields[before+i]
		f.Path = label + "." + f.Path
	}
}
