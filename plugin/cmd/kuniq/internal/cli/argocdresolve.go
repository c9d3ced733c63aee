package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/render"
)

// resolver renders the sources of owners. Who assembles a state asks for them
// one by one; what is not known yet is noted, rendered at once with all others,
// and known the next time.
type resolver struct {
	pool  render.Pool
	helm  string
	parts map[fs.FS]*checkout.Tree
	known map[string]argocd.Rendered
	// tasks are the jobs of all parts that were asked for.
	tasks map[partOf]task
	files map[fileOf]contentFacts
	// wanted are the jobs of this round by their key, and calls the keys that
	// each owner has asked for. Owners are named by who assembles.
	wanted map[string]task
	calls  map[string][]string
	// traced are the keys of jobs of which it has to be known where their objects
	// come from, and rendered the keys by the file that positions have.
	traced   map[string]bool
	rendered map[string][]string
}

func newResolver(pool render.Pool, helm string) *resolver {
	return &resolver{
		pool: pool, helm: helm, parts: map[fs.FS]*checkout.Tree{}, known: map[string]argocd.Rendered{},
		tasks: map[partOf]task{}, files: map[fileOf]contentFacts{}, wanted: map[string]task{}, calls: map[string][]string{}, traced: map[string]bool{}, rendered: map[string][]string{},
	}
}

// notYet is why a source is unresolved that is going to be rendered.
const notYet = "it is not rendered yet"

func (r *resolver) partsOf(repo fs.FS) *checkout.Tree {
	if r.parts[repo] == nil {
		r.parts[repo] = checkout.Find(repo, []string{"."}, checkout.Options{})
	}
	return r.parts[repo]
}

// argo is a Renderer for one of two states, given the namespace of Argo CD.
func (r *resolver) argo(state, namespace string) argocd.Renderer {
	return func(app argocd.Application, s argocd.Source, repo fs.FS) argocd.Rendered {
		owner := state + " " + ownerName(app.Object.Set, app.ID(namespace))
		out := argocd.Rendered{Unresolved: "a plugin renders it"}
		switch s.Kind(repo) {
		case argocd.KustomizeSource:
			out = r.kustomize(owner, s, repo)
		case argocd.HelmSource:
			out = r.chart(owner, app, s, repo)
		case argocd.DirectorySource:
			out = s.ReadWith(repo, func(file string) argocd.Rendered { return r.program(owner, file, s, repo) })
		}
		return withInputs(out, repo, s.Dir())
	}
}

// withInputs gives what is not resolved a digest of all files in its
// directory: that they change is known, even if what it does is not.
func withInputs(out argocd.Rendered, repo fs.FS, dir string) argocd.Rendered {
	if out.Inputs == "" {
		out.Inputs = argocd.Digest(repo, dir)
	}
	return out
}

// flux is the Render of Flux for one of two states.
func (r *resolver) flux(state string) func(k flux.Kustomization, dir string, repo fs.FS) argocd.Rendered {
	return func(k flux.Kustomization, dir string, repo fs.FS) argocd.Rendered {
		s := argocd.Source{Path: dir, Kustomize: fluxChanges(k)}
		if s.Kustomize == nil || !hasKustomization(repo, dir) {
			return withInputs(argocd.Rendered{Unresolved: "Flux changes it before it is built"}, repo, dir)
		}
		return withInputs(r.kustomize(state+" "+k.Object.Set+" "+k.Metadata.Namespace+"/"+k.Metadata.Name, s, repo), repo, dir)
	}
}

