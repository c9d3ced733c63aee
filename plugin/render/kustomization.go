package render

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/internal/crash"
)

// kustomization is what matters of a kustomization file here.
type kustomization struct {
	dir, file string
	// broken says why nothing can be known about it.
	broken string
	// helm says that it inflates charts.
	helm      bool
	component bool
	entries   []entry
}

// use is what a kustomization does with a path that it names.
type use uint8

const (
	asFile      use = iota // it is read as it is
	asManifest             // its objects, or those of a kustomization, become resources
	asDirectory            // it is a directory with a kustomization
	asConfig               // it configures plugins, or is such a configuration
	asPatch                // it is a file or the patch itself
)

// entry is a path that a kustomization names, or text that stands in its place.
type entry struct {
	field, path string
	use         use
}

// isKustomization says whether kustomize reads a file by itself.
func isKustomization(p string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(p))
}

// mostKustomization is how large a kustomization file may be.
const mostKustomization = 4 << 20

// foreign are the groups whose objects people keep in files with the name of a
// kustomization: Flux has a kind of that name.
const foreign = "kustomize.toolkit.fluxcd.io/"

// readKustomization reads a file with the decoder that kustomize itself uses.
// It returns false if the file is a manifest in spite of its name.
func readKustomization(fsys fs.FS, file string) (k *kustomization, ok bool) {
	defer crash.While(file)
	k = &kustomization{dir: path.Dir(file), file: file}
	data, reason := readFile(fsys, file, mostKustomization)
	if reason != "" {
		k.broken = reason
		return k, true
	}
	var typed types.Kustomization
	if err := typed.Unmarshal(data); err != nil {
		var header struct{ APIVersion string }
		if yaml.Unmarshal(data, &header) == nil && strings.HasPrefix(header.APIVersion, foreign) {
			return nil, false
		}
		k.broken = "it is no valid kustomization"
		return k, true
	}
	typed.FixKustomization()
	k.component = typed.Kind == types.ComponentKind
	k.helm = len(typed.HelmCharts) > 0 || len(typed.HelmChartInflationGenerator) > 0
	k.entries = entriesOf(&typed)
	return k, true
}

// entriesOf returns every path that kustomize may read. The fields are those of
// its own localizer (kustomize v5.8.2, api/internal/localizer/localizer.go).
func entriesOf(t *types.Kustomization) []entry {
	var l entryList
	l.add("resources", asManifest, t.Resources...) // and bases, which were put there
	l.add("components", asDirectory, t.Components...)
	l.add("crds", asFile, t.Crds...)
	l.add("configurations", asFile, t.Configurations...)
	l.add("openapi", asFile, t.OpenAPI["path"])
	l.add("generators", asConfig, t.Generators...)
	l.add("transformers", asConfig, t.Transformers...)
	l.add("validators", asConfig, t.Validators...)
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range t.PatchesStrategicMerge {
		l.add("patchesStrategicMerge", asPatch, string(p))
	}
	//lint:ignore SA1019 kustomize still reads it
	for _, p := range slices.Concat(t.Patches, t.PatchesJson6902) {
		l.add("patches", asFile, p.Path)
	}
	for _, r := range t.Replacements {
		l.add("replacements", asFile, r.Path)
	}
	for _, g := range t.ConfigMapGenerator {
		l.sources("configMapGenerator", g.KvPairSources)
	}
	for _, g := range t.SecretGenerator {
		l.sources("secretGenerator", g.KvPairSources)
	}
	return l
}

type entryList []entry

func (l *entryList) add(field string, as use, paths ...string) {
	for _, p := range paths {
		if p != "" {
			*l = append(*l, entry{field, p, as})
		}
	}
}

// sources adds the files of a generator, which are "file" or "key=file".
func (l *entryList) sources(field string, from types.KvPairSources) {
	l.add(field, asFile, from.EnvSources...)
	l.add(field, asFile, from.EnvSource)
	for _, file := range from.FileSources {
		if _, after, found := strings.Cut(file, "="); found {
			file = after
		}
		l.add(field, asFile, file)
	}
}
