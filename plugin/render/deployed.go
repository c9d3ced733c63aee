package render

import (
	"bytes"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// mostDeployment is how large a file may be in which Argo CD's and Flux's
// objects are looked for.
const mostDeployment = 1 << 20

// deployments notes the directories that the Argo CD and Flux objects of a file
// deploy. Which repository they mean is not looked at: a path that is not in
// this one does no harm.
func (f *finder) deployments(file string) {
	data, reason := readFile(f.fsys, file, mostDeployment)
	if reason != "" || !bytes.Contains(data, []byte("argoproj.io/")) && !bytes.Contains(data, []byte(foreign)) {
		return
	}
	for o, err := range manifest.Parse(file, data) {
		if err != nil || o.Body == nil {
			continue
		}
		value, err := o.Body.Value()
		if err != nil {
			continue
		}
		switch {
		case strings.HasPrefix(o.APIVersion, "argoproj.io/") && o.Kind == "Application":
			f.sources(field(value, "spec"))
		case strings.HasPrefix(o.APIVersion, "argoproj.io/") && o.Kind == "ApplicationSet":
			f.sources(field(value, "spec", "template", "spec"))
		case strings.HasPrefix(o.APIVersion, foreign) && o.Kind == "Kustomization":
			f.deploys(field(value, "spec", "path"))
		}
	}
}

// sources notes the sources of an Application's spec.
func (f *finder) sources(spec any) {
	f.deploys(field(spec, "source", "path"))
	list, _ := field(spec, "sources").([]any)
	for _, source := range list {
		f.deploys(field(source, "path"))
	}
}

func (f *finder) deploys(where any) {
	if dir, ok := where.(string); ok {
		f.deployed[path.Clean(strings.TrimPrefix(dir, "/"))] = true
	}
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
	data, _ := readFile(f.fsys, file, mostDeployment)
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
