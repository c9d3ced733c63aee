package argocd

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Options describe an Argo CD, in addition to its objects. The zero value is ready for
// use.
type Options struct {
	// Namespace is the namespace of Argo CD; if it is empty, DefaultNamespace.
	Namespace string
	// Checkout describes the checkout as git knows it, and Repositories are others by
	// their URL.
	Checkout     Repository
	Repositories map[string]Repository
	// Clusters are the clusters of Argo CD, in addition to those whose Secrets are in the
	// checkout.
	Clusters []policy.Cluster
	// Skip says which files and directories are left out: a link there that leads
	// out of the repository does no harm. Nil leaves out none.
	Skip func(name string) bool
	// Helm is the helm command, which renders charts. Without one they are
	// unresolved.
	Helm string
	// Vendored has charts, repositories and artifacts from elsewhere. Nil has nothing.
	Vendored render.Vendored
	// NoRender leaves all sources unresolved.
	NoRender bool
}

// DefaultNamespace is where Argo CD is installed if nothing else is said.
const DefaultNamespace = "argocd"

// Adapter returns what Argo CD deploys from a checkout, for deploy.Options.
func (o Options) Adapter(tree fs.FS) deploy.Adapter {
	if o.Namespace == "" {
		o.Namespace = DefaultNamespace
	}
	all := newRepositories(tree, o)
	return &adapter{Options: o, repositories: all, expander: expander{repositories: all, namespace: o.Namespace, clusters: &clusters{}}, stuck: map[deploy.Key]expansion{}}
}

type adapter struct {
	Options
	repositories *repositories
	expander     expander
	stuck        map[deploy.Key]expansion // the expansion of each set, without its Applications
}

// Prepare takes note of the clusters that Secrets declare.
func (a *adapter) Prepare(d gitops.Declared) {
	*a.expander.clusters = newClusters(d)
	a.expander.clusters.told = toldClusters(a.Clusters)
}

// Declare returns the Applications, also those that ApplicationSets generate.
func (a *adapter) Declare(d gitops.Declared) (out deploy.Declared) {
	for _, p := range d.AppProjects {
		out.Named = append(out.Named, named(p.Head, a.Namespace, deploy.Purpose{}))
	}
	for _, app := range d.Applications {
		out.Deployers = append(out.Deployers, a.application(app))
	}
	for i := range d.ApplicationSets {
		set := &d.ApplicationSets[i]
		out.Named = append(out.Named, named(set.Head, a.Namespace, purposeOfSet(set)))
		expanded := a.expander.expand(set)
		a.stuck[deploy.Key{Instance: set.Object.Set, ID: set.ID(a.Namespace)}] = expansion{frozen: expanded.frozen, held: expanded.held}
		out.Generators = append(out.Generators, a.generator(set))
		for _, app := range expanded.applications {
			if isName(app.Metadata.Name) {
				out.Deployers = append(out.Deployers, a.application(app))
			}
		}
		if expanded.template != nil {
			out.Deployers = append(out.Deployers, a.template(*expanded.template, expanded.unexpanded[0].Reason))
		}
		out.Unexpanded = append(out.Unexpanded, expanded.unexpanded...)
		out.Problems = append(out.Problems, expanded.problems...)
	}
	return out
}

// Directories adds those of all sources that are in the checkout.
func (a *adapter) Directories(d gitops.Declared, to map[string]bool) {
	for _, app := range d.Applications {
		for _, s := range app.Spec.All() {
			if _, other := a.repositories.others[repositoryKey(s.RepoURL)]; !other && (a.repositories.isCheckout(s.RepoURL) || !a.repositories.hosts()) {
				to[s.Dir()] = true
			}
		}
	}
}

// IsPinned says whether an Application deploys the file of an object as it is at
// another revision of the checkout.
func (a *adapter) IsPinned(all gitops.Declared, one dupcheck.Object) bool {
	pins := func(s gitops.Source) bool {
		reads := gitops.Directory{Recurse: s.Directory != nil && s.Directory.Recurse}
		return s.Path != "" && !a.Checkout.standsFor(s.TargetRevision) && reads.Selects(s.Dir(), one.At.File) &&
			(a.repositories.isCheckout(s.RepoURL) || a.Checkout.At != nil && a.repositories.isTaken(s)) // which takes the longest
	}
	return slices.ContainsFunc(all.Applications, func(app gitops.Application) bool {
		return app.Object.Set == one.Set && app.Object.At != one.At && slices.ContainsFunc(app.Spec.All(), pins)
	})
}

// named is an object that must be the only one of its name.
func named(h gitops.Head, own string, p deploy.Purpose) deploy.Named {
	return deploy.Named{Instance: h.Object.Set, ID: h.ID(own), At: h.Object.At, Purpose: p}
}

