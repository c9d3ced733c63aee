package render

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// Collision is what kustomize refuses a target for: several objects that are
// one, each as it is where they meet, with its place and its content as JSON.
// A place that is not known has no File.
type Collision struct {
	Objects  []dupcheck.Object
	Places   []dupcheck.Position
	Contents [][]byte
}

// duplicateErrors are the words with which kustomize refuses two objects with one
// identity (v5.8.2: api/resmap/reswrangler.go Append and appendReplaceOrMerge,
// internal/builtins/NamespaceTransformer.go).
var duplicateErrors = []string{"already registered id", "behavior must be merge or replace", "produces ID conflict"}

func isDuplicate(err error) bool {
	return err != nil && slices.ContainsFunc(duplicateErrors, func(words string) bool { return strings.Contains(err.Error(), words) })
}

// collision finds the objects for which kustomize refuses the job: it builds what
// the kustomization refers to piece by piece, in the innermost kustomization that
// is refused.
func (j Job) collision() (c Collision) {
	b := pieces{job: j}
	dir := j.Dir
	for seen := map[string]bool{}; !seen[dir]; {
		seen[dir] = true
		if inner := b.refusedPart(dir); inner != "" {
			dir = inner
		}
	}
	b.take(dir)
	if c = b.collisions(); len(c.Objects) == 0 { // they are one only when they are renamed
		b.change(dir)
		c = b.collisions()
	}
	return c
}

// change makes the pieces what the kustomization of a directory makes of each.
func (b *pieces) change(dir string) {
	k, file, ok := b.read(dir)
	if !ok {
		return
	}
	const name = ".kuniq-piece.json"
	changes := changesOf(k)
	changes.Resources = []string{name}
	for i := range b.found {
		p := &b.found[i]
		b.extra = map[string][]byte{path.Join(dir, name): p.content}
		m, err := b.build(changes, file)
		if err != nil || m.Size() != 1 || m.RemoveOriginAnnotations() != nil {
			continue
		}
		p.id = m.Resources()[0].CurId()
		p.object.Name, p.object.Namespace = p.id.Name, p.id.Namespace
	}
	b.extra = nil
}

// changesOf is a kustomization with nothing but what changes who objects are.
func changesOf(k types.Kustomization) types.Kustomization {
	out := types.Kustomization{Namespace: k.Namespace, NamePrefix: k.NamePrefix, NameSuffix: k.NameSuffix, Replacements: k.Replacements}
	for _, p := range k.Patches {
		if p.Target != nil { // others need an object to change
			out.Patches = append(out.Patches, p)
		}
	}
	return out
}

// pieces are the objects of the pieces of a kustomization.
type pieces struct {
	job   Job
	extra map[string][]byte // files that are not of the job
	found []piece
}

type piece struct {
	id      resid.ResId
	object  dupcheck.Object
	place   dupcheck.Position
	content []byte
}

// read returns the kustomization of a directory of the job.
func (b *pieces) read(dir string) (k types.Kustomization, file string, ok bool) {
	for name := range b.job.Files {
		if path.Dir(name) == dir && manifest.IsKustomization(name) && k.Unmarshal(b.job.file(name)) == nil {
			k.FixKustomization()
			return k, name, true
		}
	}
	return k, "", false
}

// build builds a kustomization in place of the one in a file.
func (b *pieces) build(k types.Kustomization, file string) (resmap.ResMap, error) {
	k.BuildMetadata = []string{types.OriginAnnotations}
	k.TypeMeta = types.TypeMeta{Kind: types.KustomizationKind, APIVersion: types.KustomizationVersion}
	data, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	files := kustomizer.NewMemory()
	for name := range b.job.Files {
		files.Add(path.Join(inMemory, name), b.job.file(name))
	}
	for name, data := range b.extra {
		files.Add(path.Join(inMemory, name), data)
	}
	files.Add(path.Join(inMemory, file), data)
	return kustomizer.Build(files, path.Join(inMemory, path.Dir(file)), types.LoadRestrictionsRootOnly)
}

// refusedPart returns a base or component of a kustomization that is refused by
// itself, or nothing.
func (b *pieces) refusedPart(dir string) string {
	k, _, ok := b.read(dir)
	if !ok {
		return ""
	}
	for _, name := range slices.Concat(k.Resources, k.Components) {
		part := path.Join(dir, name)
		if inner, file, ok := b.read(part); ok && part != dir {
			if _, err := b.build(alone(inner), file); isDuplicate(err) {
				return part
			}
		}
	}
	return ""
}

