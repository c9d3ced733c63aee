// Package kustomize renders kustomizations with kustomize itself, from memory. It
// neither opens a file nor connects to anything.
//
// It is v0: the API may change in any minor release, as the changelog says.
package kustomize

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Renderer renders kustomizations.
type Renderer struct{}

// Enter waits until nothing else in this process builds a kustomization: kustomize
// has global state. Render is called between Enter and leave.
func (Renderer) Enter(ctx context.Context) (leave func(), err error) { return kustomizer.Enter(ctx) }

// Collect implements job.Renderer.
func (Renderer) Collect(c *job.Collector) error {
	i := newInputs(c, map[string]*inputs{})
	if c.Job.Kustomize.Flux != nil {
		err := refusedByFlux(i.flux())
		c.Job.Programs = nil // Flux runs none
		return err
	}
	err := checkout.Both(i.kustomization(c.Job.Dir), i.edit())
	if i.inflates() {
		err = checkout.Both(err, i.inflate(c.Job.Dir, ""))
	}
	return err
}

// inputs collects the files that a build reads.
type inputs struct {
	*job.Collector
	done     map[string]bool     // directories: false while they are looked at, then true
	inflated map[string]inflated // kustomizations with charts
	visited  map[[2]string]bool  // directories and namespaces that inflate was called with
	parts    map[string]*inputs  // those in other trees, by their At
}

func newInputs(c *job.Collector, parts map[string]*inputs) *inputs {
	return &inputs{Collector: c, done: map[string]bool{}, inflated: map[string]inflated{}, visited: map[[2]string]bool{}, parts: parts}
}

// kustomization adds everything that the kustomization of a directory reads.
func (c *inputs) kustomization(dir string) (failed error) {
	if done, met := c.done[dir]; met {
		if !done {
			return checkout.Errorf(checkout.Refused, "the kustomization in %s is a part of itself", checkout.Named(dir))
		}
		return nil
	}
	c.done[dir] = false
	failed = c.add(c.Kustomization(dir))
	c.done[dir] = true
	return failed
}

// add adds a kustomization and everything that it reads.
func (c *inputs) add(k *checkout.KustomizationFile) (failed error) {
	c.Note(k.File, job.Setting)
	fail := func(err error) { failed = checkout.Both(failed, checkout.About(k.File, err)) }
	switch {
	case k.Broken != nil:
		fail(k.Broken)
		c.around(k.Dir)
	case len(k.Inflations) > 0 && !c.inflates():
		c.helm(k)
		c.ask(k, k.Inflations)
		failed = needsHelm(checkout.Named(k.File))
	}
	fail(c.Add(k.File))
	for _, r := range k.References {
		fail(c.reference(k, r))
	}
	return failed
}

// helm records the files of the tree that helm would read: charts and their values, which
// nothing else records.
func (c *inputs) helm(k *checkout.KustomizationFile) {
	for _, name := range k.Charts {
		at, err := k.Resolve(checkout.Reference{Path: name})
		switch {
		case name == "", checkout.IsRemote(name):
			continue
		case name == "." || err != nil || c.Linked(at):
			at = "."
		}
		c.Job.Programs = append(c.Job.Programs, at)
	}
}

// executes returns the error about a plugin that is not run. A plugin could read any
// file.
func (c *inputs) executes(format string, args ...any) error {
	c.Job.Programs = append(c.Job.Programs, ".")
	return checkout.Errorf(checkout.Executes, format, args...)
}

// around records the files that an unreadable kustomization may name: those below its
// directory, unless another one is nearer.
func (c *inputs) around(dir string) {
	entries, _ := fs.ReadDir(c.FS(), dir) // a directory that cannot be listed is unread by itself
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && manifest.SkippedDirectory(e.Name()) == "" && !checkout.HasKustomization(c.FS(), name) && !checkout.HasChart(c.FS(), name):
			c.around(name)
		case e.Type().IsRegular() && manifest.HasExtension(name) && !manifest.IsKustomization(name):
			c.Note(name, job.Source)
		}
	}
}

