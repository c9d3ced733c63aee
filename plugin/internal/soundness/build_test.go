package soundness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// build runs kustomize. A panic of it is an error, as in Flux.
func build(files filesys.FileSystem, dir string, restrictions types.LoadRestrictions) (m resmap.ResMap, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	o := krusty.MakeDefaultOptions()
	o.LoadRestrictions = restrictions
	o.PluginConfig = types.DisabledPluginConfig()
	return krusty.MakeKustomizer(o).Run(files, "/"+strings.TrimPrefix(dir, "."))
}

// objectsOf are the objects of a build, each as text first, as Flux has it.
func objectsOf(m resmap.ResMap, change func(text []byte, o object) ([]byte, error)) (all []object, err error) {
	for _, r := range m.Resources() {
		data, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		var doc fields
		if err := yaml.Unmarshal(data, &doc); err != nil {
			return nil, err
		}
		o, err := newObject(doc)
		if err == nil && change != nil {
			if data, err = change(data, o); err != nil {
				return nil, err
			}
			doc = nil
			err = yaml.Unmarshal(data, &doc)
			if _, named := at(doc, "metadata", "name").(string); err == nil && !named {
				continue // fluxcd/pkg ssa, ReadObjects: "42" is a number by now
			}
			if err == nil {
				o, err = newObject(doc)
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// kustomized is a directory as a person or Argo CD builds it, which changes its
// kustomization before with "kustomize edit".
func (t tree) kustomized(dir string, change func(*types.Kustomization)) (all []object, err error) {
	name := t.kustomization(dir)
	if name == "" {
		return nil, errors.New("there is no kustomization")
	}
	files := t.memory(nil)
	if change != nil {
		var k types.Kustomization
		if err := k.Unmarshal([]byte(t[name])); err != nil {
			return nil, err
		}
		change(&k)
		data, err := yaml.Marshal(k)
		if err == nil {
			err = files.WriteFile("/"+name, data)
		}
		if err != nil {
			return nil, err
		}
	}
	m, err := build(files, dir, types.LoadRestrictionsRootOnly)
	if err != nil {
		return nil, err
	}
	return objectsOf(m, nil)
}

// fluxSpec is what the spec of a Flux Kustomization changes in a kustomization.
type fluxSpec struct {
	Path, TargetNamespace, NamePrefix, NameSuffix string
	Components                                    []string
	IgnoreMissingComponents                       bool
	Patches                                       []types.Patch
	Images                                        []types.Image
}

// fluxBuild is a directory as kustomize-controller builds it (fluxcd/pkg
// kustomize, GenerateManifest and Build).
func fluxBuild(files filesys.FileSystem, dir string, spec fields) (resmap.ResMap, error) {
	var s fluxSpec
	data, err := json.Marshal(spec)
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		return nil, err
	}
	k, name, err := fluxKustomization(files, dir)
	if err != nil {
		return nil, err
	}
	if s.TargetNamespace != "" {
		k.Namespace = s.TargetNamespace
	}
	if s.NamePrefix != "" {
		k.NamePrefix = s.NamePrefix
	}
	if s.NameSuffix != "" {
		k.NameSuffix = s.NameSuffix
	}
	k.Patches = append(k.Patches, s.Patches...)
	for _, component := range s.Components {
		if !s.IgnoreMissingComponents || files.Exists(path.Join("/", dir, component)) {
			k.Components = append(k.Components, component)
		}
	}
	if data, err = yaml.Marshal(k); err == nil {
		err = files.WriteFile(name, data)
	}
	if err != nil {
		return nil, err
	}
	return build(files, dir, types.LoadRestrictionsNone)
}

// fluxKustomization reads the kustomization of a directory loosely, or generates
// one.
func fluxKustomization(files filesys.FileSystem, dir string) (k types.Kustomization, name string, err error) {
	k.TypeMeta = types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}
	dir = path.Join("/", dir)
	for _, base := range kustomizationNames {
		if name = path.Join(dir, base); !files.Exists(name) {
			continue
		}
		data, err := files.ReadFile(name)
		if err == nil {
			err = yaml.Unmarshal(data, &k)
		}
		if len(k.Resources) == 0 {
			k.BuildMetadata = []string{"originAnnotations"}
		}
		return k, name, err
	}
	if k.Resources, err = manifests(files, dir); len(k.Resources) == 0 {
		k.Namespace = "_placeholder"
	}
	return k, path.Join(dir, kustomizationNames[0]), err
}

// manifests are what a generated kustomization lists (scanManifests).
func manifests(files filesys.FileSystem, dir string) (all []string, err error) {
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	err = files.Walk(dir, func(name string, info os.FileInfo, err error) error {
		relative := "." + strings.TrimPrefix(name, strings.TrimSuffix(dir, "/"))
		switch {
		case err != nil || name == dir:
			return err
		case info.IsDir():
			if slices.ContainsFunc(kustomizationNames, func(base string) bool { return files.Exists(path.Join(name, base)) }) {
				all = append(all, relative)
				return filepath.SkipDir
			}
			return nil
		case !isYAML(name):
			return nil
		}
		data, err := files.ReadFile(name)
		if err == nil {
			_, err = factory.SliceFromBytes(data)
		}
		all = append(all, relative)
		return err
	})
	return all, err
}
