package flux

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

const (
	gitRepository = "GitRepository"
	// bootstrapped is the name that "flux bootstrap" gives its GitRepository and the
	// namespace.
	bootstrapped = "flux-system"
)

// source is the origin of a deployer's files.
type source struct {
	files  *artifact // nil if they are not known
	why    error     // then
	fields []deploy.Field
	here   bool // it is made of this checkout, and perhaps of more
}

// sources are the GitRepositories of an instance.
type sources struct {
	declared map[gitops.Reference]gitops.FluxSource
	used     map[gitops.Reference]bool // by Kustomizations and ArtifactGenerators
	charts   map[gitops.Reference]bool // by HelmReleases
	several  map[gitops.Reference]bool // that are declared more than once, and differently
}

func (a *adapter) of(instance string) *sources {
	if a.sources[instance] == nil {
		a.sources[instance] = &sources{map[gitops.Reference]gitops.FluxSource{}, map[gitops.Reference]bool{}, map[gitops.Reference]bool{}, map[gitops.Reference]bool{}}
	}
	return a.sources[instance]
}

// made is an artifact, or why there is none.
type made struct {
	artifact *artifact
	err      error
}

// artifact returns the artifact of a source, which it makes only once.
func (a *adapter) artifact(spec gitops.FluxSourceSpec) (*artifact, error) {
	key := deploy.Digest([]any{spec.Ignore, spec.SparseCheckout, spec.Include, spec.RecurseSubmodules}, nil)
	return a.once(key, func() (*artifact, error) { return newArtifact(a.checkout, spec) })
}

// once makes a value only once for each digest of the facts that decide about it.
func (a *adapter) once(key string, make func() (*artifact, error)) (*artifact, error) {
	m, known := a.artifacts[key]
	if !known {
		if m.artifact, m.err = make(); m.artifact != nil {
			m.artifact.digest = key
		}
		a.artifacts[key] = m
	}
	return m.artifact, m.err
}

// in returns a reference with a namespace: its own, or else that of the object that has it.
func in(namespace string, ref gitops.Reference) gitops.Reference {
	ref.Namespace = cmp.Or(ref.Namespace, namespace)
	return ref
}

func sourceOf(k gitops.Kustomization) gitops.Reference {
	return in(k.Metadata.Namespace, k.Spec.SourceRef)
}

// lookup finds the object that a reference names.
func lookup(r *deploy.Renderer, ref gitops.Reference) (s gitops.FluxSource, found bool) {
	d, known := r.Declared(dupcheck.ID{Group: gitops.SourceGroup, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name})
	if !known || len(d.FluxSources) == 0 || d.FluxSources[0].Broken {
		return s, false
	}
	return d.FluxSources[0], true
}

// source finds the origin of the files of a reference.
func (a *adapter) source(r *deploy.Renderer, instance string, ref gitops.Reference) (out source) {
	if ref.Kind == externalArtifact {
		return a.generated(r, instance, ref)
	}
	s, found := lookup(r, ref)
	if found {
		out.fields = fieldsOf(s)
	}
	if ref.Kind != gitRepository {
		need, ok := artifactNeed(s.Spec)
		code := checkout.Remote
		if found && (!ok || ref.Kind != ociRepository) { // such as a Bucket
			code = checkout.NoCommand
		}
		out.why = checkout.Errorf(code, "its source is not a git repository: %s", dupcheck.Quote(ref.String()))
		if found && code == checkout.Remote {
			a.fetched(&out, s, need)
		}
		return out
	}
	root, rooted := a.of(instance).root()
	if !found {
		if rooted && root == ref {
			// Another one without a known URL may be another repository.
			out.fields = []deploy.Field{{Path: gitRepository + ".metadata.name", Value: ref.String(), Role: deploy.TreeRole}}
			if a.of(instance).several[ref] {
				out.fields = []deploy.Field{{Path: gitRepository + ".spec.url", Value: "that of one of several", Role: deploy.TreeRole}}
			}
			out.here = true
			out.files, out.why = a.artifact(s.Spec) // such as one that a FluxInstance makes
			return out
		}
		out.why = checkout.Errorf(checkout.Elsewhere, "its source is not declared here: %s", dupcheck.Quote(ref.String()))
		return out
	}
	if out.why = a.elsewhere(instance, ref, s); out.why == nil {
		out.here = true
		out.files, out.why = a.artifact(s.Spec)
	} else if need, ok := gitNeed(s.Spec); ok && checkout.CodeOf(out.why) == checkout.Elsewhere {
		a.fetched(&out, s, need)
	}
	return out
}

// elsewhere says why a declared GitRepository is not this checkout.
func (a *adapter) elsewhere(instance string, ref gitops.Reference, s gitops.FluxSource) error {
	all := a.of(instance)
	root, rooted := all.root()
	is := func(url string) bool { return location(url) == location(s.Spec.URL) }
	here := slices.ContainsFunc(a.Remotes, is)
	if !here && rooted && !all.haveRemote(a.Remotes) {
		here = root == ref || is(all.declared[root].Spec.URL)
	}
	if !here {
		return checkout.Errorf(checkout.Elsewhere, "its source is another repository: %s", dupcheck.Quote(ref.String()))
	}
	branch, other := branchOf(s.Spec.Ref)
	if other != "" {
		return checkout.Errorf(checkout.Elsewhere, "its source reads %s, and no branch: %s", dupcheck.Quote(other), dupcheck.Quote(ref.String()))
	}
	ours := slices.Contains(a.Branches, branch)
	if base, ok := all.declared[root]; rooted && !ours {
		mains, _ := branchOf(base.Spec.Ref)
		ours = !ok || root == ref || branch == mains
	}
	if !ours && (rooted || len(a.Branches) > 0) {
		return checkout.Errorf(checkout.Elsewhere, "its source reads another branch, %s: %s", dupcheck.QuoteAlways(branch), dupcheck.Quote(ref.String()))
	}
	return nil
}