// generator says what a set does with its Applications. If it is deleted itself, the
// cluster deletes these, unless the set releases them before (argo-cd v3.6
// applicationset/controllers/applicationset_controller.go,
// removeOwnerReferencesOnDeleteAppSet).
func (a *adapter) generator(set *gitops.ApplicationSet) deploy.Generator {
	g := deploy.Generator{Instance: set.Object.Set, ID: set.ID(a.Namespace)}
	policy := ""
	if p := set.Spec.SyncPolicy; p != nil {
		policy = p.ApplicationsSync
	}
	came := a.stuck[deploy.Key{Instance: g.Instance, ID: g.ID}]
	g.Frozen = came.frozen
	g.KeepsRemoved = came.held || policy == "create-only" || policy == "create-update"
	g.KeepsChanged = policy == "create-only" || policy == "create-delete"
	g.Releases = (policy == "create-only" || policy == "create-update") && slices.Contains(set.Metadata.Finalizers, deploy.Finalizer)
	return g
}

// application is the Application as a deployer.
func (a *adapter) application(app gitops.Application) deploy.Source {
	out := deploy.Source{Deployer: a.deployer(app), Spec: app}
	if out.Desired.Unresolved == "" {
		out.Resolve = func(r *deploy.Renderer) deploy.Desired { return a.desired(r, app) }
	}
	return out
}

// Carry returns an Application of another revision that reads the files of this one.
func (a *adapter) Carry(before deploy.Source) deploy.Source {
	app, ok := before.Spec.(gitops.Application)
	if !ok {
		return before
	}
	if before.Template {
		return a.template(app, "it is kept as it was")
	}
	out := a.application(app)
	out.CreatedBy = before.CreatedBy
	return out
}

// template is a deployer that stands for all of its set. Values that are not in
// its template, such as which clusters there are, are never known; a change of
// the generators may delete some of them.
func (a *adapter) template(app gitops.Application, reason checkout.Reason) deploy.Source {
	out := a.application(app)
	out.Template = true
	set := app.CreatedBy
	out.AddHidden(deploy.SourceRole, set.At, set.Spec.Generators, nil, "spec", "generators")
	out.AddHidden(deploy.SourceRole, set.At, set.Spec.TemplatePatch, nil, "spec", "templatePatch")
	if resolve := out.Resolve; resolve != nil {
		out.Resolve = func(r *deploy.Renderer) deploy.Desired {
			d := resolve(r)
			switch {
			case d.Unresolved != "":
				d.Inputs += a.inputs(app)
				d.Code = checkout.Remote // Argo CD refuses none of them because it is unknown
			case !d.Pending:
				d.Unresolved, d.Inputs = "its ApplicationSet is not expanded: "+reason, ""
			}
			return d
		}
	}
	return out
}

// inputs returns a digest of the directories of the sources of a template, as far as its
// parameters determine them. A source that may be anywhere has none.
func (a *adapter) inputs(app gitops.Application) (all string) {
	for _, s := range app.Spec.All() {
		before, _, ok := strings.Cut(s.Path, "{{")
		if !ok || !strings.Contains(before, "/") {
			continue
		}
		dir := gitops.CleanDir(before[:strings.LastIndexByte(before, '/')])
		repo, err := a.repositories.find(asks(app.Head, a.Namespace), s.RepoURL, s.TargetRevision, dir)
		if err == nil && dir != "." && fs.ValidPath(dir) {
			all += deploy.DigestDir(repo.tree, dir)
		}
	}
	return all
}

// desired returns what all sources of an Application deploy, in their order.
func (a *adapter) desired(r *deploy.Renderer, app gitops.Application) deploy.Desired {
	if h := app.Spec.Hydrator; h != nil {
		app.Spec.Source, app.Spec.Sources, app.Spec.Hydrator = &h.DrySource, nil, nil
		dry := a.desired(r, app)
		return deploy.Desired{Unresolved: "its manifests are hydrated from another branch", Inputs: dry.Inputs, Values: dry.Values}
	}
	if a.NoRender {
		return deploy.Desired{Unresolved: "sources are not resolved"}
	}
	var parts []deploy.Desired
	for _, s := range app.Spec.All() {
		parts = append(parts, a.source(r, app, s))
	}
	out := deploy.Join(parts...)
	out.Objects = slices.DeleteFunc(out.Objects, deploy.NeverApplied)
	if slices.ContainsFunc(out.Objects, isNameless) { // a sync then fails before it begins
		out.Unresolved, out.Code = out.Unresolved.And("an object has no name, or its name is not a string"), checkout.Refused
	}
	if app.Spec.Destination.Namespace == "" {
		out.Fails = deploy.WithoutNamespace(out.Objects)
	}
	return out
}

func isNameless(o dupcheck.Object) bool { return o.Unnamed || o.Name == "" && o.GenerateName == "" }
