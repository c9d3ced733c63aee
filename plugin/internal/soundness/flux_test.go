package soundness

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/envsubst"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// artifact is what source-controller packs of the tree for a GitRepository.
func (t tree) artifact(repository fields) filesys.FileSystem {
	var patterns []gitignore.Pattern
	for _, dir := range append([]string{"."}, t.dirs()...) {
		if s, ok := t[path.Join(dir, sourceignore.IgnoreFile)]; ok {
			patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(s), domain(dir))...)
		}
	}
	patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(str(repository, "spec", "ignore")), nil)...)
	matcher := sourceignore.NewDefaultMatcher(patterns, nil)
	if len(patterns) > 0 {
		matcher = sourceignore.NewMatcher(append(sourceignore.VCSPatterns(nil), patterns...))
	}
	out := t.memory(func(name string) bool { return !matcher.Match(strings.Split(name, "/"), false) })
	for _, dir := range t.dirs() { // they are packed, too, with or without files
		if !matcher.Match(strings.Split(dir, "/"), true) {
			_ = out.MkdirAll("/" + dir) // it is in memory
		}
	}
	return out
}

func domain(dir string) []string {
	if dir == "." {
		return nil
	}
	return strings.Split(dir, "/")
}

// isHere says whether a GitRepository is this one, at this revision.
func isHere(repository fields) bool {
	return str(repository, "spec", "url") == repoURL && str(repository, "spec", "ref", "branch") == branch &&
		len(marks(repository, "spec", "ref")) == 1
}

// fluxPath is a spec.path as kustomize-controller joins it.
func fluxPath(p string) string { return strings.TrimPrefix(path.Join("/", p), "/") }

// spoke is the cluster of a deployer, if it is another one than its own.
func spoke(deployer fields) string { return str(deployer, "spec", "kubeConfig", "secretRef", "name") }

var variableName = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

// variables says what substitution does to the text of an object. It is nil if there
// is none to do.
func variables(ks fields, configMap func(name string) (fields, bool)) (func([]byte, object) ([]byte, error), error) {
	if at(ks, "spec", "postBuild") == nil {
		return nil, nil
	}
	vars := map[string]string{}
	for _, from := range list(ks, "spec", "postBuild", "substituteFrom") {
		found, ok := configMap(str(from, "name"))
		if !ok && is(from, "optional") {
			continue
		}
		if !ok {
			return nil, fmt.Errorf("there is no ConfigMap %s", str(from, "name"))
		}
		maps.Copy(vars, marks(found, "data"))
	}
	maps.Copy(vars, marks(ks, "spec", "postBuild", "substitute"))
	for name := range vars {
		if !variableName.MatchString(name) {
			return nil, fmt.Errorf("%s is no name of a variable", name)
		}
	}
	if len(vars) == 0 {
		return nil, nil
	}
	return func(text []byte, o object) ([]byte, error) {
		if o.mark(ksGroup+"/substitute") == "disabled" {
			return text, nil
		}
		out, err := envsubst.Eval(string(text), func(name string) (string, bool) { v, ok := vars[name]; return v, ok })
		if err != nil {
			return nil, err
		}
		return yaml.YAMLToJSON([]byte(out))
	}, nil
}

// fluxKustomize is what a Flux Kustomization applies.
func (t tree) fluxKustomize(repository, ks fields, configMap func(name string) (fields, bool)) (out result) {
	if !isHere(repository) {
		return result{inputs: text(fields{"spec": withoutNeutral(repository), "path": at(ks, "spec", "path")})}
	}
	files := t.artifact(repository)
	dir := fluxPath(str(ks, "spec", "path"))
	if !files.IsDir("/" + dir) {
		return result{err: fmt.Errorf("there is no directory %s", dir)}
	}
	change, err := variables(ks, configMap)
	if err != nil {
		return result{err: err}
	}
	spec, _ := at(ks, "spec").(fields)
	m, err := fluxBuild(files, dir, spec)
	if err != nil {
		return result{err: err}
	}
	out.objects, out.err = objectsOf(m, change)
	for i := range out.objects {
		o := &out.objects[i]
		o.cluster = spoke(ks)
		for _, kind := range []string{"labels", "annotations"} {
			for name, value := range marks(ks, "spec", "commonMetadata", kind) {
				put(o.fields, value, "metadata", kind, name)
			}
		}
		if o.namespace == "" && !isClusterScoped(o.kind) && out.err == nil {
			out.err = fmt.Errorf("namespace of %s is not specified", o.key)
		}
	}
	return out
}

// releaseKey is the Helm release of a HelmRelease (helm-controller api/v2,
// GetReleaseName, GetStorageNamespace, and internal/release, ShortenName).
func releaseKey(hr fields) key {
	name := str(hr, "spec", "releaseName")
	if name == "" {
		name = strings.TrimPrefix(str(hr, "spec", "targetNamespace")+"-"+str(hr, "metadata", "name"), "-")
	}
	if len(name) > 53 {
		name = fmt.Sprintf("%s-%.6x", name[:40], sha256.Sum256([]byte(name)))
	}
	storage := str(hr, "spec", "storageNamespace")
	if storage == "" {
		storage = str(hr, "metadata", "namespace")
	}
	return key{spoke(hr), contentGroup, "Release", storage, name}
}

// releaseInputs are what the objects of a release are made of. Where a chart of this
// repository lies does not matter. It is false if there is none.
func (t tree) releaseInputs(hr, source fields) (inputs string, ready bool) {
	spec, out := withoutNeutral(hr), fields{"source": withoutNeutral(source)}
	if str(source, "kind") != "GitRepository" || !isHere(source) {
		out["spec"] = spec
		return text(out), true
	}
	files := t.artifact(source)
	chart := strings.TrimPrefix(fluxPath(str(hr, "spec", "chart", "spec", "chart"))+"/", "/")
	for _, name := range t.names() {
		below, ok := strings.CutPrefix(name, chart)
		ready = ready || ok && files.Exists("/"+name)
		if files.Exists("/"+name) && (ok || slices.Contains(strs(hr, "spec", "chart", "spec", "valuesFiles"), "./"+name)) {
			out["file "+below] = t[name]
		}
	}
	delete(spec, "chart")
	out["spec"] = spec
	return text(out), ready
}

// withoutNeutral is a spec without what does not decide about objects.
func withoutNeutral(o fields) fields {
	spec, _ := at(o, "spec").(fields)
	spec = maps.Clone(spec)
	for _, neutral := range []string{"interval", "timeout", "suspend"} {
		delete(spec, neutral)
	}
	return spec
}
