// Package policy reads what a team has decided: kuniq.yaml, which holds what would
// otherwise be long lists of flags, and the baseline of accepted findings. Every
// command reads them here.
//
// Source.Policy reads a policy of the working directory or of a git revision;
// Policy.Rules, NewPaths and NewAllowances turn its strings into values that check
// and render.
//
// The API is v0: exported names may change from one minor version to the next, and
// the changelog lists every change.
package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// MaxSize is how many bytes a policy may have. It may come from the
// author of a change.
const MaxSize = 256 << 10

// Policy is what kuniq.yaml says. Every field has the name and the values of
// the flag of kuniq check; a field that is absent is the zero value.
type Policy struct {
	Namespace, Identical, Baseline string
	OpenShift, Together, Strict    bool

	Severity, Ignore, ClusterScoped, Set, Skip, AllowUnresolved, HelmValues []string
}

// Parse reads a policy. It knows plain YAML only: one mapping without anchors,
// aliases, tags or a second document, in which no key stands twice. A field that
// is not known is an error, and so is a value of another type. Errors begin with
// the line. What the strings mean is not looked at. Nothing at all is the zero
// Policy.
func Parse(data []byte) (Policy, error) {
	var p Policy
	if len(data) > MaxSize {
		return p, fmt.Errorf("it is larger than %d KiB", MaxSize>>10)
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return p, nil
	case err != nil:
		return p, errors.New(dupcheck.Quote(err.Error()))
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return p, errors.New("there is more than one document")
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return p, nil
	}
	if err := plain(root, yaml.MappingNode, "a mapping"); err != nil {
		return p, err
	}
	return p, p.fill(root)
}

// fill sets the fields that a mapping names.
func (p *Policy) fill(mapping *yaml.Node) error {
	fields := map[string]any{
		"namespace": &p.Namespace, "identical": &p.Identical, "baseline": &p.Baseline,
		"openshift": &p.OpenShift, "together": &p.Together, "strict": &p.Strict,
		"severity": &p.Severity, "ignore": &p.Ignore, "cluster-scoped": &p.ClusterScoped, "set": &p.Set, "skip": &p.Skip,
		"allow-unresolved": &p.AllowUnresolved, "helm-values": &p.HelmValues,
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		name, err := text(key)
		if err == nil && seen[name] {
			err = at(key, "%s stands twice", dupcheck.QuoteAlways(name))
		}
		if err != nil {
			return err
		}
		seen[name] = true
		switch field := fields[name].(type) {
		case *string:
			*field, err = text(value)
		case *[]string:
			*field, err = list(value)
		case *bool:
			*field, err = boolean(value)
		default:
			err = at(key, "there is no field %s", dupcheck.QuoteAlways(name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

// plain refuses what is not of a kind, and all that YAML has beyond JSON.
func plain(n *yaml.Node, kind yaml.Kind, name string) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return at(n, "anchors and aliases are not allowed")
	case n.Style&yaml.TaggedStyle != 0:
		return at(n, "tags are not allowed")
	case n.Kind != kind:
		return at(n, "%s is expected", name)
	}
	return nil
}

func text(n *yaml.Node) (string, error) {
	err := plain(n, yaml.ScalarNode, "a string")
	if err == nil && n.ShortTag() != "!!str" {
		err = at(n, "a string is expected: quote it")
	}
	return n.Value, err
}

func list(n *yaml.Node) ([]string, error) {
	if err := plain(n, yaml.SequenceNode, "a list of strings"); err != nil {
		return nil, err
	}
	var out []string
	for _, item := range n.Content {
		s, err := text(item)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func boolean(n *yaml.Node) (bool, error) {
	err := plain(n, yaml.ScalarNode, "true or false")
	if err == nil && n.Value != "true" && n.Value != "false" || err == nil && n.ShortTag() != "!!bool" {
		err = at(n, "true or false is expected")
	}
	return n.Value == "true", err
}
