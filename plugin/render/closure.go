package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// Role is what the rendering of a target does with a file.
type Role uint8

// The roles of a file. Of several the greatest counts.
const (
	// Data is read as bytes or values, and no object comes of it.
	Data Role = iota
	// Setting says what is rendered and how: a kustomization, a Chart.yaml, a
	// program.
	Setting
	// Template may become objects or not: a file of a chart, or one that a
	// program imports.
	Template
	// Patch changes objects of other files.
	Patch
	// Source becomes objects.
	Source
)

// closure collects what a build reads.
type closure struct {
	*checkout.Tree
	job   Job
	bytes int
	state map[string]bool // directories: false while they are looked at, then true

	vendored map[string]bool // directories of charts in the charts directory of another
	unread   bool            // only the inputs are wanted
}

// role notes what is done with a file.
func (c *closure) role(file string, r Role) { c.job.Inputs[file] = max(c.job.Inputs[file], r) }

// first returns the first reason that is one.
func first(reasons ...string) string {
	for _, reason := range reasons {
		if reason != "" {
			return reason
		}
	}
	return ""
}

// kustomization adds everything that the kustomization of a directory reads. It
// goes on behind a reference that cannot be followed, so that the inputs are
// known of what cannot be rendered, too.
func (c *closure) kustomization(dir string) (reason string) {
	if done, met := c.state[dir]; met {
		if !done {
			return "the kustomization in " + dupcheck.Quote(dir) + " is a part of itself"
		}
		return ""
	}
	c.state[dir] = false
	k := c.Kustomization(dir)
	c.role(k.File, Setting)
	switch {
	case k.Broken != "":
		reason = dupcheck.Quote(k.File) + ": " + k.Broken
		c.around(k.Dir)
	case k.Helm:
		reason = dupcheck.Quote(k.File) + " inflates a Helm chart, and kuniq runs no helm"
	}
	if failed := c.add(k.File); failed != "" {
		reason = first(reason, dupcheck.Quote(k.File)+": "+failed)
	}
	for _, r := range k.References {
		if failed := c.reference(k, r); failed != "" {
			reason = first(reason, dupcheck.Quote(k.File)+": "+failed)
		}
	}
	c.state[dir] = true
	return reason
}

// around notes the files that a kustomization may name which cannot be read: those
// below its directory that no other one is nearer to.
func (c *closure) around(dir string) {
	entries, _ := fs.ReadDir(c.FS(), dir) // a directory that cannot be listed is unread by itself
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && manifest.SkippedDirectory(e.Name()) == "" && !checkout.HasKustomization(c.FS(), name) && !checkout.HasChart(c.FS(), name):
			c.around(name)
		case e.Type().IsRegular() && manifest.HasExtension(name) && !manifest.IsKustomization(name):
			c.role(name, Source)
		}
	}
}

// reference adds what a kustomization names.
func (c *closure) reference(k *checkout.KustomizationFile, r checkout.Reference) string {
	if r.Use == checkout.AsConfig && bytes.ContainsRune([]byte(r.Path), '\n') {
		return c.plugins(k, r, []byte(r.Path))
	}
	target, reason := k.Resolve(r)
	if reason != "" || target == "" {
		return reason
	}
	switch child := c.Kustomization(target); {
	case child != nil && (r.Use == checkout.AsManifest || r.Use == checkout.AsDirectory || r.Use == checkout.AsConfig):
		reason := c.kustomization(target)
		if reason == "" && r.Use == checkout.AsConfig {
			reason = r.Field + " names a kustomization, which kuniq does not look into for plugins"
		}
		return reason
	case r.Use == checkout.AsDirectory:
		return r.Field + " names " + r.Quoted() + ", where there is no kustomization"
	}
	reason = c.add(target)
	// kustomize refuses a file outside of the directory (LoadRestrictionsRootOnly),
	// so that no kustomization speaks for one.
	if checkout.Below(target, k.Dir) && (reason == "" || checkout.IsFile(c.FS(), target)) {
		c.role(target, roleOf(r.Use))
	}
	if reason != "" {
		return r.Field + " names " + r.Quoted() + ": " + reason
	}
	switch r.Use {
	case checkout.AsConfig:
		return c.plugins(k, r, c.job.Files[target])
	case checkout.AsManifest:
		c.job.Manifests = append(c.job.Manifests, target)
	}
	return ""
}

// roleOf is what becomes of a file that a kustomization uses.
func roleOf(use checkout.Use) Role {
	switch use {
	case checkout.AsManifest:
		return Source
	case checkout.AsPatch, checkout.AsPatchOrText:
		return Patch
	case checkout.AsConfig:
		return Setting
	}
	return Data
}

// plugins looks into configurations of plugins: only built-in ones are let
// through, and nothing they could read may be elsewhere. The others are known by
// the objects that they are known to make.
func (c *closure) plugins(k *checkout.KustomizationFile, r checkout.Reference, text []byte) string {
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var header struct {
			APIVersion string `yaml:"apiVersion"`
			Metadata   struct{ Annotations map[string]string }
		}
		switch err := d.Decode(&header); {
		case errors.Is(err, io.EOF):
			return c.pluginFiles(k, r, text)
		case err != nil:
			return r.Field + " has a configuration that cannot be read"
		case header.APIVersion == "":
			continue
		case header.APIVersion != "builtin" || header.Metadata.Annotations["config.kubernetes.io/function"] != "" || header.Metadata.Annotations["config.k8s.io/function"] != "":
			return c.encrypted(k, r, text)
		}
	}
}

func (c *closure) pluginFiles(k *checkout.KustomizationFile, r checkout.Reference, text []byte) string {
	values, helm := kustomizer.InlinePaths(text)
	if helm {
		return r.Field + " inflates a Helm chart, and kuniq runs no helm"
	}
	for _, value := range values {
		if kustomizer.IsRemote(value) {
			return r.Field + " has a plugin that may fetch " + dupcheck.QuoteAlways(checkout.Brief(value))
		}
		target, reason := k.Resolve(checkout.Reference{Path: value})
		if reason != "" || target == "" || !checkout.IsFile(c.FS(), target) {
			continue // just a string
		}
		if reason := c.add(target); reason != "" {
			return r.Field + " has a plugin that reads " + dupcheck.QuoteAlways(checkout.Brief(value)) + ": " + reason
		}
	}
	return ""
}

// add adds a file, or says why it cannot.
func (c *closure) add(file string) string {
	if _, there := c.job.Files[file]; there {
		return ""
	}
	if c.Linked(file) {
		return "it is reached through a symbolic link"
	}
	if c.bytes > mostFiles {
		return tooMany()
	}
	data, reason := checkout.ReadFile(c.FS(), file, mostFile)
	if reason != "" {
		return reason
	}
	if c.bytes += len(data); c.bytes > mostFiles {
		return tooMany()
	}
	c.job.Files[file] = data
	c.role(file, Data)
	return ""
}

func tooMany() string { return fmt.Sprintf("all files together have more than %d MiB", mostFiles>>20) }
