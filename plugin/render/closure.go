package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/konfig"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// closure collects what a build reads.
type closure struct {
	*Parts
	job   Job
	bytes int
	state map[string]bool // directories: false while they are looked at, then true

	vendored map[string]bool // directories of charts in the charts directory of another
}

// kustomization adds the kustomization of a directory. It returns why the root
// cannot be built.
func (c *closure) kustomization(dir string) string {
	if done, met := c.state[dir]; met {
		if !done {
			return dupcheck.Quote(dir) + " is a part of itself"
		}
		return ""
	}
	c.state[dir] = false
	k := c.at[dir]
	switch {
	case k.broken != "":
		return dupcheck.Quote(k.file) + ": " + k.broken
	case k.helm:
		return dupcheck.Quote(k.file) + " inflates a Helm chart, and kuniq runs no helm"
	}
	if reason := c.add(k.file); reason != "" {
		return dupcheck.Quote(k.file) + ": " + reason
	}
	for _, e := range k.entries {
		if reason := c.entry(k, e); reason != "" {
			return dupcheck.Quote(k.file) + ": " + reason
		}
	}
	c.state[dir] = true
	return ""
}

func (c *closure) entry(k *kustomization, e entry) string {
	if e.use == asConfig && strings.Contains(e.path, "\n") {
		return c.plugins(k.dir, e.field, []byte(e.path))
	}
	target, reason := resolve(k.dir, e)
	if reason != "" || target == "" {
		return reason
	}
	switch child := c.at[target]; {
	case child != nil && (e.use == asManifest || e.use == asDirectory || e.use == asConfig):
		reason := c.kustomization(target)
		if reason == "" && e.use == asConfig {
			reason = e.field + " names a kustomization, which kuniq does not look into for plugins"
		}
		return reason
	case e.use == asDirectory:
		return e.field + " names " + quoted(e) + ", where there is no kustomization"
	}
	if reason := c.add(target); reason != "" {
		return e.field + " names " + quoted(e) + ": " + reason
	}
	switch e.use {
	case asConfig:
		return c.plugins(k.dir, e.field, c.job.Files[target])
	case asManifest:
		c.job.Manifests = append(c.job.Manifests, target)
	}
	return ""
}

// plugins looks into configurations of plugins: only built-in ones are let
// through, and nothing they could read may be elsewhere.
func (c *closure) plugins(dir, field string, text []byte) string {
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var header struct {
			APIVersion string `yaml:"apiVersion"`
			Metadata   struct{ Annotations map[string]string }
		}
		switch err := d.Decode(&header); {
		case errors.Is(err, io.EOF):
			return c.pluginFiles(dir, field, text)
		case err != nil:
			return field + " has a configuration that cannot be read"
		case header.APIVersion == "":
			continue
		case header.APIVersion != "builtin" || header.Metadata.Annotations["config.kubernetes.io/function"] != "" || header.Metadata.Annotations["config.k8s.io/function"] != "":
			return field + " has a plugin or a function, and kuniq executes none"
		}
	}
}

func (c *closure) pluginFiles(dir, field string, text []byte) string {
	values, helm := kustomizer.InlinePaths(text)
	if helm {
		return field + " inflates a Helm chart, and kuniq runs no helm"
	}
	for _, value := range values {
		if kustomizer.IsRemote(value) {
			return field + " has a plugin that may fetch " + dupcheck.QuoteAlways(brief(value))
		}
		target, reason := resolve(dir, entry{path: value})
		if reason != "" || target == "" || !isFile(c.fsys, target) {
			continue // just a string
		}
		if reason := c.add(target); reason != "" {
			return field + " has a plugin that reads " + dupcheck.QuoteAlways(brief(value)) + ": " + reason
		}
	}
	return ""
}

// add adds a file, or says why it cannot.
func (c *closure) add(file string) string {
	if _, there := c.job.Files[file]; there {
		return ""
	}
	if c.linked(file) {
		return "it is reached through a symbolic link"
	}
	data, reason := readFile(c.fsys, file, mostFile)
	if reason != "" {
		return reason
	}
	if c.bytes += len(data); c.bytes > mostFiles {
		return tooMany()
	}
	c.job.Files[file] = data
	return ""
}

func tooMany() string { return fmt.Sprintf("all files together have more than %d MiB", mostFiles>>20) }

// linked says whether a path leads through a symbolic link. kustomize would
// resolve it, and then take the file for one of another directory.
func (p *Parts) linked(file string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for dir := file; dir != "."; dir = path.Dir(dir) {
		link, known := p.links[dir]
		if !known {
			info, err := fs.Lstat(p.fsys, dir)
			link = err == nil && info.Mode()&fs.ModeSymlink != 0
			p.links[dir] = link
		}
		if link {
			return true
		}
	}
	return false
}

// resolve returns where an entry leads inside the tree, nothing if it is the
// text itself, or why it must not be followed.
func resolve(dir string, e entry) (target, reason string) {
	inline := strings.Contains(e.path, "\n") || e.use == asPatch && strings.HasPrefix(e.path, "{")
	switch {
	case inline:
		return "", ""
	case kustomizer.IsRemote(e.path):
		return "", e.field + " names something to be fetched: " + quoted(e)
	case path.IsAbs(e.path):
		return "", e.field + " names an absolute path: " + quoted(e)
	}
	target = path.Join(dir, e.path)
	if !fs.ValidPath(target) {
		return "", e.field + " leaves what is checked: " + quoted(e)
	}
	return target, ""
}

func quoted(e entry) string { return dupcheck.QuoteAlways(brief(e.path)) }

// brief cuts what may be long.
func brief(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}

// kustomizationsIn returns the kustomization files of a directory.
func kustomizationsIn(fsys fs.FS, dir string) []string {
	var out []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(dir, name)
		if info, err := fs.Lstat(fsys, file); err == nil && !info.IsDir() {
			out = append(out, file)
		}
	}
	return out
}

func isFile(fsys fs.FS, p string) bool {
	info, err := fs.Lstat(fsys, p)
	return err == nil && info.Mode().IsRegular()
}

// readFile reads a regular file, or says why it cannot.
func readFile(fsys fs.FS, p string, most int64) (data []byte, reason string) {
	info, err := fs.Lstat(fsys, p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "there is no such file"
	case err != nil:
		return nil, "it cannot be read"
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, "it is a symbolic link"
	case info.IsDir():
		return nil, "it is a directory without a kustomization"
	case !info.Mode().IsRegular():
		return nil, "it is not a regular file"
	}
	if info.Size() <= most {
		data, err = fs.ReadFile(fsys, p) // which need not copy what is in memory
	}
	switch {
	case err != nil:
		return nil, "it cannot be read"
	case max(info.Size(), int64(len(data))) > most:
		return nil, fmt.Sprintf("it is larger than %d MiB", most>>20)
	}
	return data, ""
}
