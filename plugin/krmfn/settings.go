package krmfn

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// setting is a field of a functionConfig. definition.yaml has the same ones.
type setting struct {
	name string
	// scalar says that it can also be in the data of a ConfigMap.
	scalar bool
	set    func(*config, value) error
}

// identity are the settings that decide which objects are one.
var identity = []setting{
	{"clusterScoped", false, listOfEach(text(setClusterScoped))},
	{"defaultNamespace", true, text(func(c *config, s string) error { c.rules.DefaultNamespace = s; return nil })},
	{"openshift", true, func(c *config, v value) error { return v.bool(&c.rules.OpenShift) }},
}

var uniqueSettings = append(slices.Clip(identity),
	setting{"emit", true, text(setEmit)},
	setting{"identical", true, func(c *config, v value) error { return v.level(&c.identical) }},
	setting{"ignore", false, listOfEach(setIgnore)},
	setting{"severity", false, setSeverity},
	setting{"skipLocalConfig", true, setSkipLocalConfig},
)

var filesSettings = append(slices.Clip(identity),
	setting{"directory", true, text(setDirectory)},
	setting{"layout", true, text(setLayout)},
)

// text sets a field that is a string.
func text(set func(*config, string) error) func(*config, value) error {
	return func(c *config, v value) error {
		s, err := v.string()
		if err == nil {
			if err = set(c, s); err != nil {
				return v.errorf("%v", err)
			}
		}
		return err
	}
}

// listOfEach sets a field that is a list.
func listOfEach(set func(*config, value) error) func(*config, value) error {
	return func(c *config, v value) error {
		if v.node.Kind != yaml.SequenceNode {
			return v.errorf("must be a list")
		}
		for _, n := range v.node.Content {
			if err := set(c, value{resolved(n), v.path, v.lines}); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *config) settings() []setting {
	if c.kind == kindFiles {
		return filesSettings
	}
	return uniqueSettings
}

func names(all []setting, scalars bool) (out []string) {
	for _, s := range all {
		if s.scalar || !scalars {
			out = append(out, s.name)
		}
	}
	return out
}

func setClusterScoped(c *config, s string) error {
	gk, ok := dupcheck.ParseGroupKind(s)
	if !ok {
		return fmt.Errorf("%s is not of the form KIND.GROUP", dupcheck.QuoteBrief(s))
	}
	c.rules.ClusterScoped = append(c.rules.ClusterScoped, gk)
	return nil
}

func setEmit(c *config, s string) error {
	if s != "items" && s != "none" {
		return fmt.Errorf("%s: use items or none", dupcheck.QuoteBrief(s))
	}
	c.emitNone = s == "none"
	return nil
}

// setIgnore reads a pattern as --ignore has it, or as a mapping.
func setIgnore(c *config, v value) error {
	read := v.string
	if v.node.Kind == yaml.MappingNode {
		read = v.pattern
	}
	s, err := read()
	if err != nil {
		return err
	}
	i, err := dupcheck.ParseIgnore(s)
	if err != nil {
		return v.errorf("%v", err)
	}
	c.ignore = append(c.ignore, i)
	return nil
}

// pattern turns {group, kind, namespace, name} into the form of --ignore. An absent field
// matches everything.
func (v value) pattern() (string, error) {
	fields := map[string]string{"group": "*", "kind": "*", "name": "*"}
	err := v.fields([]string{"group", "kind", "namespace", "name"}, func(name string, v value) error {
		s, err := v.string()
		fields[name] = s
		if err == nil && (strings.ContainsAny(s, " ./") && name != "group" && name != "name" || strings.ContainsAny(s, " ")) {
			return v.errorf("%s holds what no %s has", dupcheck.QuoteBrief(s), name)
		}
		return err
	})
	full := fields["name"]
	if ns, ok := fields["namespace"]; ok {
		full = ns + "/" + full
	}
	return fields["kind"] + "." + fields["group"] + " " + full, err
}

func setSeverity(c *config, v value) error {
	c.rules.Severity = map[dupcheck.Rule]dupcheck.Severity{}
	return v.fields(dupcheck.AllRules().Names(), func(name string, v value) error {
		var level dupcheck.Severity
		err := v.level(&level)
		c.rules.Severity[dupcheck.Rule(name)] = level
		return err
	})
}

func setSkipLocalConfig(c *config, v value) error {
	skip := true
	err := v.bool(&skip)
	c.checkLocal = !skip
	return err
}

func setLayout(c *config, s string) error {
	layout, err := split.ParseLayout(s, c.functions)
	c.layout = layout
	return err
}

// setDirectory accepts only a directory of the package.
func setDirectory(c *config, s string) error {
	c.directory = path.Clean(s)
	if s == "" || path.IsAbs(s) || strings.Contains(s, `\`) || c.directory == ".." || strings.HasPrefix(c.directory, "../") {
		return fmt.Errorf("%s is not a directory below the package, written with slashes", dupcheck.QuoteBrief(s))
	}
	return nil
}

// string reads a string.
func (v value) string() (string, error) {
	s, ok := textOf(v.node)
	if !ok {
		return "", v.errorf("must be a string")
	}
	return s, nil
}

// bool reads a boolean, also as a string: the data of a ConfigMap has no other
// values.
func (v value) bool(to *bool) error {
	switch {
	case v.node.Kind == yaml.ScalarNode && v.node.Value == "true":
		*to = true
	case v.node.Kind == yaml.ScalarNode && v.node.Value == "false":
		*to = false
	default:
		return v.errorf("must be true or false")
	}
	return nil
}

func (v value) level(to *dupcheck.Severity) error {
	s, err := v.string()
	if err != nil {
		return err
	}
	level, err := dupcheck.ParseSeverity(s)
	if err != nil {
		return v.errorf("has an %v", err)
	}
	*to = level
	return nil
}
