package checkout

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// These match the parts of the errors of kustomize's decoder that are shown. The
// rest may be content of the file.
var (
	unknownField = regexp.MustCompile(`unknown field "([^"\n]{1,100})"`)
	wrongType    = regexp.MustCompile(`cannot unmarshal (\w+) into Go struct field \w*\.([\w.]{1,100}) of type ([\w.\[\]]+)`)
	syntaxLine   = regexp.MustCompile(`yaml: line (\d+): `)
)

// invalid says why a kustomization cannot be decoded: the line, the field and the
// value, where they are known.
func invalid(data []byte, err error) string {
	const reason = "it is not a valid kustomization"
	text := err.Error()
	if m := unknownField.FindStringSubmatch(text); m != nil {
		key, _ := findField(data, m[1:2])
		return reason + ": " + lineOf(key) + "unknown field " + dupcheck.QuoteAlways(m[1])
	}
	if m := wrongType.FindStringSubmatch(text); m != nil {
		_, value := findField(data, strings.Split(m[2], "."))
		return reason + ": " + lineOf(value) + m[2] + " is " + article(m[1]) + shown(value) + " and should be " + article(m[3])
	}
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		return reason + ": line " + m[1] + ": not valid YAML"
	}
	return reason
}

// article names a type of JSON or Go as people do.
func article(kind string) string {
	switch {
	case kind == "bool":
		return "a boolean"
	case kind == "object", strings.HasPrefix(kind, "map"), strings.HasPrefix(kind, "types."):
		return "a mapping"
	case kind == "array", strings.HasPrefix(kind, "[]"):
		return "a list"
	case strings.HasPrefix(kind, "int"):
		return "a number"
	}
	return "a " + kind
}

// shown returns a boolean or a number as written, and no other content of a file.
func shown(value *yaml.Node) string {
	if value == nil || value.Kind != yaml.ScalarNode || value.Tag == "!!str" && !yesOrNo.MatchString(value.Value) || len(value.Value) > 40 {
		return ""
	}
	return " (" + dupcheck.QuoteAlways(value.Value) + ")"
}

// yesOrNo are the words that YAML 1.1 takes for booleans.
var yesOrNo = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)

func lineOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("line %d: ", n.Line)
}

// findField returns the nodes of a field below the top of a document, or nil. kustomize
// ignores the case of keys. Elements of lists have no names.
func findField(data []byte, path []string) (key, value *yaml.Node) {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil, nil
	}
	return fieldBelow(doc.Content[0], path)
}

func fieldBelow(n *yaml.Node, path []string) (key, value *yaml.Node) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			if key, value = fieldBelow(item, path); value != nil {
				return key, value
			}
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			switch {
			case !strings.EqualFold(n.Content[i].Value, path[0]):
			case len(path) == 1:
				return n.Content[i], n.Content[i+1]
			default:
				return fieldBelow(n.Content[i+1], path[1:])
			}
		}
		if len(path) == 1 { // an unknown field may be anywhere
			for i := 1; i < len(n.Content); i += 2 {
				if key, value = fieldBelow(n.Content[i], path); value != nil {
					return key, value
				}
			}
		}
	}
	return nil, nil
}
