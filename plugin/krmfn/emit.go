package krmfn

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest"
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
	root, name := kustomization(dir)
	if root == nil {
		return badConfigf("emit: none is only for the validators of a kustomization, and the working directory has none that can be read")
	}
	if listed(dir, lookup(root, "transformers"), me) {
		return badConfigf("emit: none under transformers of %s would delete everything: move the configuration to validators, or remove emit", name)
	}
	if !listed(dir, lookup(root, "validators"), me) {
		return badConfigf("emit: none is only for validators, and those of %s do not list this configuration", name)
	}
	return nil
}

func kustomization(dir fs.FS) (root *yaml.Node, name string) {
	for _, name := range manifest.KustomizationFiles() {
		if text, err := readSome(dir, name); err == nil {
			root, err := parse(text)
			if err != nil {
				return nil, name
			}
			return root, name
		}
	}
	return nil, ""
}

// listed says whether a list of a kustomization, of files or of inline
// configurations, has this one.
func listed(dir fs.FS, list *yaml.Node, me self) bool {
	if list == nil || list.Kind != yaml.SequenceNode {
		return false
	}
	for _, entry := range list.Content {
		entry := resolved(entry)
		if holds(dir, entry, me) {
			return true
		}
	}
	return false
}

func holds(dir fs.FS, entry *yaml.Node, me self) bool {
	if entry.Kind != yaml.ScalarNode {
		return false
	}
	if strings.ContainsAny(entry.Value, "\n:{") {
		return anyIs([]byte(entry.Value), me) // kustomize tells them apart by trying
	}
	name := path.Clean(entry.Value)
	if text, err := readSome(dir, name); err == nil {
		return anyIs(text, me)
	}
	// A directory is a kustomization of its own, whose resources are the
	// configurations.
	if !fs.ValidPath(name) {
		return false
	}
	below, err := fs.Sub(dir, name)
	if err != nil || name == "." {
		return false
	}
	root, _ := kustomization(below)
	resources := lookup(root, "resources")
	if resources == nil || resources.Kind != yaml.SequenceNode {
		return false
	}
	for _, r := range resources.Content {
		if text, err := readSome(below, path.Clean(resolved(r).Value)); err == nil && anyIs(text, me) {
			return true
		}
	}
	return false
}

// anyIs says whether a document of a stream is this configuration.
func anyIs(text []byte, me self) bool {
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	for {
		doc, err := decodeNext(decoder)
		if err != nil {
			return false
		}
		if len(doc.Content) == 0 {
			continue
		}
		kind := lookup(doc.Content[0], "kind")
		name := lookup(lookup(doc.Content[0], "metadata"), "name")
		if kind != nil && kind.Value == me.kind && (name == nil && me.name == "" || name != nil && name.Value == me.name) {
			return true
		}
	}
}

func decodeNext(decoder *yaml.Decoder) (doc yaml.Node, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the parser gave up")
		}
	}()
	err = decoder.Decode(&doc)
	return doc, err
}

// readSome reads a small regular file.
func readSome(dir fs.FS, name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrInvalid
	}
	info, err := fs.Stat(dir, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrInvalid // opening it might block
	}
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	if err == nil && len(text) > mostRead {
		err = errors.New("too large")
	}
	return text, err
}
