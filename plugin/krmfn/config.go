package krmfn

import (
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// The kinds of functionConfig.
const (
	group       = "kuniq.dev"
	apiVersion  = group + "/v1alpha1"
	kindUnique  = "UniqueObjects"
	kindFiles   = "OneObjectPerFile"
	kindScalars = "ConfigMap"
)

// config is a decoded functionConfig. The zero value, with a kind, stands for none.
type config struct {
	kind string
	self self

	rules     dupcheck.Rules
	identical dupcheck.Severity
	ignore    []dupcheck.Ignore
	// checkLocal is skipLocalConfig turned around.
	checkLocal bool
	emitNone   bool

	layout    split.Layout
	functions template.FuncMap // for layout
	directory string
}

// self is how a functionConfig is called in the files of a kustomization.
type self struct{ kind, name string }

// configure reads a functionConfig strictly: an ignored misspelt field would be a check
// that is not made. lines is the number of lines before those of its nodes.
func configure(node *yaml.Node, lines int, functions template.FuncMap) (*config, error) {
	c := &config{kind: kindUnique, functions: functions}
	if node == nil {
		return c, nil
	}
	root := value{node: resolved(node), path: "functionConfig", lines: lines}
	if root.node.Kind != yaml.MappingNode {
		return nil, root.errorf("must be a mapping")
	}
	var err error
	if c.self.kind, err = c.kindOf(root); err != nil {
		return nil, err
	}
	body, read := "spec", c.spec
	if c.self.kind == kindScalars {
		body, read = "data", c.data
	} else {
		c.kind = c.self.kind
	}
	err = root.fields([]string{"apiVersion", "kind", "metadata", body}, func(name string, v value) error {
		switch name {
		case body:
			return read(v)
		case "metadata":
			c.self.name, _ = textOf(lookup(v.node, "name"))
		}
		return nil
	})
	if _, given := c.rules.Severity[dupcheck.IdenticalObject]; !given && c.identical != dupcheck.Default {
		if c.rules.Severity == nil {
			c.rules.Severity = map[dupcheck.Rule]dupcheck.Severity{}
		}
		c.rules.Severity[dupcheck.IdenticalObject] = c.identical
	}
	return c, err
}

// kindOf returns the kind of a functionConfig of kuniq.
func (c *config) kindOf(root value) (string, error) {
	version, _ := textOf(lookup(root.node, "apiVersion"))
	kind, _ := textOf(lookup(root.node, "kind"))
	switch {
	case version == "v1" && kind == kindScalars,
		version == apiVersion && (kind == kindUnique || kind == kindFiles):
		return kind, nil
	}
	return "", root.errorf("is %s of %s: use %s or %s of %s, or a ConfigMap",
		dupcheck.QuoteBrief(kind), dupcheck.QuoteBrief(version), kindUnique, kindFiles, apiVersion)
}

// spec reads the fields of a kind of ours.
func (c *config) spec(v value) error {
	if isNull(v.node) {
		return nil
	}
	return v.fields(names(c.settings(), false), c.set)
}

// data reads those of a ConfigMap, in which "kind" chooses the kind: kpt makes one of its
// arguments.
func (c *config) data(v value) error {
	if isNull(v.node) {
		return nil
	}
	if v.node.Kind == yaml.MappingNode {
		switch kind := lookup(v.node, "kind"); {
		case kind == nil:
		case kind.Value == kindUnique, kind.Value == kindFiles:
			c.kind = kind.Value
		default:
			return value{kind, v.path + ".kind", v.lines}.errorf("%s: use %s or %s", dupcheck.QuoteBrief(kind.Value), kindUnique, kindFiles)
		}
	}
	return v.fields(append([]string{"kind"}, names(c.settings(), true)...), func(name string, v value) error {
		if name == "kind" {
			return nil
		}
		return c.set(name, v)
	})
}

func (c *config) set(name string, v value) error {
	for _, s := range c.settings() {
		if s.name == name {
			return s.set(c, v)
		}
	}
	return nil
}

// value is a value in a functionConfig.
type value struct {
	node  *yaml.Node
	path  string
	lines int
}

// errorf is an error about the value, with its place.
func (v value) errorf(format string, args ...any) error {
	return badConfigf("%s (line %d of the ResourceList) "+format,
		append([]any{dupcheck.Quote(v.path), v.lines + v.node.Line}, args...)...)
}

// fields goes through the fields of a mapping, and refuses all others than the allowed
// ones.
func (v value) fields(allowed []string, each func(name string, v value) error) error {
	if v.node.Kind != yaml.MappingNode {
		return v.errorf("must be a mapping")
	}
	seen := map[string]bool{}
	for i := 0; i < len(v.node.Content); i += 2 {
		key, node := v.node.Content[i], resolved(v.node.Content[i+1])
		at := value{key, v.path + "." + brief(key.Value), v.lines}
		switch {
		case key.Kind != yaml.ScalarNode || !slices.Contains(allowed, key.Value):
			return at.errorf("is unknown: use %s", strings.Join(slices.Sorted(slices.Values(allowed)), ", "))
		case seen[key.Value]:
			return at.errorf("is given twice")
		}
		seen[key.Value] = true
		if err := each(key.Value, value{node, at.path, v.lines}); err != nil {
			return err
		}
	}
	return nil
}

// lookup returns the value of a key, or nil.
func lookup(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolved(n.Content[i+1])
		}
	}
	return nil
}

// brief cuts a key that is too long for a sentence.
func brief(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
