package argocd

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/impact"
)

// Assembly makes a state of what manifests declare: it expands the
// ApplicationSets and resolves the sources of all Applications, also of those
// that other Applications deploy.
type Assembly struct {
	// Checkout is the repository in which the manifests are. Repositories are
	// other ones by their URL.
	Checkout     fs.FS
	Repositories map[string]fs.FS
	// Namespace is that of Argo CD, DefaultNamespace if it is empty.
	Namespace string
	// Render renders what is no directory of plain manifests. Nil means that they
	// are not rendered.
	Render Renderer
	// Disabled says that no source is to be resolved at all.
	Disabled bool

	expander *Expander
}

// Renderer renders one source of an Application. All are the Application's
// sources: a source may refer to the values of another.
type Renderer func(app Application, source Source, repo fs.FS) Rendered

// Rendered is what comes of a source.
type Rendered struct {
	// Objects are in the order in which Argo CD applies them.
	Objects []dupcheck.Object
	// Unresolved says why they are not known, or not all of them.
	Unresolved string
	// Inputs is a digest of all that they are made of, or empty.
	Inputs string
}

// deepest is how many Applications may be deployed by one another.
const deepest = 8

// State returns the owners and what they deploy. What is wrong with a manifest
// is in the Declared, whose Problems are appended to.
func (a Assembly) State(d *Declared) (s impact.State) {
	a.Namespace = cmp.Or(a.Namespace, DefaultNamespace)
	a.expander = &Expander{Checkout: a.Checkout, Repositories: a.Repositories, Namespace: a.Namespace}
	seen := map[dupcheck.Position]bool{}
	todo := *d
	for depth := 0; depth < deepest && (len(todo.Applications) > 0 || len(todo.ApplicationSets) > 0 || len(todo.AppProjects) > 0); depth++ {
		next := a.add(&s, d, todo, seen)
		todo = Declared{}
		todo.Merge(next)
	}
	return s
}

// add takes in what is declared, and returns what that deploys of Argo CD's own
// kinds.
func (a Assembly) add(s *impact.State, d *Declared, new Declared, seen map[dupcheck.Position]bool) (next Declared) {
	for _, h := range heads(new) {
		seen[h.Object.At] = true
	}
	for _, p := range new.AppProjects {
		s.Named = append(s.Named, p.named(a.Namespace))
	}
	apps := slices.Clone(new.Applications)
	templates := map[int]string{} // why an application is only a template
	for i := range new.ApplicationSets {
		set := &new.ApplicationSets[i]
		s.Named = append(s.Named, set.named(a.Namespace))
		s.Makers = append(s.Makers, set.maker(a.Namespace))
		expanded := a.expander.Expand(set)
		apps = append(apps, expanded.Applications...)
		s.Patterns = append(s.Patterns, expanded.Patterns...)
		if expanded.Template != nil {
			apps = append(apps, *expanded.Template)
			templates[len(apps)-1] = expanded.Patterns[0].Reason
		}
		d.Problems = append(d.Problems, expanded.Problems...)
	}
	for i, app := range apps {
		owner := app.Owner(a.Namespace)
		reason, isTemplate := templates[i]
		switch {
		case isTemplate:
			a.template(app, &owner, reason)
		case owner.Desired.Unresolved == "":
			owner.Desired = a.desired(app)
		}
		for _, o := range owner.Desired.Objects {
			if isOurs(o) && !seen[o.At] {
				o.Set = owner.Instance
				found := FromObjects([]dupcheck.Object{o})
				d.Problems = append(d.Problems, found.Problems...)
				next.Merge(found)
				seen[o.At] = true
			}
		}
		s.Owners = append(s.Owners, owner)
	}
	return next
}

// template makes an owner one that stands for all of its set. What is not in its
// template, such as which clusters there are, is never known; a change of the
// generators may delete some of them.
func (a Assembly) template(app Application, o *impact.Owner, reason string) {
	o.Template = true
	spec := app.Maker.Spec
	add := func(value string, name string) {
		if value != "" {
			o.Fields = append(o.Fields, impact.Field{
				Path: "spec." + name, Value: value, Hidden: true, Role: impact.SourceRole, At: app.Maker.At.Of("spec", name),
			})
		}
	}
	add(digest(spec.Generators, nil), "generators")
	add(digest(spec.TemplatePatch, nil), "templatePatch")
	if o.Desired.Unresolved != "" {
		return
	}
	if o.Desired = a.desired(app); o.Desired.Unresolved != "" {
		o.Desired.Inputs += a.inputs(app)
		return
	}
	o.Desired.Unresolved, o.Desired.Inputs = "its ApplicationSet is not expanded: "+reason, ""
}

// inputs is a digest of the directories in which the sources of a template are,
// as far as its parameters leave them. A source that may be anywhere has none.
func (a Assembly) inputs(app Application) (all string) {
	for _, s := range app.Spec.All() {
		before, _, ok := strings.Cut(s.Path, "{{")
		if !ok || !strings.Contains(before, "/") {
			continue
		}
		dir := path.Clean("./" + before[:strings.LastIndexByte(before, '/')])
		repo := a.repository(Source{RepoURL: s.RepoURL, Path: dir})
		if repo != nil && dir != "." && fs.ValidPath(dir) {
			all += Digest(repo, dir)
		}
	}
	return all
}

func heads(d Declared) (all []Head) {
	for _, a := range d.Applications {
		all = append(all, a.Head)
	}
	for _, a := range d.ApplicationSets {
		all = append(all, a.Head)
	}
	for _, a := range d.AppProjects {
		all = append(all, a.Head)
	}
	return all
}