// haveRemote says whether a declared repository is a remote of the checkout. If so, all
// others are not the checkout.
func (s *sources) haveRemote(remotes []string) bool {
	for _, declared := range s.declared {
		if slices.ContainsFunc(remotes, func(url string) bool { return location(url) == location(declared.Spec.URL) }) {
			return true
		}
	}
	return false
}

// root returns the repository with which Flux begins: the one that "flux bootstrap" has
// made, or the only one that Kustomizations use, or else HelmReleases.
func (s *sources) root() (ref gitops.Reference, found bool) {
	all := s.used
	if len(all) == 0 {
		all = s.charts
	}
	repositories := map[string]bool{}
	for _, used := range slices.SortedFunc(maps.Keys(all), func(a, b gitops.Reference) int { return strings.Compare(a.String(), b.String()) }) {
		if used.Name == used.Namespace && (!found || ref.Name != ref.Namespace || used.Name == bootstrapped) {
			ref, found = used, true
		}
		name := used.String()
		if declared, ok := s.declared[used]; ok {
			name = location(declared.Spec.URL)
		}
		repositories[name] = true
		if !found {
			ref, found = used, true
		}
	}
	if found && ref.Name != ref.Namespace && len(repositories) > 1 {
		return gitops.Reference{}, false
	}
	return ref, found
}

// branchOf says which branch, or other revision, a GitRepository reads (fluxcd/pkg
// git/gogit, clone).
func branchOf(ref *gitops.SourceRef) (branch, other string) {
	const heads, byDefault = "refs/heads/", "master"
	if ref == nil {
		return byDefault, ""
	}
	switch {
	case ref.Commit != "":
		return "", "the commit " + ref.Commit
	case strings.HasPrefix(ref.Name, heads):
		return ref.Name[len(heads):], ""
	case ref.Name != "":
		return "", ref.Name
	case ref.Tag != "":
		return "", "the tag " + ref.Tag
	case ref.SemVer != "":
		return "", "the newest tag of " + ref.SemVer
	}
	return cmp.Or(ref.Branch, byDefault), ""
}

// fieldsOf returns the fields of a source that decide which objects are deployed. The
// spelling of a URL does not.
func fieldsOf(s gitops.FluxSource) []deploy.Field {
	var d deploy.Deployer
	ref := cmp.Or(s.Spec.Ref, &gitops.SourceRef{})
	if s.Object.Kind == gitRepository {
		if branch, _ := branchOf(s.Spec.Ref); branch != "" {
			ref = &gitops.SourceRef{Branch: branch}
		}
	}
	const tree = deploy.TreeRole // the checkout is at most one of two trees
	d.AddField(tree, s.At, location(s.Spec.URL), "spec", "url")
	d.AddField(tree, s.At, ref.Branch, "spec", "ref", "branch")
	d.AddField(tree, s.At, ref.Tag, "spec", "ref", "tag")
	d.AddField(tree, s.At, ref.SemVer, "spec", "ref", "semver")
	d.AddField(tree, s.At, ref.SemVerFilter, "spec", "ref", "semverFilter")
	d.AddField(tree, s.At, ref.Name, "spec", "ref", "name")
	d.AddField(tree, s.At, ref.Commit, "spec", "ref", "commit")
	d.AddField(tree, s.At, ref.Digest, "spec", "ref", "digest")
	d.AddField(deploy.SourceRole, s.At, s.Spec.Type, "spec", "type")
	d.AddField(deploy.SourceRole, s.At, s.Spec.BucketName, "spec", "bucketName")
	d.AddField(deploy.SourceRole, s.At, s.Spec.Endpoint, "spec", "endpoint")
	d.AddField(deploy.SourceRole, s.At, s.Spec.Prefix, "spec", "prefix")
	d.AddField(deploy.SourceRole, s.At, s.Spec.Chart, "spec", "chart")
	d.AddField(deploy.ValueRole, s.At, s.Spec.Version, "spec", "version") // of a HelmChart
	d.AddField(deploy.SourceRole, s.At, s.Spec.SourceRef.String(), "spec", "sourceRef")
	d.AddField(deploy.ValueRole, s.At, strings.Join(s.Spec.ValuesFiles, ", "), "spec", "valuesFiles")
	d.AddField(deploy.SourceRole, s.At, strings.Join(s.Spec.SparseCheckout, ", "), "spec", "sparseCheckout")
	d.AddHidden(deploy.SourceRole, s.At, s.Spec.Ignore, (*string)(nil), "spec", "ignore")
	d.AddHidden(deploy.SourceRole, s.At, s.Spec.Include, []gitops.SourceInclude(nil), "spec", "include")
	d.AddHidden(deploy.SourceRole, s.At, s.Spec.RecurseSubmodules, false, "spec", "recurseSubmodules")
	d.AddHidden(deploy.SourceRole, s.At, s.Spec.LayerSelector, nil, "spec", "layerSelector")
	for i := range d.Fields {
		d.Fields[i].Path = s.Object.Kind + "." + d.Fields[i].Path
	}
	return d.Fields
}

// location returns a URL without the parts that only say how to reach it.
func location(url string) string { return checkout.Locate(url).String() }
