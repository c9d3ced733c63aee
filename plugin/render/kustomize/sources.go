package kustomize

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// mostChanges is the number of changes up to which the notes of kustomize cost less than
// a second build. With 0 a public repository of small roots took 1.6 times as long as with
// the notes alone; with 16 it takes as long, and one of large roots half as long.
const mostChanges = 16

// traced builds the job, and returns the file that each object comes from, or nothing if
// that is not known.
//
// kustomize itself can note the file of an object. It then also notes each change of it,
// in YAML that it reads and writes again each time (kubernetes-sigs/kustomize#5988). For
// a kustomization with many patches that takes nearly all of the time. So the files of
// such a kustomization name themselves in a second build, which must not change any
// object.
func (b build) traced() (m resmap.ResMap, sources []string, err error) {
	if b.changes() > mostChanges {
		if m, err = b.run(b.Dir, nil); err != nil {
			return nil, nil, err
		}
		if sources = b.marked(m); sources != nil {
			return m, sources, nil
		}
	}
	return b.noted()
}

// changes counts what changes objects in the kustomizations of the job.
func (b build) changes() (n int) {
	for file := range b.Files {
		var k types.Kustomization
		if manifest.IsKustomization(file) && k.Unmarshal(b.Built(file)) == nil {
			n += len(patchFiles(k)) + len(k.Images) + len(k.Labels) + len(k.Replicas)
		}
	}
	return n
}

// noted asks kustomize to say where each object comes from.
func (b build) noted() (m resmap.ResMap, sources []string, err error) {
	var k types.Kustomization
	if err := k.Unmarshal(b.Built(b.File)); err != nil {
		return nil, nil, err
	}
	annotated := slices.Contains(k.BuildMetadata, types.OriginAnnotations)
	var instead map[string][]byte
	if !annotated {
		k.BuildMetadata = append(k.BuildMetadata, types.OriginAnnotations)
		data, err := json.Marshal(k)
		if err != nil {
			return nil, nil, err
		}
		instead = map[string][]byte{b.File: data}
	}
	if m, err = b.run(b.Dir, instead); err != nil {
		return nil, nil, err
	}
	for _, r := range m.Resources() {
		file, err := b.origin(r, b.Dir)
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, file)
	}
	if !annotated {
		err = m.RemoveOriginAnnotations()
	}
	return m, sources, err
}

// marked returns the sources of a build, or nil if a build of files that name themselves
// lacks a wanted source.
func (b build) marked(m resmap.ResMap) []string {
	// Nothing in the tree can have this name.
	key := "kuniq.dev/" + rand.Text()
	files := b.mark(key)
	if files == nil {
		return nil
	}
	other, err := b.run(b.Dir, files)
	if err != nil || other.Size() != m.Size() {
		return nil
	}
	out := make([]string, m.Size())
	for i, r := range other.Resources() {
		file := r.GetAnnotations(key)[key]
		if r.CurId() != m.Resources()[i].CurId() || file == "" && (b.Wanted == nil || b.Wanted[i]) {
			return nil
		}
		out[i] = file
	}
	return out
}

// mark returns the files of the job that make objects, with an annotation of its file at
// each object. It is nil if another object might get the annotation, or if a plugin makes
// objects.
func (b build) mark(key string) map[string][]byte {
	out, others := map[string][]byte{}, map[string]bool{}
	var resources []string
	for _, file := range b.Names() {
		if !manifest.IsKustomization(file) {
			continue
		}
		var k types.Kustomization
		if k.Unmarshal(b.Built(file)) != nil {
			return nil
		}
		k.FixKustomization()
		in := func(name string) string { return path.Join(path.Dir(file), name) }
		for _, name := range k.Resources {
			resources = append(resources, in(name))
		}
		for _, name := range patchFiles(k) {
			others[in(name)] = true
		}
		if len(k.Generators)+len(k.Transformers)+len(k.HelmCharts) > 0 || b.copiesAnnotations(k, in) {
			return nil
		}
		if markGenerators(&k, key, file) {
			text, err := json.Marshal(k)
			if err != nil {
				return nil
			}
			out[file] = text
		}
	}
	for _, file := range resources {
		if _, known := b.Files[file]; !known || out[file] != nil {
			continue // a directory, or one that two kustomizations name
		}
		text, err := kustomizer.Annotated(b.Built(file), key, file)
		if err != nil || others[file] {
			return nil
		}
		out[file] = text
	}
	return out
}

// patchFiles returns the files of a kustomization's patches, and nothing for inline ones.
// A patch with the annotation would give it to another object.
func patchFiles(k types.Kustomization) (files []string) {
	//lint:ignore SA1019 kustomize still reads them
	for _, p := range slices.Concat(k.Patches, k.PatchesJson6902) {
		files = append(files, p.Path)
	}
	//lint:ignore SA1019 kustomize still reads them
	for _, p := range k.PatchesStrategicMerge {
		files = append(files, string(p))
	}
	return files
}

// copiesAnnotations says whether a replacement or variable may take all annotations of an
// object to another one: whether it reads more of the metadata than names and labels.
func (b build) copiesAnnotations(k types.Kustomization, in func(string) string) bool {
	//lint:ignore SA1019 kustomize still reads them
	read, err := json.Marshal([]any{k.Replacements, k.Vars})
	if err != nil {
		return true
	}
	for _, r := range k.Replacements {
		read = append(read, b.Files[in(r.Path)]...)
	}
	rest := strings.NewReplacer("metadata.name", "", "metadata.labels", "").Replace(string(read))
	return strings.Contains(rest, "metadata") || strings.Contains(rest, "annotations")
}

// markGenerators gives the annotation to what generators make or replace, and says whether
// there are any. An object that another generator merges with keeps its source.
func markGenerators(k *types.Kustomization, key, file string) (found bool) {
	mark := func(args *types.GeneratorArgs) {
		if types.NewGenerationBehavior(args.Behavior) == types.BehaviorMerge {
			return
		}
		var options types.GeneratorOptions
		if args.Options != nil {
			options = *args.Options
		}
		options.Annotations = maps.Clone(options.Annotations)
		if options.Annotations == nil {
			options.Annotations = map[string]string{}
		}
		options.Annotations[key] = file
		args.Options, found = &options, true
	}
	for i := range k.ConfigMapGenerator {
		mark(&k.ConfigMapGenerator[i].GeneratorArgs)
	}
	for i := range k.SecretGenerator {
		mark(&k.SecretGenerator[i].GeneratorArgs)
	}
	return found
}
