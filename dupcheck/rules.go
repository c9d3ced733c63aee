package dupcheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Rules are what the caller may decide about identity and severity. The zero
// value is ready for use: no default namespace, the built-in tables alone, and
// the default severities.
type Rules struct {
	// DefaultNamespace is the namespace of a namespaced object whose manifest
	// names none, as given to kubectl by -n or its context. If it is empty,
	// an absent namespace equals only an absent one, and is possibly equal to
	// every other.
	DefaultNamespace string
	// NamespaceOf returns the default namespace of an object, where it depends on
	// what the object is or where it stands. If it returns "" DefaultNamespace
	// counts, as it does for nil.
	NamespaceOf func(*Object) string `json:"-"`
	// ClusterScoped and Namespaced are kinds of which the caller knows the scope.
	// They come before the CRDs among the inputs and before the table of built-in
	// types. A kind that is in both is cluster-scoped.
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

// severity returns what a diagnostic counts as, given the level at which the
// rule would report it by default.
func (r *Rules) severity(rule Rule, level Severity) Severity {
	if s := r.Severity[rule]; s != Default {
		return s
	}
	return level
}

// defaultNamespace returns the namespace that the object has if it names none.
func (r *Rules) defaultNamespace(o *Object) string {
	if r.NamespaceOf != nil {
		if namespace := r.NamespaceOf(o); namespace != "" {
			return namespace
		}
	}
	return r.DefaultNamespace
}

// off says that nothing of the rule is to be reported, whatever its level.
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

// Validate returns an error if the rules mean nothing or two things: a rule in
// Severity that is in none of the tables, such as a misspelt one, a value that is no
// severity, a kind without a name, or one that is cluster-scoped and namespaced.
// Without tables the rules of this package are meant. A Checker ignores all of
// these.
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
