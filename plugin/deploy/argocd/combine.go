package argocd

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// matrix combines each set of parameters with each of the next generator. With goTemplate
// the first of two values stays; without it, they must be equal.
func (e *expander) matrix(generators []json.RawMessage, r renderer, depth int) ([]map[string]any, error) {
	if len(generators) != 2 {
		return nil, errors.New("a matrix takes two generators")
	}
	first, err := e.child(generators[0], r, nil, depth)
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, a := range first {
		second, err := e.child(generators[1], r, a, depth)
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
	out := texts(a)
	for k, v := range texts(b) {
		if old, ok := out[k]; ok && old != v {
			return nil, errors.New("two generators of a matrix have different values of one parameter")
		}
		out[k] = v
	}
	return out, nil
}

// texts are parameters as strings.
func texts(params map[string]any) map[string]any {
	out := make(map[string]any, len(params))
	for k, v := range params {
		out[k] = fmt.Sprint(v)
	}
	return out
}

// filled returns a with the fields that only b has, at any depth.
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
	all, err := e.child(generators[0], r, nil, depth)
	if err != nil {
		return nil, err
	}
	if _, err := byMergeKey(all, keys); err != nil {
		return nil, err
	}
	for _, raw := range generators[1:] {
		others, err := e.child(raw, r, nil, depth)
		if err != nil {
			return nil, err
		}
		byKey, err := byMergeKey(others, keys)
		if err != nil {
			return nil, err
		}
		for i, p := range all {
			o := byKey[mergeKey(p, keys)]
			switch {
			case o == nil:
			case r.goTemplate:
				all[i] = overridden(p, o)
			default:
				all[i] = texts(p)
				maps.Copy(all[i], texts(o))
			}
		}
	}
	return all, nil
}

// byMergeKey returns parameters by the values of some of them. No two may agree in all of
// these: missing ones are equal, too.
func byMergeKey(all []map[string]any, keys []string) (map[string]map[string]any, error) {
	out := map[string]map[string]any{}
	for _, params := range all {
		k := mergeKey(params, keys)
		if out[k] != nil {
			return nil, errors.New("a generator of a merge has two sets of parameters with the same keys")
		}
		out[k] = params
	}
	return out, nil
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
