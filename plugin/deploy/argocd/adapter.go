package argocd

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Options are what is known of an Argo CD beside its objects. The zero value is
// ready for use.
type Options struct {
	// Namespace is that of Argo CD, DefaultNamespace if it is empty.
	Namespace string
	// Repositories are other repositories by their URL. Each has to be comparable,
	// as those of os.Root.FS and checkout.NewCachingFS are.
	Repositories map[string]fs.FS
	// Helm is the helm command, which renders charts. Without one they are
	// unresolved.
	Helm string
	// NoRender leaves all sources unresolved.
	NoRender bool
}

// DefaultNamespace is where Argo CD is installed if nothing else is said.
const DefaultNamespace = "argocd"

// Adapter returns what Argo CD deploys from a checkout, for deploy.Options.
func (o Options) Adapter(checkout fs.FS) deploy.Adapter {
	if o.Namespace == "" {
		o.Namespace = DefaultNamespace
	}
	return &adapter{Options: o, expander: expander{checkout: checkout, repositories: o.Repositories, namespace: o.Namespace}}
}

type adapter struct {
	Options
	expander
}

// Declare returns the Applications, also those that ApplicationSets generate.
func (a *adapter) Declare(d gitops.Declared) (out deploy.Declared) {
	for _, p := range d.AppProjects {
		out.Named = append(out.Named, a.named(p.Head))
	}
	for _, app := range d.Applications {
		out.Deployers = append(out.Deployers, a.application(app))
	}
	for i := range d.ApplicationSets {
		set := &d.ApplicationSets[i]
		out.Named = append(out.Named, a.named(set.Head))
		out.Generators = append(out.Generators, a.generator(set))
		expanded := a.expand(set)
		for _, app := range expanded.applications {
			out.Deployers = append(out.Deployers, a.application(app))
		}
		if expanded.template != nil {
			out.Deployers = append(out.Deployers, a.template(*expanded.template, expanded.unexpanded[0].Reason))
		}
		out.Unexpanded = append(out.Unexpanded, expanded.unexpanded...)
		out.Problems = append(out.Problems, expanded.problems...)
	}
	return out
}

// Directories adds those of all sources.
func (a *adapter) Directories(d gitops.Declared, to map[string]bool) {
	for _, app := range d.Applications {
		for _, s := range app.Spec.All() {
			to[s.Dir()] = true
		}
	}
}

// named is an object that must be the only one of its name.
func (a *adapter) named(h gitops.Head) deploy.Named {
	return deploy.Named{Instance: h.Object.Set, ID: h.ID(a.Namespace), At: h.Object.At}
}

func (a *adapter) generator(set *gitops.ApplicationSet) deploy.Generator {
	g := deploy.Generator{Instance: set.Object.Set, ID: set.ID(a.Namespace)}
	if p := set.Spec.SyncPolicy; p != nil {
		g.KeepsRemoved = p.ApplicationsSync == "create-only" || p.ApplicationsSync == "create-update"
	}
	return g
}

// application is the Application as a deployer.
func (a *adapter) application(app gitops.Application) deploy.Source {
	out := deploy.Source{Deployer: a.deployer(app)}
	if out.Desired.Unresolved == "" {
		out.Resolve = func(r *deploy.Renderer) deploy.Desired { return a.desired(r, app) }
	}
	return out
}

// template is a deployer that stands for all of its set. Values that are not in
// its template, such as which clusters there are, are never known; a change of
// the generators may delete some of them.
func (a *adapter) template(app gitops.Application, reason string) deploy.Source {
	out := a.application(app)
	out.Template = true
	set := app.CreatedBy
	out.AddHidden(set.At, set.Spec.Generators, nil, "spec", "generators")
	out.AddHidden(set.At, set.Spec.TemplatePatch, nil, "spec", "templatePatch")
	if resolve := out.Resolve; resolve != nil {
		out.Resolve = func(r *deploy.Renderer) deploy.Desired {
			d := resolve(r)
			switch {
			case d.Unresolved != "":
				d.Inputs += a.inputs(app)
			case !d.Pending:
				d.Unresolved, d.Inputs = "its ApplicationSet is not expanded: "+reason, ""
			}
			return d
		}
	}
	return out
}

// inputs is a digest of the directories in which the sources of a template are,
// as far as its parameters leave them. A source that may be anywhere has none.
func (a *adapter) inputs(app gitops.Application) (all string) {
	for _, s := range app.Spec.All() {
		before, _, ok := strings.Cut(s.Path, "{{")
		if !ok || !strings.Contains(before, "/") {
			continue
		}
		dir := gitops.CleanDir(before[:strings.LastIndexByte(before, '/')])
		repo := a.repository(gitops.Source{RepoURL: s.RepoURL, Path: dir})
		if repo != nil && dir != "." && fs.ValidPath(dir) {
			all += deploy.DigestDir(repo, dir)
		}
	}
	return all
}

// desired is what all sources of an Application deploy, in their order.
func (a *adapter) desired(r *deploy.Renderer, app gitops.Application) deploy.Desired {
	if a.NoRender {
		return deploy.Desired{Unresolved: "sources are not resolved"}
	}
	var parts []deploy.Desired
	for _, s := range app.Spec.All() {
		parts = append(parts, a.source(r, app, s))
	}
	out := deploy.Join(parts...)
	if slices.ContainsFunc(out.Objects, func(o dupcheck.Object) bool { return o.Unnamed }) {
		out.Unresolved = strings.TrimPrefix(out.Unresolved+"; an object has a name that is no string", "; ")
	}
	return out
}

// repository returns the repository of a source: the one that is mapped to its
// URL, or else the checkout if it has the path.
func (a *adapter) repository(s gitops.Source) fs.FS {
	if repo := mapped(a.Repositories, s.RepoURL); repo != nil {
		return repo
	}
	if a.checkout != nil && exists(a.checkout, s.Dir()) {
		return a.checkout
	}
	return nil
}

func exists(repo fs.FS, name string) bool {
	_, err := fs.Stat(repo, name)
	return err == nil
}

// mapped returns the repository of a URL, or nil.
func mapped(repositories map[string]fs.FS, url string) fs.FS {
	for name, repo := range repositories {
		if normalURL(name) == normalURL(url) {
			return repo
		}
	}
	return nil
}

// sshURL is the short form: USER@HOST:PATH.
var sshURL = regexp.MustCompile(`^([^/@:]+@[^/:]+):(.*)$`)

// normalURL is a URL as Argo CD compares it: with and without ".git", in any case,
// and in both forms of ssh (argo-cd v3.6 util/git, NormalizeGitURL). A slash at
// the end and a password make no difference here, either.
func normalURL(s string) string {
	s = strings.ToLower(strings.TrimSpace(withoutPassword(s)))
	s = strings.TrimPrefix(sshURL.ReplaceAllString(s, "$1/$2"), "ssh://")
	return strings.TrimSuffix(strings.TrimSuffix(s, "/"), ".git")
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
