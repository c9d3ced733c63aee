// Package tanka renders Tanka environments: programs with the search path and the
// variable of Tanka, whose objects have the namespace of the environment.
//
// It is v0: the API may change in any minor release, as the changelog says.
package tanka

import (
	"cmp"
	"context"
	"encoding/json"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/jsonnet"
)

// Renderer renders environments.
type Renderer struct{ jsonnet.Renderer }

// Collect is that of job.Renderer.
func (r Renderer) Collect(c *job.Collector) error {
	if err := environment(c); err != nil {
		return err
	}
	return r.Renderer.Collect(c)
}

// Render is that of job.Renderer.
func (r Renderer) Render(ctx context.Context, j job.Job) job.Result {
	out := r.Renderer.Render(ctx, j)
	namespace := namespaceOf(j)
	for i := range out.Objects {
		if o := &out.Objects[i]; o.Namespace == "" && o.Set == "" {
			o.Namespace = namespace
		}
	}
	return out
}

// namespaceOf is the namespace that Tanka gives to objects without one: that of the
// environment, or "default" (tanka v0.28.0, pkg/process/namespace.go). It means
// nothing to what is cluster-scoped.
func namespaceOf(j job.Job) string {
	namespace, ok := Namespace(j.Files[path.Join(j.Dir, checkout.SpecFile)])
	if !ok {
		return ""
	}
	return cmp.Or(namespace, "default")
}

// Variable is the external variable in which a program finds its environment (tanka
// v0.28.0, pkg/tanka/static.go).
const Variable = "tanka.dev/environment"

// Namespace returns the namespace of an environment in JSON, which may have none. It is
// false if the text is no environment.
func Namespace(environment []byte) (string, bool) {
	var spec struct {
		Spec struct{ Namespace string }
	}
	err := json.Unmarshal(environment, &spec)
	return spec.Spec.Namespace, err == nil
}

// environment sets the search path of Tanka (pkg/jsonnet/jpath/jpath.go,
// v0.28.0): the environment itself, then lib of the project, vendor of the
// environment and vendor of the project. A static environment has a spec.json,
// which the program sees as a variable.
func environment(c *job.Collector) error {
	dir := c.Job.Dir
	root := projectOf(c, dir)
	j := &c.Job.Jsonnet
	j.Libraries = append([]job.Library{
		jsonnet.Bundle(root), jsonnet.Bundle(dir), {Dir: path.Join(root, "lib")}, {Dir: dir},
	}, j.Libraries...)
	spec := path.Join(dir, checkout.SpecFile)
	if !checkout.IsFile(c.FS(), spec) {
		return nil
	}
	c.Note(spec, job.Setting)
	if err := c.Add(spec); err != nil {
		return checkout.About(spec, err)
	}
	var value map[string]any
	err := yaml.Unmarshal(c.Job.Files[spec], &value)
	if err == nil && value != nil {
		metadata, _ := value["metadata"].(map[string]any)
		if metadata == nil {
			metadata = map[string]any{}
		}
		metadata["name"] = strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
		value["metadata"] = metadata
		var code []byte
		if code, err = json.Marshal(value); err == nil {
			j.Variables = append([]job.Variable{{Name: Variable, Value: string(code), Code: true}}, j.Variables...)
			return nil
		}
	}
	return checkout.Errorf(checkout.Invalid, "%s is not valid", checkout.Named(spec))
}

// projectOf returns the directory of the project that an environment is in, or the
// environment itself.
func projectOf(c *job.Collector, dir string) string {
	for d := dir; ; d = path.Dir(d) {
		if checkout.IsFile(c.FS(), path.Join(d, "tkrc.yaml")) || checkout.IsFile(c.FS(), path.Join(d, "jsonnetfile.json")) {
			return d
		}
		if d == "." {
			return dir
		}
	}
}
