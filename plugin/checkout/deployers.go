package checkout

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// deployment says that something is deployed because a file says so.
type deployment struct {
	by   string // the file, with an Argo CD or Flux object, or a kustomization
	dir  string // a directory, perhaps a file of a kustomization, or a glob
	glob bool
	how  how
	// recurse says that Argo CD reads also the directories below as plain
	// manifests.
	recurse bool
}

// how is the way in which a directory is deployed.
type how uint8

const (
	byContent   how = iota // Argo CD looks for a Chart.yaml or a kustomization
	asManifests            // Argo CD reads its files, whatever is beside them
	rendered               // Argo CD renders it with the settings of the source
	byFlux                 // Flux builds it, and makes a kustomization if there is none
	named                  // a kustomization names it
)

// matches reports whether a directory is the deployed one, or one of several.
func (d *deployment) matches(dir string) bool {
	if !d.glob {
		return d.dir == dir
	}
	match, _ := doublestar.Match(d.dir, dir) // a bad pattern matches nothing, as for Argo CD
	return match
}

// literalPrefix is the directory that everything deployed is in or below.
func (d *deployment) literalPrefix() string {
	if !d.glob {
		return d.dir
	}
	parts := strings.Split(d.dir, "/")
	for i, part := range parts {
		if strings.ContainsAny(part, `*?[{\`) {
			parts = parts[:i]
			break
		}
	}
	return path.Join(append([]string{"."}, parts...)...)
}

// declarations are the Argo CD and Flux objects of files, each of which is decoded once.
type declarations struct {
	fsys  fs.FS
	mu    sync.Mutex
	known map[string]*gitops.Declared // nil for most files, which name neither tool
}

// of returns those of a file.
func (f *declarations) of(file string) (gitops.Declared, error) {
	f.mu.Lock()
	d, known := f.known[file]
	f.mu.Unlock()
	if !known {
		data, err := ReadFile(f.fsys, file, mostManifest)
		if err != nil {
			return gitops.Declared{}, err
		}
		const tools = gitops.ArgoCD | gitops.Flux
		if tools.MayBeIn(data) {
			parsed := gitops.Parse(tools, "", file, data)
			d = &parsed
		}
		f.mu.Lock()
		f.known[file] = d
		f.mu.Unlock()
	}
	if d == nil {
		return gitops.Declared{}, nil
	}
	return *d, nil
}

// Declared returns the Argo CD and Flux objects of a manifest of a tree, without sets. A
// file is decoded once; do not change the objects. The error is that of ReadFile.
func Declared(t *Tree, file string) (gitops.Declared, error) { return t.deployments.files.of(file) }

// deploymentsOf returns what the objects of a file deploy. It ignores which repository they
// name: a path that is not in this one is harmless.
func deploymentsOf(d gitops.Declared, file string) (out []deployment) {
	for _, app := range d.Applications {
		out = append(out, sources(app, nil)...)
	}
	for _, set := range d.ApplicationSets {
		paths := set.Paths()
		for _, glob := range paths {
			out = append(out, deployment{dir: glob, glob: true})
		}
		for _, template := range set.Templates() {
			out = append(out, sources(template, paths)...)
		}
		if patch := set.Spec.TemplatePatch; patch != nil {
			out = append(out, patched(*patch, paths)...)
		}
	}
	for _, k := range d.Kustomizations { // without a path it is the whole repository
		out = append(out, deployment{dir: gitops.CleanDir(k.Spec.Path), how: byFlux, recurse: true})
	}
	for i := range out {
		out[i].by = file
	}
	return out
}

// mostManifest is the size of the largest file in which deployments are searched.
const mostManifest = 64 << 20

// sources returns what the sources of an Application deploy. paths are the directories
// for which an ApplicationSet makes one.
func sources(app gitops.Application, paths []string) (out []deployment) {
	for _, s := range app.Spec.All() {
		if s.Path == "" {
			continue
		}
		d := deployment{dir: s.Dir()}
		switch s.Reading() {
		case gitops.ByContent:
		case gitops.AsManifests: // a parameter may stand for recurse
			d.how, d.recurse = asManifests, s.Directory.Recurse || app.Broken
		default:
			d.how = rendered
		}
		out = append(out, d.expand(paths)...)
	}
	return out
}

// pathLine is a path in the text of a templatePatch.
var pathLine = regexp.MustCompile(`(?m)\bpath:\s*["']?([^"'\s,}]+)`)

// patched are the sources in a templatePatch, which is text that need not be YAML
// before it is filled in.
func patched(patch string, globs []string) (out []deployment) {
	for _, m := range pathLine.FindAllStringSubmatch(patch, -1) {
		d := deployment{dir: gitops.CleanDir(m[1])}
		if strings.Contains(patch, "directory:") {
			d.how, d.recurse = asManifests, strings.Contains(patch, "recurse:")
		}
		out = append(out, d.expand(globs)...)
	}
	return out
}

// parameter is a placeholder of a template.
var parameter = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// wholePath is a parameter that may be a path of several directories.
var wholePath = regexp.MustCompile(`(?i)^\{\{-?\s*\.?(\w+\.)*(path|dir|directory)\s*-?\}\}$`)

// expand returns a deployment for every directory that its path may stand for.
func (d deployment) expand(globs []string) []deployment {
	if !strings.ContainsAny(d.dir, "{") {
		return []deployment{d}
	}
	d.glob = true
	dir := parameter.ReplaceAllStringFunc(d.dir, func(p string) string {
		if wholePath.MatchString(p) {
			return "**"
		}
		return "*"
	})
	if strings.Contains(dir, "{{") || strings.Contains(dir, "{%") { // of which nothing is known
		dir = path.Join(dir[:strings.IndexByte(dir, '{')], "**")
	}
	rest, found := strings.CutPrefix(dir, "**")
	if !found || len(globs) == 0 {
		d.dir = dir
		return []deployment{d}
	}
	var out []deployment
	for _, glob := range globs {
		d.dir = path.Join(glob, rest)
		out = append(out, d)
	}
	return out
}