func hasKustomization(repo fs.FS, dir string) bool {
	for _, name := range manifest.KustomizationFiles() {
		if _, err := fs.Stat(repo, path.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// fluxChanges is what Flux changes in a kustomization before it builds it
// (fluxcd/pkg kustomize, Generator.WriteFile). It returns nil if a field is of
// another type than Flux's.
func fluxChanges(k flux.Kustomization) *argocd.Kustomize {
	out := &argocd.Kustomize{NamePrefix: k.Spec.NamePrefix, NameSuffix: k.Spec.NameSuffix, Namespace: k.Spec.TargetNamespace}
	var metadata struct{ Labels, Annotations map[string]string }
	for _, f := range []struct {
		text json.RawMessage
		into any
	}{{k.Spec.Patches, &out.Patches}, {k.Spec.Components, &out.Components}, {k.Spec.CommonMetadata, &metadata}} {
		if len(f.text) > 0 && json.Unmarshal(f.text, f.into) != nil {
			return nil
		}
	}
	out.CommonLabels, out.CommonAnnotations = metadata.Labels, metadata.Annotations
	return out
}

// kustomize builds a kustomization with what the Application changes in it.
func (r *resolver) kustomize(owner string, s argocd.Source, repo fs.FS) argocd.Rendered {
	changes := changesOf(s, repo)
	k := r.partsOf(repo).Kustomization(s.Dir())
	if k == nil {
		return argocd.Rendered{Unresolved: "it has no kustomization"}
	}
	return r.ask(owner, repo, render.Target{Target: checkout.Target{Dir: k.Dir, File: k.File}, Kustomize: changes})
}

// changesOf is what Argo CD does with "kustomize edit" before it builds (argo-cd
// v3.6 util/kustomize/kustomize.go). What decides neither who an object is nor
// whether it is kept, such as images, is left out.
func changesOf(s argocd.Source, repo fs.FS) render.Kustomize {
	k := s.Kustomize
	if k == nil {
		return render.Kustomize{}
	}
	out := render.Kustomize{
		NamePrefix: k.NamePrefix, NameSuffix: k.NameSuffix, Namespace: k.Namespace,
		Labels: k.CommonLabels, Annotations: k.CommonAnnotations,
	}
	for _, c := range k.Components {
		if _, err := fs.Stat(repo, path.Join(s.Dir(), c)); err != nil && k.IgnoreMissingComponents {
			continue
		}
		out.Components = append(out.Components, c)
	}
	for _, p := range k.Patches {
		out.Patches = append(out.Patches, p)
	}
	return out
}

// chart renders a chart of the checkout through the helm command.
func (r *resolver) chart(owner string, app argocd.Application, s argocd.Source, repo fs.FS) argocd.Rendered {
	part := render.Target{Target: checkout.Target{Dir: s.Dir(), File: path.Join(s.Dir(), manifest.ChartFile), Kind: checkout.Chart}}
	if r.helm == "" {
		return argocd.Rendered{Unresolved: "it is a Helm chart (give the helm command with --helm)"}
	}
	var reason string
	if part.Helm, reason = helmOf(app, s, repo); reason != "" {
		return argocd.Rendered{Unresolved: reason}
	}
	part.Helm.Command = r.helm
	return r.ask(owner, repo, part)
}

// helmOf is how Argo CD renders a chart (argo-cd v3.6
// reposerver/repository/repository.go, helmTemplate, and util/helm/cmd.go).
func helmOf(app argocd.Application, s argocd.Source, repo fs.FS) (out render.Helm, reason string) {
	h := s.Helm
	if h == nil {
		h = &argocd.Helm{}
	}
	out = render.Helm{
		Release:   cmp.Or(h.ReleaseName, app.Metadata.Name),
		Namespace: cmp.Or(h.Namespace, app.Spec.Destination.Namespace),
		Inline:    []byte(h.Values), SkipCRDs: h.SkipCRDs, SkipTests: h.SkipTests,
		KubeVersion: h.KubeVersion, APIVersions: h.APIVersions,
	}
	if len(h.ValuesObject) > 0 && string(h.ValuesObject) != "null" {
		out.Inline = h.ValuesObject
	}
	for _, name := range h.ValueFiles {
		file, reason := valueFile(app, s, name, repo)
		switch _, err := fs.Stat(repo, file); {
		case reason != "":
			return out, reason
		case err == nil:
			out.Values = append(out.Values, file)
		case !h.IgnoreMissingValueFiles:
			return out, "its values " + dupcheck.QuoteAlways(name) + " are not there"
		}
	}
	for _, p := range h.Parameters {
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: escapeCommas(p.Value), String: p.ForceString})
	}
	for _, p := range h.FileParameters {
		file, reason := valueFile(app, s, p.Path, repo)
		if reason != "" {
			return out, reason
		}
		out.Set = append(out.Set, render.HelmValue{Name: p.Name, Value: file, File: true})
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

// program evaluates a jsonnet file as Argo CD does: imports are searched in the
// libraries and then in the directory of the source (argo-cd v3.6
// reposerver/repository, makeJsonnetVm).
func (r *resolver) program(owner, file string, s argocd.Source, repo fs.FS) argocd.Rendered {
	var how argocd.Jsonnet
	if s.Directory != nil {
		how = s.Directory.Jsonnet
	}
	part := render.Target{Target: checkout.Target{Dir: path.Dir(file), File: file, Kind: checkout.Program}}
	part.Jsonnet.Libraries = []render.Library{{Dir: s.Dir()}}
	for _, lib := range how.Libs {
		dir := path.Clean("./" + strings.TrimLeft(lib, "/"))
		if !fs.ValidPath(dir) {
			return argocd.Rendered{Unresolved: "a library of its jsonnet is outside of the repository"}
		}
		part.Jsonnet.Libraries = append(part.Jsonnet.Libraries, render.Library{Dir: dir})
	}
	for i, v := range slices.Concat(how.ExtVars, how.TLAs) {
		if strings.Contains(v.Value, "$") {
			return argocd.Rendered{Unresolved: "Argo CD puts variables into the arguments of its jsonnet"}
		}
		part.Jsonnet.Variables = append(part.Jsonnet.Variables, render.Variable{Name: v.Name, Value: v.Value, Code: v.Code, Top: i >= len(how.ExtVars)})
	}
	return r.ask(owner, repo, part)
}

// valueFile is a file of values from the top of the repository.
func valueFile(app argocd.Application, s argocd.Source, name string, repo fs.FS) (file, reason string) {
	if ref, rest, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(ref, "$") {
		for _, other := range app.Spec.All() {
			if "$"+other.Ref == ref && other.RepoURL == s.RepoURL {
				return path.Clean(rest), ""
			}
		}
		return "", "its values are in another repository"
	}
	if strings.Contains(name, "://") || strings.ContainsAny(name, "*?") {
		return "", "its values are fetched or a pattern"
	}
	if strings.HasPrefix(name, "/") {
		return path.Clean(name[1:]), ""
	}
	if file = path.Join(s.Dir(), name); !fs.ValidPath(file) {
		return "", "its values are outside of the repository"
	}
	return file, ""
}

// ask returns what came of a part, or notes that it has to be rendered.
func (r *resolver) ask(owner string, repo fs.FS, part render.Target) argocd.Rendered {
	t := r.task(repo, part)
	if t.reason != "" {
		return argocd.Rendered{Unresolved: t.reason}
	}
	r.calls[owner] = append(r.calls[owner], t.key)
	if known, ok := r.known[t.key]; ok {
		return known
	}
	r.wanted[t.key] = t
	return argocd.Rendered{Unresolved: notYet, Inputs: t.key}
}

// run renders what was asked for by those owners that are needed; nil is all.
// It says whether there was anything.
func (r *resolver) run(ctx context.Context, needed func(owner string) bool, progress *progress) bool {
	keys := map[string]bool{}
	for owner, calls := range r.calls {
		for _, key := range calls {
			if t, ok := r.wanted[key]; ok && (t.owners || needed == nil || needed(owner)) {
				keys[key] = true
			}
		}
	}
	var order []string
	for key := range keys {
		order = append(order, key)
	}
	slices.Sort(order)
	r.pool.Run(ctx, len(order), func(i int) (render.Job, error) {
		t := r.wanted[order[i]]
		t.job.Origins = t.owners || r.traced[order[i]]
		return t.job, nil
	}, func(o render.Outcome) {
		key := order[o.Index]
		job := r.wanted[key].job
		r.known[key] = taken(job, o.Result, key)
		r.rendered[job.File] = append(r.rendered[job.File], key)
		progress.sayf("%d of %d rendered", o.Index+1, len(order))
	})
	return len(order) > 0
}

// trace has what takes part in findings rendered again, and says whether there is
// any.
func (r *resolver) trace(report dupcheck.Report) (more bool) {
	for _, diagnostic := range report.Diagnostics {
		for _, d := range diagnostic.Declarations {
			for _, key := range r.rendered[d.File] {
				if d.Line == 0 && !r.traced[key] {
					r.traced[key], more = true, true
					delete(r.known, key)
				}
			}
		}
	}
	return more
}

// taken is what came of a job as owners know it.
func taken(job render.Job, result render.Result, key string) argocd.Rendered {
	out := argocd.Rendered{Unresolved: result.Reason, Inputs: key}
	if len(result.Unread) > 0 {
		out.Unresolved = "part of what it renders cannot be understood"
	}
	for _, o := range result.Objects {
		document := o.At.Document
		o.At = dupcheck.Position{File: job.File, Document: document, Path: o.At.Path}
		if document < len(result.Contents) {
			o.Body = render.Body{JSON: result.Contents[document]}
		}
		if document < len(result.Places) && result.Places[document].File != "" {
			o.At = result.Places[document]
			o.At.Origin = job.Dir
		}
		out.Objects = append(out.Objects, o)
	}
	return out
}

// roots are the kustomizations that deploy owners and that no owner deploys,
// since users apply them by hand, by their directory.
func (r *resolver) roots(state string, repo fs.FS, skip func(string) bool) map[string]argocd.Rendered {
	all := map[string]argocd.Rendered{}
	for _, target := range r.partsOf(repo).Targets {
		part := render.Target{Target: target}
		if part.Kind != checkout.Kustomization || skip(part.Dir) {
			continue
		}
		if t := r.task(repo, part); t.reason == "" && t.owners {
			all[part.Dir] = r.ask(state+" "+part.Dir, repo, part)
		}
	}
	return all
}

// hidden are the charts and the like that may make Applications and that no
// Application deploys: users render them by hand, kuniq does not.
func (r *resolver) hidden(repo fs.FS, d argocd.Declared, skip func(string) bool) (dirs []string) {
	deployed := map[string]bool{}
	for _, app := range d.Applications {
		for _, source := range app.Spec.All() {
			deployed[source.Dir()] = true
		}
	}
	for _, part := range r.partsOf(repo).Targets {
		if part.Kind != checkout.Kustomization && !deployed[part.Dir] && !skip(part.Dir) && mentionsApplications(repo, part.Dir) {
			dirs = append(dirs, part.Dir)
		}
	}
	return dirs
}

func mentionsApplications(repo fs.FS, dir string) (found bool) {
	err := fs.WalkDir(repo, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(repo, name)
		if checkout.Mentions(data, "argoproj.io") && checkout.Mentions(data, "Application") {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

// plain yields the manifests of a tree that are applied as they are. A link is
// not followed, since what it names is there by itself: if it is not, what
// the link brings is not known.
func (r *resolver) plain(repo fs.FS, skip func(string) bool, yield func(name string, data []byte)) (unread []dupcheck.Unread, err error) {
	parts := r.partsOf(repo)
	err = fs.WalkDir(repo, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (manifest.SkippedDirectory(name) != "" || skip(name) || name != "." && isOwned(parts, name)):
			return fs.SkipDir
		case entry.IsDir() || skip(name) || !manifest.HasExtension(name) || isOwned(parts, name):
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			if _, err := fs.Stat(repo, name); err != nil {
				unread = append(unread, dupcheck.Unread{File: name, Reason: "a link that leads out of the repository, or nowhere"})
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(repo, name)
		if err != nil {
			return err
		}
		yield(name, data)
		return nil
	})
	return unread, err
}

// isOwned says whether a file or directory is a part of something that is
// rendered, or lies beside its files.
func isOwned(parts *checkout.Tree, name string) bool {
	owned, besides := parts.Named(name)
	return owned || besides
}

// removedFrom counts the objects of files at base that are in none at head. It
// is not known if something else than manifests lost lines.
func removedFrom(base, head fs.FS) (count int, known bool) {
	known = true
	left := map[dupcheck.ID]int{}
	add := func(name string, data []byte, by int) {
		for o, err := range manifest.Parse(name, data) {
			if err == nil {
				left[dupcheck.ID{Group: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}] += by
			}
		}
	}
	compare := func(a, b fs.FS, name string, by int) error {
		old, err := fs.ReadFile(a, name)
		if err != nil {
			return err
		}
		now, _ := fs.ReadFile(b, name)
		switch {
		case bytes.Equal(old, now):
		case manifest.HasExtension(name):
			add(name, old, by)
		case by > 0 && !onlyAdds(old, now):
			known = false
		}
		return nil
	}
	walk := func(a, b fs.FS, by int) {
		err := fs.WalkDir(a, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && path.Base(name) == ".git":
				return fs.SkipDir
			case !entry.Type().IsRegular():
				return nil
			}
			return compare(a, b, name, by)
		})
		known = known && err == nil
	}
	walk(base, head, 1)
	walk(head, base, -1)
	for _, n := range left {
		count += max(0, n)
	}
	return count, known
}

// onlyAdds says whether all lines of a file are still there, in their order.
func onlyAdds(old, now []byte) bool {
	rest := bytes.Split(now, []byte("\n"))
	for line := range bytes.SplitSeq(old, []byte("\n")) {
		i := slices.IndexFunc(rest, func(l []byte) bool { return bytes.Equal(l, line) })
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}
