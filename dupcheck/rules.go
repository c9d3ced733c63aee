package dupcheck

// Rules are what the caller may decide about identity and severity. The zero
// value is ready for use: no default namespace, the built-in tables alone, and
// the default severities.
type Rules struct {
	// DefaultNamespace is the namespace of a namespaced object whose manifest
	// names none, as given to kubectl by -n or its context. If it is empty,
	// an absent namespace equals only an absent one, and is possibly equal to
	// every other.
	DefaultNamespace string
	// ClusterScoped are kinds known to be cluster-scoped. They come before
	// the CRDs among the inputs and before the table of built-in types.
	ClusterScoped []GroupKind
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

// off says that nothing of the rule is to be reported, whatever its level.
func (r *Rules) off(rule Rule) bool { return r.Severity[rule] == Off }
