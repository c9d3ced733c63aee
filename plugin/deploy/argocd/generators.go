package argocd

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// produced are the sets of parameters of one kind of generator, and its template.
type produced struct {
	params   []map[string]any
	template map[string]any
}

// params returns what a generator produces. outer are the parameters of the generator
// before it in a matrix, which may stand in its own fields (argo-cd v3.6
// applicationset/generators). depth is the number of generators around it: inside, only
// one kind is allowed, and a combination only once more.
func (e *expander) params(raw json.RawMessage, r renderer, outer map[string]any, depth int) (all []produced, err error) {
	kinds, err := kindsOf(raw)
	switch {
	case err != nil:
		return nil, err
	case depth == 2 && (kinds["matrix"] || kinds["merge"]):
		return nil, errors.New("its generators are nested too deep")
	case depth > 0 && len(kinds) == 0:
		return nil, errors.New("a nested generator has no kind")
	case depth > 0 && len(kinds) > 1:
		return nil, errors.New("a nested generator has several kinds")
	}
	g, err := r.generator(raw, outer)
	if err != nil {
		return nil, err
	}
	for _, kind := range generatorKinds {
		if !kinds[kind] {
			continue
		}
		one, err := e.kind(kind, g, r, depth)
		if err == nil && len(one.params) > mostParams {
			err = errTooMuch
		}
		if err == nil && g.Selector != nil {
			one.params, err = chosen(one.params, g.Selector)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// kind returns what one kind of a generator produces.
func (e *expander) kind(kind string, g gitops.Generator, r renderer, depth int) (out produced, err error) {
	switch kind {
	case "list":
		out.template = g.List.Template
		out.params, err = r.list(g.List.Elements, g.List.ElementsYAML)
	case "clusters":
		out.template = g.Clusters.Template
		out.params, err = e.clusterParams(g.Clusters, r)
	case "git":
		out.template = g.Git.Template
		out.params, err = e.git(g.Git, r)
	case "matrix":
		out.template = g.Matrix.Template
		out.params, err = e.matrix(g.Matrix.Generators, r, depth)
	case "merge":
		out.template = g.Merge.Template
		out.params, err = e.merge(g.Merge.Generators, g.Merge.MergeKeys, r, depth)
	default:
		err = unexpandable{checkout.Reasonf("its generator %s reads data that is not in the checkout", kind)}
	}
	return out, err
}

// child returns the parameters of a generator inside of another one, which has one kind,
// and whose template does not count.
func (e *expander) child(raw json.RawMessage, r renderer, outer map[string]any, depth int) ([]map[string]any, error) {
	kinds, err := e.params(raw, r, outer, depth+1)
	if err != nil {
		return nil, err
	}
	return kinds[0].params, nil
}

// generatorKinds are those that Argo CD has, in its order; see kind for those that
// can be expanded.
var generatorKinds = []string{"list", "clusters", "git", "scmProvider", "clusterDecisionResource", "pullRequest", "plugin", "matrix", "merge"}

// kindsOf returns the kinds of a generator. An unknown one may be of a later Argo CD.
func kindsOf(raw json.RawMessage) (kinds map[string]bool, err error) {
	var keys map[string]json.RawMessage
	if gitops.Unmarshal(raw, &keys) != nil {
		return nil, errors.New("a generator cannot be decoded")
	}
	kinds = map[string]bool{}
	for key, v := range keys {
		switch {
		case string(v) == "null" || key == "selector":
		case slices.Contains(generatorKinds, key):
			kinds[key] = true
		default:
			err = unexpandable{"its generator of an unknown kind reads data that is not in the checkout"}
		}
	}
	if len(kinds) > 0 {
		err = nil
	}
	return kinds, err
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

// list returns the elements. Without goTemplate all must be strings, except for the
// mapping values, and for elements in the text.
func (r renderer) list(elements []map[string]any, text string) (all []map[string]any, err error) {
	var more []map[string]any
	if text != "" && (len(text) > mostFile || yaml.Unmarshal([]byte(text), &more) != nil) {
		return nil, errors.New("elementsYaml is not a list of mappings")
	}
	for _, element := range elements {
		if r.goTemplate {
			all = append(all, floats(element).(map[string]any))
			continue
		}
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
						return nil, errors.New("an element of a list has a value that is not a string")
					}
				}
			default:
				return nil, errors.New("an element of a list has a value that is not a string")
			}
		}
		all = append(all, params)
	}
	return append(all, more...), nil
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