// desired is what all sources of an Application deploy, in their order.
func (a Assembly) desired(app Application) (out impact.Desired) {
	if a.Disabled {
		return impact.Desired{Unresolved: "sources are not resolved"}
	}
	hash := sha256.New()
	known := true
	var reasons []string
	for _, s := range app.Spec.All() {
		r := a.source(app, s)
		out.Objects = append(out.Objects, r.Objects...)
		if r.Unresolved != "" && !slices.Contains(reasons, r.Unresolved) {
			reasons = append(reasons, r.Unresolved)
		}
		known = known && r.Inputs != ""
		fmt.Fprintf(hash, "%q", r.Inputs)
	}
	for _, o := range out.Objects {
		if o.Unnamed {
			reasons = append(reasons, "an object has a name that is no string")
			break
		}
	}
	out.Unresolved = strings.Join(reasons, "; ")
	if known {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// repository returns the repository of a source: the one that is mapped to its
// URL, or else the checkout if it has the path.
func (a Assembly) repository(s Source) fs.FS {
	if repo := mapped(a.Repositories, s.RepoURL); repo != nil {
		return repo
	}
	if a.Checkout != nil && exists(a.Checkout, s.Dir()) {
		return a.Checkout
	}
	return nil
}

// mapped returns the repository of a URL, or nil.
func mapped(repositories map[string]fs.FS, url string) fs.FS {
	for name, repo := range repositories {
		if sameRepository(name, url) {
			return repo
		}
	}
	return nil
}

// sameRepository compares URLs as Argo CD does: with and without ".git", in any
// case, and in both forms of ssh (argo-cd v3.6 util/git, NormalizeGitURL). A
// slash at the end and a password make no difference here, either.
func sameRepository(a, b string) bool {
	return normalURL(a) == normalURL(b)
}

// sshURL is the short form: USER@HOST:PATH.
var sshURL = regexp.MustCompile(`^([^/@:]+@[^/:]+):(.*)$`)

func normalURL(s string) string {
	s = strings.ToLower(strings.TrimSpace(withoutPassword(s)))
	s = strings.TrimPrefix(sshURL.ReplaceAllString(s, "$1/$2"), "ssh://")
	return strings.TrimSuffix(strings.TrimSuffix(s, "/"), ".git")
}

// source resolves one source. If it cannot be resolved, its inputs still tell
// whether its files of values have changed.
func (a Assembly) source(app Application, s Source) Rendered {
	out := a.resolved(app, s)
	if out.Unresolved == "" || s.Helm == nil {
		return out
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q", out.Inputs)
	for _, name := range s.Helm.ValueFiles {
		repo, file := a.valueFile(app, s, name)
		if repo == nil || !fs.ValidPath(file) {
			continue // it is in no checkout, so that nothing here changes it
		}
		if data, err := fs.ReadFile(repo, file); err == nil {
			fmt.Fprintf(hash, "%q %x", name, sha256.Sum256(data))
		}
	}
	out.Inputs = hex.EncodeToString(hash.Sum(nil))
	return out
}

// valueFile is where a file of values is: "$name/..." is in the repository of
// the source with that ref, and all others are below the source.
func (a Assembly) valueFile(app Application, s Source, name string) (repo fs.FS, file string) {
	ref, rest, ok := strings.Cut(name, "/")
	if !ok || !strings.HasPrefix(ref, "$") {
		if strings.HasPrefix(name, "/") {
			return a.repository(s), path.Clean(name[1:])
		}
		return a.repository(s), path.Join(s.Dir(), name)
	}
	for _, other := range app.Spec.All() {
		if "$"+other.Ref == ref {
			if repo = mapped(a.Repositories, other.RepoURL); repo == nil {
				repo = a.Checkout
			}
			return repo, path.Clean(rest)
		}
	}
	return nil, ""
}

func (a Assembly) resolved(app Application, s Source) Rendered {
	if s.Ref != "" && s.Path == "" && s.Chart == "" {
		return Rendered{Inputs: "values"} // the source that refers to it reads it
	}
	if s.Chart != "" || strings.HasPrefix(s.RepoURL, "oci://") {
		return Rendered{Unresolved: "the chart or image is in a registry, from which nothing is fetched", Inputs: digest(s, nil)}
	}
	if !fs.ValidPath(s.Dir()) {
		return Rendered{Unresolved: "its path leads out of the repository"}
	}
	repo := a.repository(s)
	if repo == nil {
		return Rendered{Unresolved: "its repository is not at hand, and the checkout has no directory " + dupcheck.QuoteAlways(s.Path)}
	}
	out := Rendered{Unresolved: NeedsJsonnet}
	if s.Kind(repo) == DirectorySource {
		out = s.Read(repo)
	}
	if out.Unresolved == NeedsJsonnet {
		out = a.render(app, s, repo)
	}
	if mapped(a.Repositories, s.RepoURL) != nil { // files of two repositories may have one name
		out.Objects = slices.Clone(out.Objects)
		for i := range out.Objects {
			out.Objects[i].At.Origin = withoutPassword(s.RepoURL)
		}
	}
	return out
}

func (a Assembly) render(app Application, s Source, repo fs.FS) Rendered {
	if a.Render == nil {
		return Rendered{Unresolved: "it is not rendered here", Inputs: Digest(repo, s.Dir())}
	}
	return a.Render(app, s, repo)
}
