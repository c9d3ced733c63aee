package krmfn

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// mostRead is how much of a file of the working directory is read.
const mostRead = 1 << 20

// onlyValidates refuses "emit: none" unless the kustomization of the working
// directory has this configuration among its validators and not among its
// transformers. From a transformer, an empty output means that everything is to
// be deleted, and kustomize then builds nothing and succeeds.
func onlyValidates(dir fs.FS, me self) error {
	if dir == nil {
		return badConfigf("emit: none is only for the validators of a kustomization, and there is none")
	}
	tree := checkout.Find(dir, nil, checkout.Options{})
	k := tree.Kustomization(".")
	if k == nil || k.Broken != nil {
		return badConfigf("emit: none is only for the validators of a kustomization, and the working directory has none that can be read")
	}
	lists := func(field string) bool {
		return slices.ContainsFunc(k.References, func(r checkout.Reference) bool { return r.Field == field && configures(tree, k, r, me) })
	}
	if lists("transformers") {
		return badConfigf("emit: none under transformers of %s would delete everything: move the configuration to validators, or remove emit", k.File)
	}
	if !lists("validators") {
		return badConfigf("emit: none is only for validators, and those of %s do not list this configuration", k.File)
	}
	return nil
}

// configures reports whether a reference of a kustomization, to a file, a directory or
// inline, is to this configuration.
func configures(tree *checkout.Tree, k *checkout.KustomizationFile, r checkout.Reference, me self) bool {
	if strings.ContainsAny(r.Path, "\n:{") {
		return anyIs([]byte(r.Path), me) // kustomize tells them apart by trying
	}
	target, err := k.Resolve(r)
	if err != nil {
		return false
	}
	files := []string{target}
	if base := tree.Kustomization(target); base != nil && base != k {
		files = base.Targets() // whose resources are the configurations
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := checkout.ReadLinked(tree.FS(), file, mostRead)
		return err == nil && anyIs(text, me)
	})
}

// anyIs says whether a document of a stream is this configuration.
func anyIs(text []byte, me self) bool {
	for o, err := range manifest.Parse("", text) {
		if err == nil && o.Kind == me.kind && o.Name == me.name {
			return true
		}
	}
	return false
}
