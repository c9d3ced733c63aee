package kustomize

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// generator is the configuration of a generator that decrypts: ksops (viaduct.ai)
// or SopsSecretGenerator (goabout.com).
type generator struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   secretMetadata
	Files      []string
	SecretFrom []struct{ Metadata secretMetadata } `yaml:"secretFrom"`

	Envs                  []string
	Behavior              string
	DisableNameSuffixHash bool `yaml:"disableNameSuffixHash"`
}

type secretMetadata struct {
	Name, Namespace     string
	Annotations, Labels map[string]string
}

// decrypt takes in the configuration of plugins that only decrypt: SOPS leaves
// the identities of objects in clear text, and nothing else of them matters here.
// All other plugins are refused.
func (c *inputs) decrypt(k *checkout.KustomizationFile, r checkout.Reference, text []byte) (failed error) {
	refused := func() error { return c.executes("%s has a plugin or a function, and kuniq executes none", r.Field) }
	if r.Field != "generators" || c.Job.Kustomize.Flux != nil { // Flux decrypts Secrets, and runs no plugin
		return refused()
	}
	d := decryption{inputs: c, k: k, field: r.Field}
	if !strings.Contains(r.Path, "\n") {
		d.config = path.Join(k.Dir, r.Path)
	}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var g generator
		switch err := decoder.Decode(&g); {
		case errors.Is(err, io.EOF):
			return checkout.Both(failed, c.rewrite(k.File, func(k *types.Kustomization) error {
				k.Generators = slices.DeleteFunc(k.Generators, func(g string) bool { return g == r.Path })
				k.Resources = append(k.Resources, d.resources...)
				k.SecretGenerator = append(k.SecretGenerator, d.secrets...)
				return nil
			}, d.config))
		case err != nil:
			return checkout.Both(failed, refused())
		case g.Kind == "":
			continue
		case g.Kind == "ksops" && strings.HasPrefix(g.APIVersion, "viaduct.ai/"):
			failed = checkout.Both(failed, d.ksops(g))
		case g.Kind == "SopsSecretGenerator" && strings.HasPrefix(g.APIVersion, "goabout.com/"):
			failed = checkout.Both(failed, d.sopsSecret(g))
		default:
			return checkout.Both(failed, refused())
		}
	}
}

// decryption replaces generators that only decrypt.
type decryption struct {
	*inputs
	k         *checkout.KustomizationFile
	field     string
	config    string // the file of the generators, or nothing
	resources []string
	secrets   []types.SecretArgs
}

// file adds an encrypted file.
func (d *decryption) file(name string, role job.Role, look func(file string) error) error {
	target, err := d.k.Resolve(checkout.Reference{Field: d.field, Path: name})
	if err == nil {
		d.Note(target, role)
		err = d.Add(target)
	}
	if err == nil {
		err = look(target)
	}
	return checkout.Wrap(err, "%s decrypts %s", d.field, dupcheck.QuoteBrief(name))
}

// ksops adds the files that ksops decrypts: manifests, and Secrets of which it knows only
// the metadata.
func (d *decryption) ksops(g generator) (failed error) {
	for _, name := range g.Files {
		failed = checkout.Both(failed, d.file(name, job.Source, func(file string) error {
			if err := identities(file, d.Job.Files[file]); err != nil {
				return err
			}
			d.Job.Manifests = append(d.Job.Manifests, file)
			d.resources = append(d.resources, name)
			return nil
		}))
	}
	for _, secret := range g.SecretFrom {
		if b := secret.Metadata.Annotations[behavior]; b != "" && b != "create" {
			return checkout.Both(failed, d.changesAnother())
		}
		d.secret(secret.Metadata)
	}
	return failed
}

func (d *decryption) changesAnother() error {
	return checkout.Errorf(checkout.Executes, "%s decrypts a Secret that changes another one", d.field)
}

// behavior is the annotation by which ksops changes another object.
const behavior = "kustomize.config.k8s.io/behavior"

// identities says why the identities in an encrypted file are not known.
func identities(file string, text []byte) error {
	for o, err := range manifest.Parse(file, text) {
		var unread *dupcheck.Unread
		if errors.As(err, &unread) {
			return checkout.Errorf(checkout.Invalid, "%s", unread.Reason)
		}
		var object struct {
			Metadata struct{ Annotations map[string]any }
		}
		if text := job.ContentOf(o); text == nil || json.Unmarshal(text, &object) != nil {
			return checkout.Errorf(checkout.Invalid, "it cannot be understood")
		}
		if b, ok := object.Metadata.Annotations[behavior]; ok && b != "create" {
			return checkout.Errorf(checkout.Executes, "it changes another object")
		}
	}
	return nil
}

// secret adds a Secret with a known identity and unknown content, in a file of its own.
func (d *decryption) secret(m secretMetadata) {
	name := fmt.Sprintf(".kuniq-secret-%d.json", len(d.Job.Moved))
	metadata := map[string]string{"name": m.Name}
	if m.Namespace != "" {
		metadata["namespace"] = m.Namespace
	}
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": metadata})
	if err != nil {
		panic(err) // strings
	}
	file := path.Join(d.k.Dir, name)
	d.Job.Files[file] = text
	d.Job.Moved[file] = cmp.Or(d.config, d.k.File)
	d.resources = append(d.resources, name)
}

// sopsSecret adds a Secret that is made of encrypted files. Its name has a hash of their
// content; a hash of the encrypted files replaces it here.
func (d *decryption) sopsSecret(g generator) (failed error) {
	if g.Behavior != "" && g.Behavior != "create" {
		return d.changesAnother()
	}
	args := types.SecretArgs{GeneratorArgs: types.GeneratorArgs{
		Name: g.Metadata.Name, Namespace: g.Metadata.Namespace,
		Options: &types.GeneratorOptions{DisableNameSuffixHash: g.DisableNameSuffixHash},
	}}
	for i, name := range slices.Concat(g.Files, g.Envs) {
		if _, after, found := strings.Cut(name, "="); found {
			name = after
		}
		failed = checkout.Both(failed, d.file(name, job.Data, func(string) error {
			args.FileSources = append(args.FileSources, fmt.Sprintf("file-%d=%s", i, name))
			return nil
		}))
	}
	d.secrets = append(d.secrets, args)
	return failed
}
