package jsonnethook

import "strconv"

// environment is a Tanka Environment, which is deployed by itself. Tanka takes equal ones
// for one: by default it hashes name and namespace of their metadata for the label of the
// deployed objects (tanka, pkg/spec/v1alpha1/environment.go, NameLabel).
type environment struct {
	source, namespace, name string
	defaultNamespace        string // of the objects in it; never empty
}

func isEnvironment(v map[string]any) bool {
	return v["apiVersion"] == "tanka.dev/v1alpha1" && v["kind"] == "Environment"
}

func newEnvironment(source string, v map[string]any, at *step) *environment {
	metadata, _ := v["metadata"].(map[string]any)
	spec, _ := v["spec"].(map[string]any)
	e := environment{source: source, defaultNamespace: "default"}
	e.name, _ = metadata["name"].(string)
	e.namespace, _ = metadata["namespace"].(string)
	if e.name == "" {
		e.name = at.String() // there may be several without a name
	}
	if namespace, _ := spec["namespace"].(string); namespace != "" {
		e.defaultNamespace = namespace
	}
	return &e
}

// freeName returns a name for the set of an environment that no other set has:
// Tanka's environments of one name in two programs have nothing in common.
func (c *Collector) freeName(e *environment) string {
	name := e.fullName()
	free := name
	for free == c.Set || c.names[free] > 0 {
		c.names[name]++ // as often as others had the name, and never again from 1
		free = name + " #" + strconv.Itoa(c.names[name])
	}
	return free
}
