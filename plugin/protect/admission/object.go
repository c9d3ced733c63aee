package admission

// The fields of admissionregistration.k8s.io/v1 that the guards use, in their usual order.
type (
	object struct {
		APIVersion string   `yaml:"apiVersion"`
		Kind       string   `yaml:"kind"`
		Metadata   metadata `yaml:"metadata"`
		Spec       any      `yaml:"spec"`
	}
	metadata struct {
		Name        string            `yaml:"name"`
		Labels      map[string]string `yaml:"labels"`
		Annotations map[string]string `yaml:"annotations"`
	}
	policySpec struct {
		FailurePolicy    string           `yaml:"failurePolicy"`
		MatchConstraints matchConstraints `yaml:"matchConstraints"`
		MatchConditions  []expression     `yaml:"matchConditions,omitempty"`
		Variables        []expression     `yaml:"variables,omitempty"`
		Validations      []validation     `yaml:"validations"`
	}
	matchConstraints struct {
		ResourceRules        []resourceRule `yaml:"resourceRules,omitempty"`
		ExcludeResourceRules []resourceRule `yaml:"excludeResourceRules,omitempty"`
	}
	resourceRule struct {
		APIGroups   []string `yaml:"apiGroups,flow"`
		APIVersions []string `yaml:"apiVersions,flow"`
		Operations  []string `yaml:"operations,flow"`
		Resources   []string `yaml:"resources,flow"`
	}
	expression struct {
		Name       string `yaml:"name"`
		Expression string `yaml:"expression"`
	}
	validation struct {
		Expression        string `yaml:"expression"`
		Reason            string `yaml:"reason"`
		MessageExpression string `yaml:"messageExpression"`
		Message           string `yaml:"message"`
	}
	bindingSpec struct {
		PolicyName        string          `yaml:"policyName"`
		ValidationActions []string        `yaml:"validationActions,flow"`
		MatchResources    *matchResources `yaml:"matchResources,omitempty"`
	}
	matchResources struct {
		NamespaceSelector *selector `yaml:"namespaceSelector,omitempty"`
		ObjectSelector    *selector `yaml:"objectSelector,omitempty"`
	}
	selector struct {
		MatchExpressions []requirement `yaml:"matchExpressions"`
	}
	requirement struct {
		Key      string   `yaml:"key"`
		Operator string   `yaml:"operator"`
		Values   []string `yaml:"values,flow"`
	}
)

// rule matches requests about kinds of some groups, in any version.
func rule(operations, groups []string, resources ...string) resourceRule {
	return resourceRule{APIGroups: groups, APIVersions: []string{"*"}, Operations: operations, Resources: resources}
}

// notOff selects objects without the label that switches protection off.
func notOff() *selector {
	return &selector{[]requirement{{Key: Protection, Operator: "NotIn", Values: []string{"off"}}}}
}
