package flux

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// generate returns the kustomization that kustomize-controller builds in place of that of a
// directory (fluxcd/pkg kustomize v1.39, GenerateManifest), and the name of its file. The
// error says why Flux makes none.
func generate(repo fs.FS, dir string, spec *gitops.KustomizationSpec) (file, text string, err error) {
	file, k, err := root(repo, dir)
	if err != nil {
		return "", "", err
	}
	replace(&k.Namespace, spec.TargetNamespace)
	replace(&k.NamePrefix, spec.NamePrefix)
	replace(&k.NameSuffix, spec.NameSuffix)
	for _, p := range spec.Patches {
		k.Patches = append(k.Patches, types.Patch{Patch: p.Patch, Target: selector(p.Target)})
	}
	for _, name := range spec.Components {
		if !isLocal(name) {
			return "", "", checkout.Errorf(checkout.Refused, "Flux refuses the component %s, which is not local", dupcheck.QuoteBrief(name))
		}
		if _, err := fs.Stat(repo, path.Join(dir, name)); err != nil && spec.IgnoreMissingComponents {
			continue
		}
		k.Components = append(k.Components, name)
	}
	for _, i := range spec.Images {
		k.Images = withImage(k.Images, i)
	}
	if len(spec.BuildMetadata) > 0 {
		k.BuildMetadata = spec.BuildMetadata
	}
	out, err := json.Marshal(k) // which kustomize reads as well
	if err != nil {
		return "", "", checkout.Errorf(checkout.Invalid, "its kustomization cannot be written")
	}
	return file, string(out), nil
}

func replace(field *string, by string) {
	if by != "" {
		*field = by
	}
}

// root reads the kustomization of a directory loosely: fields that kustomize does not know
// are dropped. If there is none, it is made from the files below.
func root(repo fs.FS, dir string) (file string, k types.Kustomization, err error) {
	k.TypeMeta = types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind}
	files := kustomizations(repo, dir)
	switch len(files) {
	case 0:
		if k.Resources, err = resources(repo, dir, dir); len(k.Resources) == 0 {
			k.Namespace = "_placeholder" // an empty kustomization is an error
		}
		return path.Join(dir, manifest.KustomizationFiles()[0]), k, err
	case 1:
	default:
		return "", k, checkout.Errorf(checkout.Refused, "it has two kustomizations: %s and %s", checkout.Named(files[0]), checkout.Named(files[1]))
	}
	text, err := checkout.ReadFile(repo, files[0], mostKustomization)
	if err != nil {
		return "", k, checkout.About(files[0], err)
	}
	if yaml.Unmarshal(text, &k) != nil {
		return "", k, checkout.About(files[0], checkout.Errorf(checkout.Invalid, "it is not a valid kustomization"))
	}
	if len(k.Resources) == 0 {
		k.BuildMetadata = []string{types.OriginAnnotations} // it is not empty then
	}
	return files[0], k, nil
}

// mostKustomization is the size limit of a kustomization.
const mostKustomization = 4 << 20

// kustomizations returns those of a directory, in the order in which Flux looks for them.
func kustomizations(repo fs.FS, dir string) (files []string) {
	for _, name := range manifest.KustomizationFiles() {
		if name = path.Join(dir, name); checkout.IsFile(repo, name) {
			files = append(files, name)
		}
	}
	return files
}

// resources returns the manifests in a directory and below, and the directories with a
// kustomization, into which Flux does not look (fluxcd/pkg kustomize, scanManifests). A file
// that should be a manifest and is none fails the build.
func resources(repo fs.FS, root, dir string) (names []string, err error) {
	entries, err := fs.ReadDir(repo, dir)
	if err != nil {
		return nil, checkout.Errorf(checkout.Unreadable, "the directory %s cannot be read", checkout.Named(dir))
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch below := e.IsDir(); {
		case below && len(kustomizations(repo, name)) == 0:
			more, err := resources(repo, root, name)
			if err != nil {
				return nil, err
			}
			names = append(names, more...)
		case below, slices.Contains([]string{".yaml", ".yml"}, path.Ext(name)):
			if root != "." {
				name = strings.TrimPrefix(name, root+"/")
			}
			names = append(names, "./"+name)
		}
	}
	return names, nil
}

func selector(s *gitops.PatchTarget) *types.Selector {
	if s == nil {
		return nil
	}
	return &types.Selector{
		ResId:              resid.ResId{Gvk: resid.Gvk{Group: s.Group, Version: s.Version, Kind: s.Kind}, Name: s.Name, Namespace: s.Namespace},
		LabelSelector:      s.LabelSelector,
		AnnotationSelector: s.AnnotationSelector,
	}
}

// withImage changes the image with a name, or adds it. A tag and a digest replace each
// other.
func withImage(all []types.Image, i gitops.Image) []types.Image {
	at := slices.IndexFunc(all, func(other types.Image) bool { return other.Name == i.Name })
	if at < 0 {
		return append(all, types.Image{Name: i.Name, NewName: i.NewName, NewTag: i.NewTag, Digest: i.Digest})
	}
	replace(&all[at].NewName, i.NewName)
	if i.NewTag != "" || i.Digest != "" {
		all[at].NewTag, all[at].Digest = i.NewTag, i.Digest
	}
	return all
}

// isLocal says whether Flux takes the path of a component (fluxcd/pkg kustomize,
// IsLocalRelativePath).
func isLocal(name string) bool {
	lower := strings.ToLower(name)
	for _, prefix := range []string{"git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"} {
		if len(prefix) < len(name) && strings.HasPrefix(lower, prefix) {
			return false
		}
	}
	return !path.IsAbs(name) && !path.IsAbs(strings.TrimPrefix(lower, "file://"))
}
