package kustomize

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// duplicateErrors are the errors of kustomize about two objects with one identity
// (v5.8.2: api/resmap/reswrangler.go Append and appendReplaceOrMerge,
// internal/builtins/NamespaceTransformer.go).
var duplicateErrors = []string{"already registered id", "behavior must be merge or replace", "produces ID conflict"}

func isDuplicate(err error) bool {
	return err != nil && slices.ContainsFunc(duplicateErrors, func(words string) bool { return strings.Contains(err.Error(), words) })
}

// duplicates finds the objects because of which kustomize refuses the job: in the
// innermost refused kustomization it builds the references one by one.
func (b build) duplicates() (c job.Collision) {
	p := pieces{build: b}
	dir := b.Dir
	for seen := map[string]bool{}; !seen[dir]; {
		seen[dir] = true
		if inner := p.refusedBase(dir); inner != "" {
			dir = inner
		}
	}
	p.take(dir)
	if c = p.collisions(); len(c.Objects) == 0 { // they are one only when they are renamed
		p.change(dir)
		c = p.collisions()
	}
	return c
}

// change applies the kustomization of a directory to each piece.
func (p *pieces) change(dir string) {
	k, file, ok := p.read(dir)
	if !ok {
		return
	}
	const name = ".kuniq-piece.json"
	changes := changesOf(k)
	changes.Resources = []string{name}
	for i := range p.found {
		one := &p.found[i]
		changes := changes
		if one.inflated {
			changes.Namespace = ""
		}
		m, err := p.instead(changes, file, map[string][]byte{path.Join(dir, name): one.content})
		if err != nil || m.Size() != 1 || m.RemoveOriginAnnotations() != nil {
			continue
		}
		one.id = m.Resources()[0].CurId()
		one.object.Name, one.object.Namespace = one.id.Name, one.id.Namespace
	}
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
	build
	found []piece
}

type piece struct {
	id      resid.ResId
	object  dupcheck.Object
	place   dupcheck.Position
	content []byte
	// inflated says that a chart declares it, so that no kustomization sets its
	// namespace.
	inflated bool
}

// read returns the kustomization of a directory of the job.
func (p *pieces) read(dir string) (k types.Kustomization, file string, ok bool) {
	for _, name := range manifest.KustomizationFiles() {
		file := path.Join(dir, name)
		if _, ok := p.Files[file]; ok && k.Unmarshal(p.Built(file)) == nil {
			k.FixKustomization()
			return k, file, true
		}
	}
	return k, "", false
}

// instead builds a kustomization in place of the one in a file, with more files.
func (p *pieces) instead(k types.Kustomization, file string, files map[string][]byte) (resmap.ResMap, error) {
	k.BuildMetadata = []string{types.OriginAnnotations}
	k.TypeMeta = types.TypeMeta{Kind: types.KustomizationKind, APIVersion: types.KustomizationVersion}
	data, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{file: data}
	maps.Copy(all, files)
	return p.run(path.Dir(file), all)
}

// refusedBase returns a base or component of a kustomization that is refused by itself,
// or nothing.
func (p *pieces) refusedBase(dir string) string {
	k, _, ok := p.read(dir)
	if !ok {
		return ""
	}
	for _, name := range slices.Concat(k.Resources, k.Components) {
		base := path.Join(dir, name)
		if inner, file, ok := p.read(base); ok && base != dir {
			if _, err := p.instead(alone(inner), file, nil); isDuplicate(err) {
				return base
			}
		}
	}
	return ""
}

// alone returns a component with nothing but what makes objects; a kustomization is
// unchanged.
func alone(k types.Kustomization) types.Kustomization {
	if k.Kind != types.ComponentKind {
		return k
	}
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
func (p *pieces) take(dir string) {
	k, file, ok := p.read(dir)
	if !ok {
		return
	}
	options := plainNames(k.GeneratorOptions)
	one := func(piece types.Kustomization) error {
		piece.GeneratorOptions = options
		m, err := p.instead(piece, file, nil)
		if err == nil {
			p.add(m, file)
		}
		return err
	}
	for _, name := range k.Resources {
		if err := one(types.Kustomization{Resources: []string{name}}); isDuplicate(err) {
			p.parse(path.Join(dir, name))
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
		p.take(path.Join(dir, name))
	}
}

// makes says whether a generator makes an object, and does not change one.
func makes(behavior string) bool {
	return types.NewGenerationBehavior(behavior) != types.BehaviorMerge && types.NewGenerationBehavior(behavior) != types.BehaviorReplace
}

// add takes in the objects of a piece.
func (p *pieces) add(m resmap.ResMap, file string) {
	sources := make([]string, m.Size())
	for i, r := range m.Resources() {
		sources[i], _ = p.origin(r, path.Dir(file)) // a place may be unknown
	}
	if m.RemoveOriginAnnotations() != nil {
		return
	}
	for i, r := range m.Resources() {
		for o, err := range rnode.Objects("", &r.RNode) {
			if err != nil || o.Kind == "" {
				continue
			}
			one := piece{id: r.CurId(), object: job.Bare(o, i)}
			if sources[i] != "" {
				_, one.inflated = p.charts[sources[i]]
				one.place = p.place(sources[i], one.object)
			}
			one.content, _ = r.MarshalJSON() // unknown contents differ
			p.found = append(p.found, one)
		}
	}
}

// parse adds the objects of a file that is refused by itself.
func (p *pieces) parse(file string) {
	for o, err := range manifest.Parse(file, p.Files[file]) {
		if err != nil || o.Placeholder {
			continue
		}
		group, version := resid.ParseGroupVersion(o.APIVersion)
		id := resid.NewResIdWithNamespace(resid.Gvk{Group: group, Version: version, Kind: o.Kind}, o.Name, o.Namespace)
		place := o.At
		if _, ok := p.charts[file]; ok {
			place = p.place(file, o)
		}
		p.found = append(p.found, piece{id: id, object: job.Bare(o, 0), place: place, content: job.ContentOf(o)})
	}
}

// collisions returns the first objects that are one to kustomize. To it
// "default" is the namespace of objects that name none.
func (p *pieces) collisions() (c job.Collision) {
	for i, first := range p.found {
		c = job.Collision{}
		namespace := ""
		for _, one := range p.found[i:] {
			if one.id.Equals(first.id) {
				c.Objects = append(c.Objects, one.object)
				c.Places = append(c.Places, one.place)
				c.Contents = append(c.Contents, one.content)
				namespace = cmp.Or(namespace, one.object.Namespace)
			}
		}
		if len(c.Objects) > 1 {
			for k := range c.Objects {
				c.Objects[k].Namespace = namespace
			}
			return c
		}
	}
	return job.Collision{}
}