// alone is what a component adds by itself; a kustomization is as it is.
func alone(k types.Kustomization) types.Kustomization {
	if k.Kind != types.ComponentKind {
		return k
	}
	return sourcesOf(k)
}

// sourcesOf is a kustomization with nothing but what makes objects.
func sourcesOf(k types.Kustomization) types.Kustomization {
	return types.Kustomization{
		Resources: k.Resources, Generators: k.Generators, GeneratorOptions: plainNames(k.GeneratorOptions),
		ConfigMapGenerator: k.ConfigMapGenerator, SecretGenerator: k.SecretGenerator,
	}
}

// plainNames are the options of generators without the hash at the end of names,
// which comes after objects have met.
func plainNames(o *types.GeneratorOptions) *types.GeneratorOptions {
	var out types.GeneratorOptions
	if o != nil {
		out = *o
	}
	out.DisableNameSuffixHash = true
	return &out
}

// take builds every piece of a kustomization by itself.
func (b *pieces) take(dir string) {
	k, file, ok := b.read(dir)
	if !ok {
		return
	}
	options := plainNames(k.GeneratorOptions)
	one := func(piece types.Kustomization) error {
		piece.GeneratorOptions = options
		m, err := b.build(piece, file)
		if err == nil {
			b.add(m, file)
		}
		return err
	}
	for _, name := range k.Resources {
		if err := one(types.Kustomization{Resources: []string{name}}); isDuplicate(err) {
			b.parse(path.Join(dir, name))
		}
	}
	for _, name := range k.Generators {
		_ = one(types.Kustomization{Generators: []string{name}}) // it is known to be refused
	}
	for _, args := range k.ConfigMapGenerator {
		if makes(args.Behavior) {
			_ = one(types.Kustomization{ConfigMapGenerator: []types.ConfigMapArgs{args}})
		}
	}
	for _, args := range k.SecretGenerator {
		if makes(args.Behavior) {
			_ = one(types.Kustomization{SecretGenerator: []types.SecretArgs{args}})
		}
	}
	for _, name := range k.Components {
		b.take(path.Join(dir, name))
	}
}

// makes says whether a generator makes an object, and does not change one.
func makes(behavior string) bool {
	return types.NewGenerationBehavior(behavior) != types.BehaviorMerge && types.NewGenerationBehavior(behavior) != types.BehaviorReplace
}

// add takes in the objects of a piece.
func (b *pieces) add(m resmap.ResMap, file string) {
	sources := make([]string, m.Size())
	for i, r := range m.Resources() {
		sources[i], _ = b.job.origin(r, path.Dir(file)) // a place may be unknown
	}
	if m.RemoveOriginAnnotations() != nil {
		return
	}
	for i, r := range m.Resources() {
		for o, err := range rnode.Objects("", &r.RNode) {
			if err != nil || o.Kind == "" {
				continue
			}
			p := piece{id: r.CurId(), object: bare(o, i)}
			if sources[i] != "" {
				p.place = b.job.place(sources[i], p.object)
			}
			p.content, _ = r.MarshalJSON() // unknown contents differ
			b.found = append(b.found, p)
		}
	}
}

// parse takes in the objects of a file that is refused by itself.
func (b *pieces) parse(file string) {
	for o, err := range manifest.Parse(file, b.job.Files[file]) {
		if err != nil || o.Aside {
			continue
		}
		group, version := resid.ParseGroupVersion(o.APIVersion)
		id := resid.NewResIdWithNamespace(resid.Gvk{Group: group, Version: version, Kind: o.Kind}, o.Name, o.Namespace)
		b.found = append(b.found, piece{id: id, object: bare(o, 0), place: o.At, content: contentOf(o)})
	}
}

// collisions returns the first objects that are one to kustomize. To it
// "default" is the namespace of objects that name none.
func (b *pieces) collisions() (c Collision) {
	for i, first := range b.found {
		c = Collision{}
		namespace := ""
		for _, p := range b.found[i:] {
			if p.id.Equals(first.id) {
				c.Objects = append(c.Objects, p.object)
				c.Places = append(c.Places, p.place)
				c.Contents = append(c.Contents, p.content)
				namespace = cmp.Or(namespace, p.object.Namespace)
			}
		}
		if len(c.Objects) > 1 {
			for k := range c.Objects {
				c.Objects[k].Namespace = namespace
			}
			return c
		}
	}
	return Collision{}
}
