package checkout

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// deployment says that something is deployed because a file says so.
type deployment struct {
	by   string // the file, with an Argo CD or Flux object, or a kustomization
	dir  string // a directory, of a kustomization perhaps a file, or a glob
	glob bool
	how  how
	// recurse says that Argo CD reads also the directories below as plain
	// manifests.
	recurse bool
}

// how is what is done with a directory.
type how uint8

const (
	byContent   how = iota // Argo CD looks for a Chart.yaml or a kustomization
	asManifests            // Argo CD reads its files, whatever is beside them
	rendered               // Argo CD renders it with what the source names
	byFlux                 // Flux builds it, and makes a kustomization where there is none
	named                  // a kustomization names it
)

// matches says whether a directory is the one that is deployed, or one of those.
func (d *deployment) matches(dir string) bool {
	if !d.glob {
		return d.dir == dir
	}
	match, _ := doublestar.Match(d.dir, dir) // a bad pattern matches nothing, as for Argo CD
	return match
}

// prefix is the directory that everything deployed is in or below.
func (d *deployment) prefix() string {
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

// deployedBy returns what the Argo CD and Flux objects of a file deploy. Which
// repository they mean is not looked at: a path that is not in this one does no
// harm.
func deployedBy(fsys fs.FS, file string) (out []deployment) {
	defer crash.While(file)
	data, err := ReadFile(fsys, file, mostManifest)
	if err != nil || !Mentions(data, "argoproj.io") && !Mentions(data, "kustomize.toolkit.fluxcd.io") {
		return nil
	}
	for o, err := range manifest.Parse(file, data) {
		if err != nil || o.Body == nil {
			continue
		}
		group, _, _ := strings.Cut(o.APIVersion, "/")
		argo := group == "argoproj.io" && (o.Kind == "Application" || o.Kind == "ApplicationSet")
		if !argo && (group != "kustomize.toolkit.fluxcd.io" || o.Kind != "Kustomization") {
			continue
		}
		value, err := o.Body.Value()
		if err != nil {
			continue
		}
		switch {
		case !argo:
			out = append(out, fluxDeployment(field(value, "spec", "path")))
		case o.Kind == "Application":
			out = append(out, sources(field(value, "spec"), nil)...)
		default:
			generators := generatorGlobs(nil, field(value, "spec", "generators"), false)
			for _, glob := range generators {
				out = append(out, deployment{dir: glob, glob: true})
			}
			out = append(out, sources(field(value, "spec", "template", "spec"), generators)...)
			out = append(out, templates(field(value, "spec", "generators"), generators)...)
			out = append(out, patched(field(value, "spec", "templatePatch"), generators)...)
		}
	}
	for i := range out {
		out[i].by = file
	}
	return out
}

// mostManifest is how large a file may be that is looked at for what it deploys.
const mostManifest = 64 << 20

// fluxDeployment is what a path of Flux names: without one it is the whole
// repository.
func fluxDeployment(value any) deployment {
	dir, _ := value.(string)
	return deployment{dir: cleanDir(dir), how: byFlux, recurse: true}
}

// cleanDir is a path from the top of the tree.
func cleanDir(dir string) string { return path.Clean(strings.TrimLeft(dir, "/")) }

// sources are what the sources in the spec of an Application deploy. globs are
// the directories for which an ApplicationSet makes one.
func sources(spec any, globs []string) (out []deployment) {
	all, _ := field(spec, "sources").([]any)
	for _, source := range append(all, field(spec, "source")) {
		dir, ok := field(source, "path").(string)
		if !ok {
			continue
		}
		d := deployment{dir: cleanDir(dir)}
		switch {
		case field(source, "directory") != nil:
			d.how = asManifests
			recurse := field(source, "directory", "recurse")
			d.recurse = recurse != nil && recurse != false
		case field(source, "kustomize") != nil, field(source, "helm") != nil, field(source, "plugin") != nil:
			d.how = rendered
		}
		out = append(out, d.expand(globs)...)
	}
	return out
}

// templates are the sources in the templates of generators, which count more than
// that of the ApplicationSet.
func templates(generators any, globs []string) (out []deployment) {
	switch v := generators.(type) {
	case []any:
		for _, item := range v {
			out = append(out, templates(item, globs)...)
		}
	case map[string]any:
		for key, value := range v {
			if key == "template" {
				out = append(out, sources(field(value, "spec"), globs)...)
			} else {
				out = append(out, templates(value, globs)...)
			}
		}
	}
	return out
}

// pathLine is a path in the text of a templatePatch.
var pathLine = regexp.MustCompile(`(?m)\bpath:\s*["']?([^"'\s,}]+)`)

// patched are the sources in a templatePatch, which is text that need not be YAML
// before it is filled in.
func patched(text any, globs []string) (out []deployment) {
	patch, _ := text.(string)
	for _, m := range pathLine.FindAllStringSubmatch(patch, -1) {
		d := deployment{dir: cleanDir(m[1])}
		if strings.Contains(patch, "directory:") {
			d.how, d.recurse = asManifests, strings.Contains(patch, "recurse:")
		}
		out = append(out, d.expand(globs)...)
	}
	return out
}

// parameter is what a template puts a value in place of.
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

// generatorGlobs adds the directories that the generators of an ApplicationSet
// look for, also those of generators inside of others. The parameter path is
// then the directory, or that of the file.
func generatorGlobs(to []string, generators any, files bool) []string {
	switch v := generators.(type) {
	case []any:
		for _, item := range v {
			to = generatorGlobs(to, item, files)
		}
	case map[string]any:
		for key, value := range v {
			glob, ok := value.(string)
			switch {
			case !ok || key != "path":
				to = generatorGlobs(to, value, key == "files" || files && key != "directories")
			case v["exclude"] == true:
			case files:
				to = append(to, path.Dir(cleanDir(glob)))
			default:
				to = append(to, cleanDir(glob))
			}
		}
	}
	return to
}

// field returns what a path of keys leads to, or nil.
func field(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}
