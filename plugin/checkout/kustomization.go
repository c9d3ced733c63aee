package checkout

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/internal/crash"
)

// KustomizationFile has the references of a kustomization file.
type KustomizationFile struct {
	// Dir is the directory, and File the file, from the top of the tree.
	Dir, File string
	// Broken says why nothing can be known about it.
	Broken error
	// Inflations are the charts that its own fields name, and Charts the paths that
	// helm reads for them, as they are named: "." if it may read others, too.
	Inflations []Inflation
	Charts     []string
	// Component says that it is of kind Component: a part of others.
	Component bool
	// References are the paths that it names, and texts in place of a path, in the order
	// of the fields.
	References []Reference
}

// mostKustomization is how large a kustomization file may be.
const mostKustomization = 4 << 20

// fluxGroup is the group of Flux's kind Kustomization, objects of which people keep in
// files with the name of a kustomization.
const fluxGroup = "kustomize.toolkit.fluxcd.io/"

// readKustomization reads a file with the decoder that kustomize itself uses.
// It returns false if the file is a manifest in spite of its name.
func readKustomization(fsys fs.FS, texts *Texts, file string) (k *KustomizationFile, ok bool) {
	defer crash.While(file)
	k = &KustomizationFile{Dir: path.Dir(file), File: file}
	data, err := ReadFile(fsys, file, mostKustomization)
	if err != nil {
		k.Broken = err
		return k, true
	}
	k = texts.Kustomization(file, data)
	var header struct{ APIVersion string }
	if k.Broken != nil && yaml.Unmarshal(data, &header) == nil && strings.HasPrefix(header.APIVersion, fluxGroup) {
		return nil, false
	}
	return k, true
}

// Texts keeps kustomizations by their text, for trees in which most files are equal. It
// may be used concurrently. Nil keeps none.
type Texts struct{ known sync.Map }

// Kustomization is what ParseKustomization returns, which must not be changed.
func (t *Texts) Kustomization(file string, text []byte) *KustomizationFile {
	if t == nil {
		return ParseKustomization(file, text)
	}
	key := [2]string{file, string(text)}
	k, known := t.known.Load(key)
	if !known {
		k, _ = t.known.LoadOrStore(key, ParseKustomization(file, text))
	}
	return k.(*KustomizationFile)
}

// ParseKustomization reads the text of a kustomization with the decoder that
// kustomize itself uses. It is Broken if that does not take it.
func ParseKustomization(file string, text []byte) *KustomizationFile {
	k := &KustomizationFile{Dir: path.Dir(file), File: file}
	var typed types.Kustomization
	if err := typed.Unmarshal(text); err != nil {
		k.Broken = Errorf(Invalid, "%s", invalid(text, err))
		return k
	}
	k.Component = typed.Kind == types.ComponentKind
	k.Charts, k.Inflations = charts(typed), InflationsOf(typed)
	k.References, k.Broken = referencesIn(text)
	return k
}

// charts are the paths that helm reads to inflate the charts of a kustomization.
func charts(k types.Kustomization) (paths []string) {
	home := types.HelmDefaultHome
	if k.HelmGlobals != nil {
		home = cmp.Or(k.HelmGlobals.ChartHome, home)
	}
	if len(k.HelmChartInflationGenerator) > 0 || k.HelmGlobals != nil && k.HelmGlobals.ConfigHome != "" {
		paths = append(paths, ".")
	}
	for _, c := range k.HelmCharts {
		paths = append(append(paths, home, c.ValuesFile), c.AdditionalValuesFiles...)
	}
	return paths
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
		k, ok := readKustomization(t.fsys, t.Texts, file)
		if !ok {
			continue
		}
		if before := t.at[dir]; before != nil {
			k = new(*before)
			k.Broken = Errorf(Refused, "there are several kustomizations in the directory")
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
