package flux

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/fluxcd/pkg/sourceignore"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render/job"
)

const externalArtifact = "ExternalArtifact"

// generated is an ExternalArtifact that an ArtifactGenerator makes of this checkout
// (source-watcher v2.2 internal/builder).
func (a *adapter) generated(r *deploy.Renderer, instance string, ref gitops.Reference) (out source) {
	of, spec := generatorOf(r, ref)
	if spec == nil {
		out.why = checkout.Errorf(checkout.Remote, "its source is not a git repository: %s", dupcheck.Quote(ref.String()))
		return out
	}
	from := map[string]*artifact{}
	decides := []any{spec.Copy}
	for _, s := range of.Spec.Sources {
		one := source{why: checkout.Errorf(checkout.Remote, "its source is made of what is not a git repository: %s", dupcheck.Quote(ref.String()))}
		if s.Kind == gitRepository {
			one = a.source(r, instance, in(of.Metadata.Namespace, s.Reference))
		}
		out.fields = append(out.fields, one.fields...)
		if one.why == nil {
			one.why = one.files.lacks(".")
		}
		if one.why != nil {
			out.why = one.why
			continue
		}
		from[s.Alias] = one.files
		decides = append(decides, s.Alias, one.files.digest)
	}
	if out.why == nil {
		out.files, out.why = a.once(deploy.Digest(decides, nil), func() (*artifact, error) { return newCopy(a.checkout, from, spec.Copy) })
	}
	return out
}

// generatorOf returns the only ArtifactGenerator that makes an artifact, and how. It returns
// none if that is not known.
func generatorOf(r *deploy.Renderer, ref gitops.Reference) (of gitops.FluxSource, spec *gitops.ArtifactSpec) {
	all, known := r.Declared(dupcheck.ID{Group: gitops.SourceExtensionsGroup, Kind: "ArtifactGenerator", Namespace: ref.Namespace})
	for _, g := range all.FluxSources {
		text, err := json.Marshal(g.Spec)
		known = known && err == nil && !g.Broken && g.Spec.PathPattern == "" && !job.IsOpaque(string(text))
		for i := range g.Spec.Artifacts {
			if g.Spec.Artifacts[i].Name == ref.Name {
				known = known && spec == nil
				of, spec = g, &g.Spec.Artifacts[i]
			}
		}
	}
	if !known {
		return of, nil
	}
	return of, spec
}

// copying copies files of artifacts into one whose paths are a part of theirs.
type copying struct {
	artifact
	started bool // top is known
}

// newCopy makes an artifact of copies. The error says why there is none.
func newCopy(repo fs.FS, from map[string]*artifact, all []gitops.ArtifactCopy) (*artifact, error) {
	c := copying{artifact: emptyArtifact(repo)}
	for _, op := range all {
		rest, ok := strings.CutPrefix(op.From, "@")
		alias, pattern, parts := strings.Cut(rest, "/")
		to, below := strings.CutPrefix(op.To, "@artifact/")
		switch files := from[alias]; {
		case !ok || !parts || !below || files == nil || slices.ContainsFunc(op.Exclude, func(p string) bool { return !doublestar.ValidatePattern(p) }):
			return nil, checkout.Errorf(checkout.Refused, "Flux refuses the copy from %s", dupcheck.QuoteBrief(op.From))
		case op.Strategy == "Extract":
			return nil, checkout.Errorf(checkout.Remote, "its source is made of archives")
		default:
			if err := c.copy(files, pattern, to, op); err != nil {
				return nil, err
			}
		}
	}
	for _, entries := range c.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return &c.artifact, nil
}

// copy copies a file, a whole directory, or the files that match a pattern (source-watcher
// v2.2 internal/builder, applyCopyOperation).
func (c *copying) copy(files *artifact, pattern, to string, op gitops.ArtifactCopy) error {
	if !strings.ContainsAny(pattern, "*?[]") {
		name := path.Clean(pattern)
		info, err := fs.Stat(files, name)
		switch {
		case err != nil:
			return checkout.Errorf(checkout.Missing, "its source is made of %s, which is not there", dupcheck.QuoteBrief(pattern))
		case info.IsDir():
			return c.tree(files, name, path.Join(to, path.Base(name)), name, op.Exclude)
		case excluded(name, ".", op.Exclude):
			return nil
		}
		if at, err := fs.Stat(c, path.Join(c.top, to)); to == "" || strings.HasSuffix(to, "/") || err == nil && at.IsDir() {
			to = path.Join(to, path.Base(name))
		}
		return c.tree(files, name, to, ".", op.Exclude)
	}
	base := literal(pattern)
	matches, err := fs.Glob(files, pattern)
	matches = slices.DeleteFunc(matches, func(name string) bool { return name == "." || excluded(name, base, op.Exclude) })
	if err != nil || len(matches) == 0 {
		return checkout.Errorf(checkout.Missing, "its source is made of %s, which nothing matches", dupcheck.QuoteBrief(pattern))
	}
	for _, name := range matches {
		at := name
		if dir, all := strings.CutSuffix(pattern, "/**"); all {
			at = strings.TrimPrefix(name, dir+"/")
		}
		if err := c.tree(files, name, path.Join(to, at), base, op.Exclude); err != nil {
			return err
		}
	}
	return nil
}

// tree copies a file or directory.
func (c *copying) tree(files *artifact, name, to, base string, exclude []string) error {
	to = path.Clean(to)
	top := strings.TrimSuffix(name, to)
	if path.Join(top, to) != name || c.started && top != c.top {
		return checkout.Errorf(checkout.Remote, "its source has files in another order than the checkout")
	}
	c.top, c.started = top, true
	ignored := sourceignore.NewDefaultMatcher(nil, nil)
	return fs.WalkDir(files, name, func(file string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return checkout.Errorf(checkout.Unreadable, "the directory %s cannot be read", checkout.Named(file))
		case file != name && excluded(file, base, exclude):
			if e.IsDir() {
				return fs.SkipDir
			}
		case !ignored.Match(domainOf(strings.TrimPrefix(file, top)), e.IsDir()):
			c.enter(file, e)
		}
		return nil
	})
}

// literal returns the part of a pattern before the part that matches several names.
func literal(pattern string) string {
	parts := strings.Split(path.Clean(pattern), "/")
	if i := slices.IndexFunc(parts, func(part string) bool { return strings.ContainsAny(part, "*?[]") }); i >= 0 {
		parts = parts[:i]
	}
	return path.Join(append([]string{"."}, parts...)...)
}

// excluded says whether a pattern excludes a file, by its path, by its path below base, or
// by its name.
func excluded(name, base string, patterns []string) bool {
	names := []string{name, strings.TrimPrefix(name, base+"/")}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		all := names
		if !strings.Contains(pattern, "/") {
			all = append(slices.Clip(all), path.Base(name))
		}
		return slices.ContainsFunc(all, func(name string) bool { return doublestar.MatchUnvalidated(pattern, name) })
	})
}
