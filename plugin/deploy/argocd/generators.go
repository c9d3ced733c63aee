package argocd

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// params returns the sets of parameters of a generator, and the template that
// it brings. outer are those of the generator before it in a matrix, which may
// stand in its own fields (argo-cd v3.6 applicationset/generators).
func (e *expander) params(raw json.RawMessage, r renderer, outer map[string]any, depth int) (all []map[string]any, template map[string]any, err error) {
	if depth > deepestSet {
		return nil, nil, errors.New("its generators are nested too deep")
	}
	g, err := r.generator(raw, outer)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case severalKinds(raw):
		return nil, nil, unexpandable{"a generator is of several kinds at once"}
	case g.List != nil:
		template = g.List.Template
		all, err = r.list(g.List.Elements, g.List.ElementsYAML)
	case g.Git != nil:
		template = g.Git.Template
		all, err = e.git(g.Git, r)
	case g.Matrix != nil:
		template = g.Matrix.Template
		all, err = e.matrix(g.Matrix.Generators, r, depth)
	case g.Merge != nil:
		template = g.Merge.Template
		all, err = e.merge(g.Merge.Generators, g.Merge.MergeKeys, r, depth)
	default:
		return nil, nil, unexpandable{"its generator " + generatorName(raw) + " reads what is not in the checkout"}
	}
	if err == nil && len(all) > mostParams {
		err = errTooMuch
	}
	if err == nil && g.Selector != nil {
		all = slices.DeleteFunc(all, func(p map[string]any) bool { return !matches(g.Selector, flat(p)) })
	}
	return all, template, err
}

// generatorKinds are those that Argo CD has; the first ones can be expanded.
var generatorKinds = []string{"list", "git", "matrix", "merge", "clusters", "scmProvider", "clusterDecisionResource", "pullRequest", "plugin"}

// severalKinds says whether a generator is of more than one kind: Argo CD takes
// the parameters of each.
func severalKinds(raw json.RawMessage) bool {
	var keys map[string]json.RawMessage
	n := 0
	if gitops.Unmarshal(raw, &keys) == nil {
		for _, kind := range generatorKinds {
			if v, ok := keys[kind]; ok && string(v) != "null" {
				n++
			}
		}
	}
	return n > 1
}

// generatorName is the kind of a generator, if it is one that Argo CD has.
func generatorName(raw json.RawMessage) string {
	var keys map[string]json.RawMessage
	if gitops.Unmarshal(raw, &keys) == nil {
		for _, known := range generatorKinds[4:] {
			if _, ok := keys[known]; ok {
				return known
			}
		}
	}
	return "of an unknown kind"
}

// generator decodes a generator after the parameters of the one before it
// were put in.
func (r renderer) generator(raw json.RawMessage, outer map[string]any) (g gitops.Generator, err error) {
	if len(outer) > 0 {
		var value any
		if err := gitops.Unmarshal(raw, &value); err != nil {
			return g, errors.New("a generator cannot be decoded")
		}
		rendered, err := r.interpolated(value, outer)
		if err != nil {
			return g, err
		}
		if raw, err = json.Marshal(rendered); err != nil {
			return g, err
		}
	}
	if gitops.Unmarshal(raw, &g) != nil {
		return g, errors.New("a generator has a field of a wrong type")
	}
	return g, nil
}

// interpolated is a generator with the parameters of the one before it in a
// matrix. Its values may refer to its own parameters as well: those that cannot
// be rendered yet stay as they are (argo-cd v3.6 applicationset/utils,
// RenderGeneratorParams).
func (r renderer) interpolated(generator any, outer map[string]any) (any, error) {
	kinds, _ := generator.(map[string]any)
	early := r
	early.options = []string{"missingkey=error"}
	values := map[string]map[string]any{}
	for kind, g := range kinds {
		body, _ := g.(map[string]any)
		own, ok := body["values"].(map[string]any)
		if !ok || !r.goTemplate {
			continue
		}
		delete(body, "values")
		values[kind] = map[string]any{}
		for name, value := range own {
			rendered, err := early.all(value, outer)
			switch {
			case errors.Is(err, errTooMuch), errors.As(err, new(unexpandable)):
				return nil, err
			case err != nil:
				rendered = value
			}
			values[kind][name] = rendered
		}
	}
	out, err := r.all(generator, outer)
	if err != nil {
		return nil, err
	}
	for kind, own := range values {
		out.(map[string]any)[kind].(map[string]any)["values"] = own
	}
	return out, nil
}

// list returns the elements. Without goTemplate all must be strings, but for
// the mapping values.
func (r renderer) list(elements []map[string]any, text string) (all []map[string]any, err error) {
	if text != "" {
		var more []map[string]any
		if len(text) > mostFile || yaml.Unmarshal([]byte(text), &more) != nil {
			return nil, errors.New("elementsYaml is no list of mappings")
		}
		elements = append(elements, more...)
	}
	if r.goTemplate {
		for _, element := range elements {
			all = append(all, floats(element).(map[string]any))
		}
		return all, nil
	}
	for _, element := range elements {
		params := map[string]any{}
		for k, v := range element {
			values, isValues := v.(map[string]any)
			text, isText := v.(string)
			switch {
			case isText:
				params[k] = text
			case isValues && k == "values":
				for name, v := range values {
					if params["values."+name], isText = v.(string); !isText {
						return nil, errors.New("an element of a list has a value that is no string")
					}
				}
			default:
				return nil, errors.New("an element of a list has a value that is no string")
			}
		}
		all = append(all, params)
	}
	return all, nil
}

// floats is a value with its whole numbers as Argo CD has them, which prints
// them as 1e+06 from a million on.
func floats(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			out[k] = floats(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = floats(inner)
		}
		return out
	}
	return v
}

// flat is a nested mapping as one of strings with dotted keys.
func flat(params map[string]any) map[string]string {
	out := map[string]string{}
	var add func(prefix string, v any)
	add = func(prefix string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, inner := range v {
				add(prefix+"."+k, inner)
			}
		case []any:
			for i, inner := range v {
				add(prefix+"."+strconv.Itoa(i), inner)
			}
		default:
			out[strings.TrimPrefix(prefix, ".")] = fmt.Sprint(v)
		}
	}
	add("", params)
	return out
}

func matches(s *gitops.Selector, labels map[string]string) bool {
	for k, v := range s.MatchLabels {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	for _, x := range s.MatchExpressions {
		got, ok := labels[x.Key]
		in := ok && slices.Contains(x.Values, got)
		switch x.Operator {
		case "In":
			ok = in
		case "NotIn":
			ok = !in
		case "DoesNotExist":
			ok = !ok
		}
		if !ok {
			return false
		}
	}
	return true
}
