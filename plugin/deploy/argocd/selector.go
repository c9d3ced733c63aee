package argocd

import (
	"errors"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// chosen are the sets of parameters that a selector takes. Of a label selector it
// has all the rules but those of values, which may be any text here (argo-cd v3.6
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
			return errors.New("a selector has an operator that there is not")
		case unary != (len(x.Values) == 0):
			return errors.New("a selector has values with an operator that takes none, or none with one that needs some")
		case len(validation.IsQualifiedName(x.Key)) > 0:
			return errors.New("a selector has a key that no label can have")
		}
	}
	return nil
}

// takes says whether labels fulfil a selector that is valid.
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

// labelSelector is a selector of the labels of objects, as Kubernetes reads it.
func labelSelector(s gitops.Selector) (labels.Selector, error) {
	out := &metav1.LabelSelector{MatchLabels: s.MatchLabels}
	for _, x := range s.MatchExpressions {
		out.MatchExpressions = append(out.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: x.Key, Operator: metav1.LabelSelectorOperator(x.Operator), Values: x.Values,
		})
	}
	selector, err := metav1.LabelSelectorAsSelector(out)
	if err != nil {
		return nil, errors.New("the selector of its clusters is not valid")
	}
	return selector, nil
}