// reference adds a reference of a kustomization.
func (c *inputs) reference(k *checkout.KustomizationFile, r checkout.Reference) error {
	if r.Use == checkout.AsConfig && strings.Contains(r.Path, "\n") {
		return c.plugins(k, r, []byte(r.Path))
	}
	target, err := k.Resolve(r)
	switch {
	case checkout.CodeOf(err) == checkout.Remote:
		return c.remote(k, r, err)
	case err != nil || target == "":
		return err
	}
	switch child := c.Kustomization(target); {
	case child != nil && r.Use.MayBeDirectory():
		err := c.kustomization(target)
		if err == nil && r.Use == checkout.AsConfig {
			err = c.executes("%s names a kustomization, which kuniq does not look into for plugins", r.Field)
		}
		return err
	case r.Use == checkout.AsDirectory:
		return checkout.Errorf(checkout.Missing, "%s names %s, where there is no kustomization", r.Field, r.Quoted())
	}
	if c.At != "" && !checkout.Below(target, k.Dir) { // Flux does not lift that of a repository
		return checkout.Errorf(checkout.Refused, "%s names %s outside of its directory, which kustomize refuses", r.Field, r.Quoted())
	}
	err = c.Add(target)
	// kustomize refuses a file outside of the directory (LoadRestrictionsRootOnly), so no
	// kustomization decides about one. Flux allows it.
	if (c.Job.Kustomize.Flux != nil || checkout.Below(target, k.Dir)) && (err == nil || checkout.IsFile(c.FS(), target)) {
		c.Note(target, roleOf(r.Use))
	}
	if err != nil {
		return checkout.Wrap(err, "%s names %s", r.Field, r.Quoted())
	}
	if c.Job.Kustomize.Flux != nil && roleOf(r.Use) == job.Patch && manifest.HasSOPS(c.Job.Files[target]) {
		return checkout.Errorf(dupcheck.Encrypted, "%s names %s, which Flux decrypts before it builds", r.Field, r.Quoted())
	}
	switch r.Use {
	case checkout.AsConfig:
		return c.plugins(k, r, c.Job.Files[target])
	case checkout.AsManifest, checkout.AsBase:
		c.Job.Manifests = append(c.Job.Manifests, target)
	}
	return nil
}

// roleOf returns the role of a file that a kustomization uses.
func roleOf(use checkout.Use) job.Role {
	switch use {
	case checkout.AsManifest, checkout.AsBase:
		return job.Source
	case checkout.AsPatch, checkout.AsPatchOrText, checkout.AsJSONPatch:
		return job.Patch
	case checkout.AsConfig:
		return job.Setting
	}
	return job.Data
}

// plugins looks into configurations of plugins: only built-in ones are let
// through, and nothing they could read may be elsewhere. The others are known by
// the objects that they are known to make.
func (c *inputs) plugins(k *checkout.KustomizationFile, r checkout.Reference, text []byte) error {
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var header struct {
			APIVersion string `yaml:"apiVersion"`
			Metadata   struct{ Annotations map[string]string }
		}
		switch err := d.Decode(&header); {
		case errors.Is(err, io.EOF):
			return c.pluginFiles(k, r, text)
		case err != nil:
			return checkout.Errorf(checkout.Invalid, "%s has a configuration that cannot be read", r.Field)
		case header.APIVersion == "":
			continue
		case header.APIVersion != "builtin" || header.Metadata.Annotations["config.kubernetes.io/function"] != "" || header.Metadata.Annotations["config.k8s.io/function"] != "":
			return c.decrypt(k, r, text)
		}
	}
}

func (c *inputs) pluginFiles(k *checkout.KustomizationFile, r checkout.Reference, text []byte) error {
	charts, rest := checkout.Inflations(text)
	if len(charts) > 0 && (!c.inflates() || r.Field != "generators") {
		c.ask(k, charts)
		c.Job.Programs = append(c.Job.Programs, ".")
		return needsHelm(checkout.Text(r.Field))
	}
	for _, value := range checkout.InlinePaths(rest) {
		if checkout.IsRemote(value) {
			return checkout.Errorf(checkout.Remote, "%s has a plugin that may fetch %s", r.Field, dupcheck.QuoteBrief(value))
		}
		target, err := k.Resolve(checkout.Reference{Path: value})
		if err != nil || target == "" || !checkout.IsFile(c.FS(), target) {
			continue // just a string
		}
		if err := c.Add(target); err != nil {
			return checkout.Wrap(err, "%s has a plugin that reads %s", r.Field, dupcheck.QuoteBrief(value))
		}
	}
	return nil
}
