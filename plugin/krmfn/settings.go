package krmfn

import (
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
	// scalar says that it can also stand in the data of a ConfigMap.
	scalar bool
	set    func(*config, value) error
}

// identity are the settings that decide what one object is.
var identity = []setting{
	{"clusterScoped", false, setClusterScoped},
	{"defaultNamespace", true, func(c *config, v value) error { return v.string(&c.rules.DefaultNamespace) }},
	{"openshift", true, func(c *config, v value) error { return v.bool(&c.rules.OpenShift) }},
}

var uniqueSettings = append(slices.Clip(identity),
	setting{"emit", true, setEmit},
	setting{"identical", true, func(c *config, v value) error { return v.level(&c.identical) }},
	setting{"ignore", false, setIgnore},
	setting{"severity", false, setSeverity},
	setting{"skipLocalConfig", true, setSkipLocalConfig},
)

var filesSettings = append(slices.Clip(identity),
	setting{"directory", true, setDirectory},
	setting{"layout", true, setLayout},
)

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

func setClusterScoped(c *config, v value) error {
	return v.each(func(v value) error {
		var s string
		if err := v.string(&s); err != nil {
			return err
		}
		gk, ok := dupcheck.ParseGroupKind(s)
		if !ok {
			return v.errorf("%s is not of the form KIND.GROUP", quoted(s))
		}
		c.rules.ClusterScoped = append(c.rules.ClusterScoped, gk)
		return nil
	})
}

func setEmit(c *config, v value) error {
	var s string
	if err := v.string(&s); err != nil {
		return err
	}
	if s != "items" && s != "none" {
		return v.errorf("%s: use items or none", quoted(s))
	}
	c.emitNone = s == "none"
	return nil
}

// setIgnore reads patterns as --ignore has them, or as mappings.
func setIgnore(c *config, v value) error {
	return v.each(func(v value) error {
		var s string
		var err error
		if v.node.Kind == yaml.MappingNode {
			s, err = v.pattern()
		} else {
			err = v.string(&s)
		}
		if err != nil {
			return err
		}
		i, err := dupcheck.ParseIgnore(s)
		if err != nil {
			return v.errorf("%v", err)
		}
		c.ignore = append(c.ignore, i)
		return nil
	})
}

// pattern turns {group, kind, namespace, name} into the form of --ignore. A field
// that is not given matches everything.
func (v value) pattern() (string, error) {
	fields := map[string]string{"group": "*", "kind": "*", "name": "*"}
	err := v.fields([]string{"group", "kind", "namespace", "name"}, func(name string, v value) error {
		var s string
		err := v.string(&s)
		fields[name] = s
		if err == nil && (strings.ContainsAny(s, " ./") && name != "group" && name != "name" || strings.ContainsAny(s, " ")) {
			return v.errorf("%s holds what no %s has", quoted(s), name)
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

func setLayout(c *config, v value) error {
	var s string
	if err := v.string(&s); err != nil {
		return err
	}
	layout, err := split.ParseLayout(s, c.functions)
	if err != nil {
		return v.errorf("%v", err)
	}
	c.layout = layout
	return nil
}

// setDirectory takes a directory of the package, and none outside of it.
func setDirectory(c *config, v value) error {
	var s string
	if err := v.string(&s); err != nil {
		return err
	}
	c.directory = path.Clean(s)
	if s == "" || path.IsAbs(s) || strings.Contains(s, `\`) || c.directory == ".." || strings.HasPrefix(c.directory, "../") {
		return v.errorf("%s is no directory below the package, written with slashes", quoted(s))
	}
	return nil
}

// string reads a string.
func (v value) string(to *string) error {
	s, ok := text(v.node)
	if !ok {
		return v.errorf("must be a string")
	}
	*to = s
	return nil
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
	var s string
	if err := v.string(&s); err != nil {
		return err
	}
	level, err := dupcheck.ParseSeverity(s)
	if err != nil {
		return v.errorf("has an %v", err)
	}
	*to = level
	return nil
}

// each goes through the elements of a sequence.
func (v value) each(do func(value) error) error {
	if v.node.Kind != yaml.SequenceNode {
		return v.errorf("must be a list")
	}
	for _, n := range v.node.Content {
		if err := do(value{resolved(n), v.path, v.lines}); err != nil {
			return err
		}
	}
	return nil
}
