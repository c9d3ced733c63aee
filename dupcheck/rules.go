package dupcheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Rules are the decisions of the caller about identity and severity. The zero value is
// ready for use: no default namespace, only the built-in tables, and the default
// severities.
type Rules struct {
	// DefaultNamespace is the namespace of a namespaced object whose manifest names none,
	// as given to kubectl by -n or its context. If it is empty, an absent namespace
	// equals only an absent one, and possibly equals every other.
	DefaultNamespace string
	// NamespaceOf returns the default namespace of an object, if it depends on the object
	// or its place, which is a copy. If it is nil or returns "", DefaultNamespace counts.
	NamespaceOf func(*Object) string `json:"-"`
	// ClusterScoped and Namespaced are kinds whose scope the caller knows. They overrule
	// the CRDs among the inputs and the table of built-in types. A kind in both is
	// cluster-scoped.
	ClusterScoped, Namespaced []GroupKind
	// Aliases are further kinds under which a server keeps the same objects,
	// such as those of an aggregated API server: from alias to canonical.
	Aliases map[GroupKind]GroupKind
	// OpenShift adds the aliases of OpenShift's API server: groupless v1
	// kinds, authorization.openshift.io and Project.
	OpenShift bool
	// HelmHooks says that Helm applies the objects, each hook in its phases
	// and all others together: then objects that never meet in a phase are
	// no duplicates. Nothing else exempts hooks, not Argo CD either.
	HelmHooks bool
	// Severity overrides the severity of a rule. Off switches it off.
	Severity map[Rule]Severity
	// ShowValues adds the differing values to the diagnostics, except those
	// of Secrets. Without it no value of any object is ever kept.
	ShowValues bool
}

// severity returns the severity of a diagnostic, given the level at which the rule
// reports it by default.
func (r *Rules) severity(rule Rule, level Severity) Severity {
	if s := r.Severity[rule]; s != Default {
		return s
	}
	return level
}

// defaultNamespace returns the namespace of an object that names none.
func (r *Rules) defaultNamespace(o *Object) string {
	if r.NamespaceOf != nil {
		own := *o // the Checker still needs what it gave, and the caller may write to it
		if namespace := r.NamespaceOf(&own); namespace != "" {
			return namespace
		}
	}
	return r.DefaultNamespace
}

// off reports whether nothing of the rule is reported, at any level.
func (r *Rules) off(rule Rule) bool { return r.Severity[rule] == Off }

// DuplicatesOnly returns rules that report duplicate-object and identical-object
// and nothing else, for a program that checks its objects by other means. To
// tolerate equal copies, set Severity[IdenticalObject] to Off or Warning.
func DuplicatesOnly() Rules {
	rules := Rules{Severity: map[Rule]Severity{}}
	for _, info := range coreRules {
		if info.Rule != DuplicateObject && info.Rule != IdenticalObject {
			rules.Severity[info.Rule] = Off
		}
	}
	return rules
}

// Validate returns an error if the rules are meaningless or contradictory: a rule in
// Severity that is in none of the tables, such as a misspelt one; a value that is no
// severity; a kind without a name; or a kind that is both cluster-scoped and namespaced.
// Without tables it uses the rules of this package. A Checker ignores all of these
// faults.
func (r *Rules) Validate(tables ...RuleTable) error {
	if len(tables) == 0 {
		tables = []RuleTable{coreRules}
	}
	table := slices.Concat(tables...)
	var wrong []error
	for _, rule := range slices.Sorted(maps.Keys(r.Severity)) {
		if _, err := table.Parse(string(rule)); err != nil {
			wrong = append(wrong, err)
		}
		if s := r.Severity[rule]; s > Error {
			wrong = append(wrong, fmt.Errorf("rule %s has no severity %d", rule, uint8(s)))
		}
	}
	for _, gk := range slices.Concat(r.ClusterScoped, r.Namespaced) {
		if gk.Kind == "" {
			wrong = append(wrong, fmt.Errorf("group %s has no kind", QuoteAlways(gk.Group)))
		}
	}
	for _, gk := range r.Namespaced {
		if slices.Contains(r.ClusterScoped, gk) {
			wrong = append(wrong, fmt.Errorf("%s is both cluster-scoped and namespaced", typeName(gk)))
		}
	}
	return errors.Join(wrong...)
}
