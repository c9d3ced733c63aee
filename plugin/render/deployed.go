package render

import (
	"bytes"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/crash"
)

// mostChart is how large a Chart.yaml or a main.jsonnet may be that is looked at.
const mostChart = 1 << 20

// readDeployments notes the directories that the Argo CD and Flux objects among
// the manifests deploy. They are read only where it matters: to files that
// nothing renders it does not.
func (f *finder) readDeployments() {
	if !f.all && !f.deployments.known && len(f.found)+len(f.Roots)+len(f.brought)+len(f.tests) == 0 {
		return
	}
	f.deployments.known = true
	var next atomic.Int64
	var mu sync.Mutex
	var readers crash.Group
	for range runtime.NumCPU() {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(f.manifests)); i = next.Add(1) - 1 {
				dirs, patterns := deployedBy(f.fsys, f.manifests[i])
				mu.Lock()
				for _, dir := range dirs {
					f.deploys(dir)
				}
				f.deployments.add(f.manifests[i], slices.Concat(dirs, patterns))
				mu.Unlock()
			}
		})
	}
	readers.Wait()
	f.manifests = nil
}

// deploys notes a directory that is deployed.
func (f *finder) deploys(dir string) {
	f.deployed[dir] = true
	for ; !f.above[dir]; dir = path.Dir(dir) {
		f.above[dir] = true
	}
}

// deployedBy returns the directories that the Argo CD and Flux objects of a
// file deploy, and the patterns with which ApplicationSets look for others. Which
// repository they mean is not looked at: a path that is not in this one does no
// harm.
func deployedBy(fsys fs.FS, file string) (dirs, patterns []string) {
	defer crash.While(file)
	data, reason := readFile(fsys, file, mostFile)
	if reason != "" || !bytes.Contains(data, []byte("argoproj.io/")) && !bytes.Contains(data, []byte(foreign)) {
		return nil, nil
	}
	for o, err := range manifest.Parse(file, data) {
		if err != nil || o.Body == nil {
			continue
		}
		var spec []string
		switch {
		case strings.HasPrefix(o.APIVersion, "argoproj.io/") && o.Kind == "Application":
			spec = []string{"spec"}
		case strings.HasPrefix(o.APIVersion, "argoproj.io/") && o.Kind == "ApplicationSet":
			spec = []string{"spec", "template", "spec"}
		case strings.HasPrefix(o.APIVersion, foreign) && o.Kind == "Kustomization":
			spec = []string{"spec"}
		default:
			continue
		}
		value, err := o.Body.Value()
		if err != nil {
			continue
		}
		dirs = append(dirs, sources(field(value, spec...))...)
		if o.Kind == "ApplicationSet" {
			patterns = generated(patterns, field(value, "spec", "generators"))
		}
	}
	return dirs, patterns
}

// sources are the paths that a spec names: that of a Flux Kustomization, and
// those of the sources of an Application.
func sources(spec any) (dirs []string) {
	paths := []any{field(spec, "path"), field(spec, "source", "path")}
	list, _ := field(spec, "sources").([]any)
	for _, source := range list {
		paths = append(paths, field(source, "path"))
	}
	for _, p := range paths {
		if dir, ok := p.(string); ok {
			dirs = append(dirs, path.Clean(strings.TrimLeft(dir, "/")))
		}
	}
	return dirs
}

// field returns what a path of keys leads to, or nil.
func field(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}

// chart takes in a Helm chart. Library charts are parts of others.
func (f *finder) chart(dir string) {
	f.owned[dir] = true
	file := path.Join(dir, "Chart.yaml")
	data, _ := readFile(f.fsys, file, mostChart)
	var c struct {
		Type         string
		Dependencies []dependency
	}
	err := yaml.Unmarshal(data, &c)
	for _, d := range c.Dependencies {
		if local, ok := strings.CutPrefix(d.Repository, "file://"); ok {
			f.brought[path.Join(dir, local)] = true
		}
	}
	if err == nil && c.Type == "library" {
		f.Aside = append(f.Aside, Aside{dir, "a library chart, which deploys nothing by itself"})
		return
	}
	f.Roots = append(f.Roots, Part{Dir: dir, File: file, Kind: Chart})
}
