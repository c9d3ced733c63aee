package argocd

import (
	"encoding/json"
	"errors"
	"maps"
)

// matrix combines each set of parameters with each of the next generator. Of
// two values the first one stays with goTemplate; without, they must be equal.
func (e *expander) matrix(generators []json.RawMessage, r renderer, depth int) ([]map[string]any, error) {
	if len(generators) != 2 {
		return nil, errors.New("a matrix takes two generators")
	}
	first, _, err := e.params(generators[0], r, nil, depth+1)
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, a := range first {
		second, _, err := e.params(generators[1], r, a, depth+1)
		if err != nil {
			return nil, err
		}
		for _, b := range second {
			both, err := r.combined(a, b)
			if err != nil {
				return nil, err
			}
			if all = append(all, both); len(all) > mostParams || !r.spend(1+len(both)) {
				return nil, errTooMuch
			}
		}
	}
	return all, nil
}

func (r renderer) combined(a, b map[string]any) (map[string]any, error) {
	if r.goTemplate {
		return filled(a, b), nil
	}
	out := maps.Clone(a)
	for k, v := range b {
		if old, ok := out[k]; ok && old != v {
			return nil, errors.New("two generators of a matrix have different values of one parameter")
		}
		out[k] = v
	}
	return out, nil
}

// filled is a with what only b has, at any depth.
func filled(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	for k, v := range b {
		old, ok := out[k]
		inner, both := old.(map[string]any)
		with, too := v.(map[string]any)
		switch {
		case both && too:
			out[k] = filled(inner, with)
		case !ok || old == nil || old == "":
			out[k] = v
		}
	}
	return out
}

// merge overrides the parameters of the first generator by those of the
// others that agree with them in the keys.
func (e *expander) merge(generators []json.RawMessage, keys []string, r renderer, depth int) ([]map[string]any, error) {
	if len(generators) < 2 || len(keys) == 0 {
		return nil, errors.New("a merge takes two generators and a key")
	}
	all, _, err := e.params(generators[0], r, nil, depth+1)
	if err != nil {
		return nil, err
	}
	for _, raw := range generators[1:] {
		others, _, err := e.params(raw, r, nil, depth+1)
		if err != nil {
			return nil, err
		}
		byKey := map[string]map[string]any{}
		for _, o := range others {
			if k := mergeKey(o, keys); byKey[k] == nil {
				byKey[k] = o
			} else {
				return nil, errors.New("a generator of a merge has two sets of parameters with the same keys")
			}
		}
		for i, p := range all {
			o := byKey[mergeKey(p, keys)]
			switch {
			case o == nil:
			case r.goTemplate:
				all[i] = overridden(p, o)
			default:
				maps.Copy(p, o)
			}
		}
	}
	return all, nil
}

func mergeKey(params map[string]any, keys []string) string {
	values := map[string]any{}
	for _, k := range keys {
		values[k] = params[k]
	}
	data, err := json.Marshal(values)
	if err != nil {
		return ""
	}
	return string(data)
}
