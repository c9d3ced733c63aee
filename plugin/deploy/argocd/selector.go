package argocd

import (
	"errors"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// chosen returns the sets of parameters that a selector matches. It has all the rules of
// a label selector except those for values, which may be any text here (argo-cd v3.6
// applicationset/utils/selector.go).
func chosen(all []map[string]any, s *gitops.Selector) (out []map[string]any, err error) {
	if err := validSelector(s); err != nil {
		return nil, err
	}
	for _, params := range all {
		if takes(s, flat(params)) {
			out = append(out, params)
		}
	}
	return out, nil
}

func validSelector(s *gitops.Selector) error {
	requirements := slices.Clone(s.MatchExpressions)
	for key := range s.MatchLabels {
		requirements = append(requirements, gitops.SelectorRequirement{Key: key, Operator: "Exists"})
	}
	for _, x := range requirements {
		unary := x.Operator == "Exists" || x.Operator == "DoesNotExist"
		switch {
		case !unary && x.Operator != "In" && x.Operator != "NotIn":
			return errors.New("a selector has an operator that does not exist")
		case unary != (len(x.Values) == 0):
			return errors.New("a selector has values with an operator that takes none, or none with one that needs some")
		case len(validation.IsQualifiedName(x.Key)) > 0:
			return errors.New("a selector has a key that no label can have")
		}
	}
	return nil
}

// takes reports whether labels match a valid selector.
func takes(s *gitops.Selector, labels map[string]string) bool {
	for k, v := range s.MatchLabels {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	for _, x := range s.MatchExpressions {
		got, ok := labels[x.Key]
		switch x.Operator {
		case "In":
			ok = ok && slices.Contains(x.Values, got)
		case "NotIn":
			ok = !ok || !slices.Contains(x.Values, got)
		case "DoesNotExist":
			ok = !ok
		}
		if !ok {
			return false
		}
	}
	return true
}

// validForLabels is validSelector for a selector of the labels of objects, whose values are
// restricted.
func validForLabels(s gitops.Selector) error {
	values := slices.Collect(maps.Values(s.MatchLabels))
	for _, x := range s.MatchExpressions {
		values = append(values, x.Values...)
	}
	if validSelector(&s) != nil || slices.ContainsFunc(values, func(v string) bool { return len(validation.IsValidLabelValue(v)) > 0 }) {
		return errors.New("the selector of its clusters is not valid")
	}
	return nil
}
