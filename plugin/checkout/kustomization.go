package checkout

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// KustomizationFile is what a kustomization file says about other files.
type KustomizationFile struct {
	// Dir is the directory, and File the file, from the top of the tree.
	Dir, File string
	// Broken says why nothing can be known about it.
	Broken error
	// Helm says that it inflates charts.
	Helm bool
	// Component says that it is of kind Component: a part of others.
	Component bool
	// References are the paths that it names, and texts that stand in place of
	// a path, in the order of the fields.
	References []Reference
}

// Use is what a kustomization does with a path that it names.
type Use uint8

// The uses of a path.
const (
	AsData        Use = iota // its bytes are read
	AsManifest               // its objects, or those of a kustomization, become resources
	AsDirectory              // it is a directory with a kustomization
	AsConfig                 // it configures plugins, or is such a configuration
	AsPatch                  // it is a patch
	AsPatchOrText            // it is a file with a patch, or the patch itself
)

// Reference is a path that a kustomization names, or text that stands in its
// place.
type Reference struct {
	// Field is the field of the kustomization, and Path what stands there.
	Field, Path string
	Use         Use
}

// mostKustomization is how large a kustomization file may be.
const mostKustomization = 4 << 20

// fluxGroup is that of the objects people keep in files with the name of a
// kustomization: Flux has a kind of that name.
const fluxGroup = "kustomize.toolkit.fluxcd.io/"

// readKustomization reads a file with the decoder that kustomize itself uses.
// It returns false if the file is a manifest in spite of its name.
func readKustomization(fsys fs.FS, file string) (k *KustomizationFile, ok bool) {
	defer crash.While(file)
	k = &KustomizationFile{Dir: path.Dir(file), File: file}
	data, err := ReadFile(fsys, file, mostKustomization)
	if err != nil {
		k.Broken = err
		return k, true
	}
	var typed types.Kustomization
	if err := typed.Unmarshal(data); err != nil {
		var header struct{ APIVersion string }
		if yaml.Unmarshal(data, &header) == nil && strings.HasPrefix(header.APIVersion, fluxGroup) {
			return nil, false
		}
		k.Broken = Errorf(Invalid, "%s", invalid(data, err))
		return k, true
	}
	typed.FixKustomization()
	k.Component = typed.Kind == types.ComponentKind
	k.Helm = len(typed.HelmCharts) > 0 || len(typed.HelmChartInflationGenerator) > 0
	k.References = referencesOf(&typed)
	return k, true
}

// Kustomization returns the kustomization of a directory, or nil if it has none.
func (t *Tree) Kustomization(dir string) *KustomizationFile {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k, known := t.at[dir]; known {
		return k
	}
	t.at[dir] = nil
	for _, file := range kustomizationsIn(t.fsys, dir) {
		k, ok := readKustomization(t.fsys, file)
		if !ok {
			continue
		}
		if before := t.at[dir]; before != nil {
			before.Broken = Errorf(Refused, "there are several kustomizations in the directory")
			continue
		}
		t.at[dir] = k
	}
	return t.at[dir]
}

// kustomizations are those that were read, in lexical order of their directory.
func (t *Tree) kustomizations() (out []*KustomizationFile) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, dir := range slices.Sorted(maps.Keys(t.at)) {
		if k := t.at[dir]; k != nil {
			out = append(out, k)
		}
	}
	return out
}

// Resolve returns where a reference leads inside the tree, nothing if it is the
// text itself, or why it must not be followed.
func (k *KustomizationFile) Resolve(r Reference) (target string, err error) {
	inline := strings.Contains(r.Path, "\n") || r.Use == AsPatchOrText && strings.HasPrefix(r.Path, "{")
	switch {
	case inline:
		return "", nil
	case IsRemote(r.Path):
		return "", Errorf(Remote, "%s names something to be fetched: %s", r.Field, r.Quoted())
	case path.IsAbs(r.Path):
		return "", Errorf(Outside, "%s names an absolute path: %s", r.Field, r.Quoted())
	}
	target = path.Join(k.Dir, r.Path)
	if !fs.ValidPath(target) {
		return "", Errorf(Outside, "%s leaves what is checked: %s", r.Field, r.Quoted())
	}
	return target, nil
}

// Targets are the paths inside the tree that a kustomization names.
func (k *KustomizationFile) Targets() []string {
	var out []string
	for _, r := range k.References {
		if target, err := k.Resolve(r); err == nil && target != "" && target != k.Dir {
			out = append(out, target)
		}
	}
	return out
}

// Quoted is the path as it is shown.
func (r Reference) Quoted() string { return dupcheck.QuoteAlways(Brief(r.Path)) }

// Brief cuts what may be long.
func Brief(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}

// referencesOf returns every path that kustomize may read. The fields are those of
// its own localizer (kustomize v5.8.2, api/internal/localizer/localizer.go).
func referencesOf(t *types.Kustomization) []Reference {
	var l referenceList
	l.add("resources", AsManifest, t.Resources...) // and bases, which were put there
	l.add("components", AsDirectory, t.Components...)
	l.add("crds", AsData, t.Crds...)
	l.add("configurations", AsData, t.Configurations...)
	l.add("openapi", AsData, t.OpenAPI["path"])
	l.add("generators", AsConfig, t.Generators...)
	l.add("transformers", AsConfig, t.Transformers...)
	l.add("validators", AsConfig, t.Validators...)
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range t.PatchesStrategicMerge {
		l.add("patchesStrategicMerge", AsPatchOrText, string(p))
	}
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range slices.Concat(t.Patches, t.PatchesJson6902) {
		l.add("patches", AsPatch, p.Path)
	}
	for _, r := range t.Replacements {
		l.add("replacements", AsData, r.Path)
	}
	for _, g := range t.ConfigMapGenerator {
		l.sources("configMapGenerator", g.KvPairSources)
	}
	for _, g := range t.SecretGenerator {
		l.sources("secretGenerator", g.KvPairSources)
	}
	return l
}

type referenceList []Reference

func (l *referenceList) add(field string, as Use, paths ...string) {
	for _, p := range paths {
		if p != "" {
			*l = append(*l, Reference{field, p, as})
		}
	}
}

// sources adds the files of a generator, which are "file" or "key=file".
func (l *referenceList) sources(field string, from types.KvPairSources) {
	l.add(field, AsData, from.EnvSources...)
	l.add(field, AsData, from.EnvSource)
	for _, file := range from.FileSources {
		if _, after, found := strings.Cut(file, "="); found {
			file = after
		}
		l.add(field, AsData, file)
	}
}
