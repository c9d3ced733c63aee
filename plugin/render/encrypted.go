package render

import (
	"bytes"
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
)

// Rewrite is what a kustomization is built with in place of generators that only
// decrypt: SOPS leaves the identities of objects in clear text, and nothing else
// of them matters here.
type Rewrite struct {
	// Generators are the ones that go.
	Generators []string
	// Resources and Secrets come in their place. Secrets are elements of
	// secretGenerator as JSON.
	Resources []string
	Secrets   [][]byte
	// Configs are the files of those generators that have one.
	Configs []string
}

// decrypter is the configuration of a generator that decrypts: ksops (viaduct.ai)
// or SopsSecretGenerator (goabout.com).
type decrypter struct {
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

// encrypted takes in the configuration of plugins that only decrypt. It refuses
// all others.
func (c *closure) encrypted(k *checkout.KustomizationFile, r checkout.Reference, text []byte) (reason string) {
	refused := r.Field + " has a plugin or a function, and kuniq executes none"
	if r.Field != "generators" {
		return refused
	}
	out := Rewrite{Generators: []string{r.Path}}
	if !strings.Contains(r.Path, "\n") {
		out.Configs = []string{path.Join(k.Dir, r.Path)}
	}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var d decrypter
		switch err := decoder.Decode(&d); {
		case errors.Is(err, io.EOF):
			c.rewrite(k.File, out)
			return reason
		case err != nil:
			return first(reason, refused)
		case d.Kind == "":
			continue
		case d.Kind == "ksops" && strings.HasPrefix(d.APIVersion, "viaduct.ai/"):
			reason = first(reason, c.ksops(k, r, d, &out))
		case d.Kind == "SopsSecretGenerator" && strings.HasPrefix(d.APIVersion, "goabout.com/"):
			reason = first(reason, c.sopsSecret(k, r, d, &out))
		default:
			return first(reason, refused)
		}
	}
}

func (c *closure) rewrite(file string, more Rewrite) {
	if c.job.Rewrites == nil {
		c.job.Rewrites = map[string]Rewrite{}
	}
	all := c.job.Rewrites[file]
	all.Generators = append(all.Generators, more.Generators...)
	all.Resources = append(all.Resources, more.Resources...)
	all.Secrets = append(all.Secrets, more.Secrets...)
	all.Configs = append(all.Configs, more.Configs...)
	c.job.Rewrites[file] = all
}

// ksops takes in what ksops decrypts: manifests, and Secrets of which it knows
// only the metadata.
func (c *closure) ksops(k *checkout.KustomizationFile, r checkout.Reference, d decrypter, out *Rewrite) (reason string) {
	for _, name := range d.Files {
		target, why := k.Resolve(checkout.Reference{Field: r.Field, Path: name})
		if why == "" {
			c.role(target, Source)
			why = c.add(target)
		}
		if why == "" {
			why = identities(target, c.job.Files[target])
		}
		if why != "" {
			reason = first(reason, r.Field+" decrypts "+dupcheck.QuoteAlways(checkout.Brief(name))+": "+why)
			continue
		}
		c.job.Manifests = append(c.job.Manifests, target)
		out.Resources = append(out.Resources, name)
	}
	for _, secret := range d.SecretFrom {
		if changes(secret.Metadata.Annotations) {
			return first(reason, r.Field+" decrypts a Secret that changes another one")
		}
		out.Resources = append(out.Resources, c.secret(k, r, secret.Metadata))
	}
	return reason
}

// behavior is the annotation by which ksops asks for another object to be changed.
const behavior = "kustomize.config.k8s.io/behavior"

func changes(annotations map[string]string) bool {
	return annotations[behavior] != "" && annotations[behavior] != "create"
}

// identities says why the identities in an encrypted file are not known.
func identities(file string, text []byte) (reason string) {
	for o, err := range manifest.Parse(file, text) {
		if u, ok := errors.AsType[*dupcheck.Unread](err); ok {
			return u.Reason
		}
		value, err := contents(o)
		if err != nil {
			return "it cannot be understood"
		}
		metadata, _ := value["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		if b, ok := annotations[behavior]; ok && b != "create" {
			return "it changes another object"
		}
	}
	return ""
}

func contents(o dupcheck.Object) (map[string]any, error) {
	if o.Body == nil {
		return nil, nil
	}
	value, err := o.Body.Value()
	object, _ := value.(map[string]any)
	return object, err
}

// secret adds a Secret of which only the identity is known, and returns the path
// of a file that exists nowhere else.
func (c *closure) secret(k *checkout.KustomizationFile, r checkout.Reference, m secretMetadata) string {
	name := fmt.Sprintf(".kuniq-secret-%d.json", len(c.job.Moved))
	metadata := map[string]any{"name": m.Name}
	if m.Namespace != "" {
		metadata["namespace"] = m.Namespace
	}
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": metadata})
	if err != nil {
		panic(err) // strings
	}
	if c.job.Moved == nil {
		c.job.Moved = map[string]string{}
	}
	file := path.Join(k.Dir, name)
	c.job.Files[file], c.job.Moved[file] = text, k.File
	if !strings.Contains(r.Path, "\n") {
		c.job.Moved[file] = path.Join(k.Dir, r.Path)
	}
	return name
}

// sopsSecret takes in a Secret that is made of encrypted files. Its name has a
// hash of what is in them, in place of which that of the encrypted files does as
// well.
func (c *closure) sopsSecret(k *checkout.KustomizationFile, r checkout.Reference, d decrypter, out *Rewrite) (reason string) {
	if d.Behavior != "" && d.Behavior != "create" {
		return r.Field + " decrypts a Secret that changes another one"
	}
	args := types.SecretArgs{GeneratorArgs: types.GeneratorArgs{
		Name: d.Metadata.Name, Namespace: d.Metadata.Namespace,
		Options: &types.GeneratorOptions{DisableNameSuffixHash: d.DisableNameSuffixHash},
	}}
	for i, name := range slices.Concat(d.Files, d.Envs) {
		if _, after, found := strings.Cut(name, "="); found {
			name = after
		}
		target, why := k.Resolve(checkout.Reference{Field: r.Field, Path: name})
		if why == "" {
			why = c.add(target)
		}
		if why != "" {
			reason = first(reason, r.Field+" decrypts "+dupcheck.QuoteAlways(checkout.Brief(name))+": "+why)
			continue
		}
		args.FileSources = append(args.FileSources, fmt.Sprintf("file-%d=%s", i, name))
	}
	text, err := json.Marshal(args)
	if err != nil {
		return first(reason, r.Field+" has a configuration that cannot be read")
	}
	out.Secrets = append(out.Secrets, text)
	return reason
}

// file returns a file as it is built with.
func (j Job) file(name string) []byte {
	rewrite, ok := j.Rewrites[name]
	if !ok {
		return j.Files[name]
	}
	var k types.Kustomization
	if k.Unmarshal(j.Files[name]) != nil {
		return j.Files[name]
	}
	k.FixKustomization()
	k.Generators = slices.DeleteFunc(k.Generators, func(g string) bool { return slices.Contains(rewrite.Generators, g) })
	k.Resources = append(k.Resources, rewrite.Resources...)
	for _, text := range rewrite.Secrets {
		var args types.SecretArgs
		if json.Unmarshal(text, &args) == nil {
			k.SecretGenerator = append(k.SecretGenerator, args)
		}
	}
	out, err := json.Marshal(k)
	if err != nil {
		return j.Files[name]
	}
	return out
}
