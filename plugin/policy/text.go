package policy

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// about says of each field of kuniq.yaml what it is for, in the order in which they
// are written.
var about = []struct{ field, comment string }{
	{"set", "Paths each of which goes to one cluster. {NAME} names it."},
	{"together", "Everything goes to one cluster."},
	{"namespace", "The namespace of objects that name none. {NAME} is that of set."},
	{"namespaces", "The same for single sets."},
	{"skip", "What is not deployed."},
	{"strict", "Nothing in the tree shows that manifests are not deployed."},
	{"openshift", "The clusters are those of OpenShift."},
	{"cluster-scoped", "Kinds that have no namespaces."},
	{"helm-values", "Values for the charts."},
	{"clusters", "The clusters that Argo CD has."},
	{"repos", "Other repositories, and where they are checked out."},
	{"vendor", "What was fetched from elsewhere."},
	{"roots", "What deploys this repository and is not in it."},
	{"identical", "The level of copies that are equal."},
	{"severity", "The levels of rules."},
	{"ignore", "Objects whose duplicates are known."},
	{"baseline", "The findings that were accepted."},
	{"allow-unresolved", "Parts that need not be known, and why."},
}

// Text returns the policy as kuniq.yaml has it, with a comment above each field. Parse
// reads it back. notes are further comments of fields, by their names, of one line or
// several.
func (p Policy) Text(notes map[string]string) ([]byte, error) {
	doc := &yaml.Node{Kind: yaml.MappingNode}
	for _, a := range about {
		value, err := p.node(a.field)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		comment := a.comment
		if note := notes[a.field]; note != "" {
			comment += "\n" + note
		}
		if len(doc.Content) > 0 {
			comment = "\n" + comment
		}
		doc.Content = append(doc.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: a.field, HeadComment: commented(comment)}, value)
	}
	var out bytes.Buffer
	if len(doc.Content) == 0 {
		return nil, nil
	}
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// commented makes comments of lines, but for those that are empty.
func commented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "# " + line
		}
	}
	return strings.Join(lines, "\n")
}

// node is the value of a field, or nil if there is none.
func (p Policy) node(field string) (*yaml.Node, error) {
	switch field {
	case "allow-unresolved":
		return sequence(p.AllowUnresolved, Allowance.node)
	case "clusters":
		return sequence(p.Clusters, Cluster.node)
	case "roots":
		return sequence(p.Roots, Root.node)
	}
	switch value := p.fields()[field].(type) {
	case *string:
		return scalar(*value), nil
	case *bool:
		return flag(*value), nil
	case *[]string:
		return sequence(*value, func(s string) (*yaml.Node, error) { return quoted(s), nil })
	case *map[string]string:
		return mapping(*value), nil
	}
	return nil, nil
}

func (a Allowance) node() (*yaml.Node, error) {
	return members("path", scalar(a.Path), "deployer", scalar(a.Deployer), "reason", scalar(a.Reason), "everything", flag(a.Everything), "new", flag(a.New)), nil
}

func (c Cluster) node() (*yaml.Node, error) {
	return members("name", scalar(c.Name), "server", scalar(c.Server), "labels", mapping(c.Labels), "annotations", mapping(c.Annotations), "set", scalar(c.Set)), nil
}

func (r Root) node() (*yaml.Node, error) {
	var doc, manifest *yaml.Node
	if r.File == "" {
		doc = &yaml.Node{}
		if err := yaml.Unmarshal([]byte(r.Text), doc); err != nil {
			return nil, err
		}
		manifest = doc.Content[0]
	}
	return members("file", scalar(r.File), "set", scalar(r.Set), "manifest", manifest), nil
}

// sequence is a list, or nil if there is nothing in it.
func sequence[T any](all []T, node func(T) (*yaml.Node, error)) (*yaml.Node, error) {
	if len(all) == 0 {
		return nil, nil
	}
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for _, one := range all {
		n, err := node(one)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, n)
	}
	return out, nil
}

// members is a mapping of keys and values, of which nil ones are left out.
func members(pairs ...any) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		if value := pairs[i+1].(*yaml.Node); value != nil {
			out.Content = append(out.Content, quoted(pairs[i].(string)), value)
		}
	}
	return out
}

func mapping(m map[string]string) *yaml.Node {
	if len(m) == 0 {
		return nil
	}
	var pairs []any
	for _, key := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, key, quoted(m[key]))
	}
	return members(pairs...)
}

// scalar is a string, or nil if it is empty, and quoted one that may be empty.
func scalar(s string) *yaml.Node {
	if s == "" {
		return nil
	}
	return quoted(s)
}

func quoted(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func flag(b bool) *yaml.Node {
	if !b {
		return nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}
}
