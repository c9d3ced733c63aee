package policy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Rules returns the settings of the policy for identity and severity, and the objects
// whose duplicates are hidden. tables are rules that it may name in addition to those of
// a check. The error for a meaningless setting is an *OptionError.
func (p Policy) Rules(tables ...dupcheck.RuleTable) (rules dupcheck.Rules, ignore []dupcheck.Ignore, err error) {
	rules = dupcheck.Rules{OpenShift: p.OpenShift}
	if !variable.MatchString(p.Namespace) { // else it depends on the path
		rules.DefaultNamespace = p.Namespace
	}
	if rules.Severity, err = p.severities(joined(append(tables, dupcheck.AllRules())...)); err != nil {
		return rules, nil, err
	}
	for _, s := range p.ClusterScoped {
		gk, ok := dupcheck.ParseGroupKind(s)
		if !ok {
			return rules, nil, &OptionError{Option: "cluster-scoped", Value: s, Reason: "is not of the form KIND.GROUP"}
		}
		rules.ClusterScoped = append(rules.ClusterScoped, gk)
	}
	for _, s := range p.Ignore {
		i, err := dupcheck.ParseIgnore(s)
		if err != nil {
			return rules, nil, &OptionError{Option: "ignore", Err: err}
		}
		ignore = append(ignore, i)
	}
	return rules, ignore, nil
}

// joined returns the rules of several tables, each once.
func joined(tables ...dupcheck.RuleTable) (all dupcheck.RuleTable) {
	for _, rule := range slices.Concat(tables...) {
		if !slices.ContainsFunc(all, func(r dupcheck.RuleInfo) bool { return r.Rule == rule.Rule }) {
			all = append(all, rule)
		}
	}
	return all
}

// severities returns what identical and severity ask for. The latter is the more
// precise one and comes last.
func (p Policy) severities(table dupcheck.RuleTable) (map[dupcheck.Rule]dupcheck.Severity, error) {
	out, err := Severities(p.Severity, table)
	if err != nil || p.Identical == "" {
		return out, err
	}
	level, err := dupcheck.ParseSeverity(p.Identical)
	if err != nil {
		return nil, &OptionError{Option: "identical", Err: err}
	}
	if _, precise := out[dupcheck.IdenticalObject]; !precise {
		out[dupcheck.IdenticalObject] = level
	}
	return out, nil
}

// Severities reads settings of the form RULE=LEVEL, of which the last one for a rule
// counts. The rules are those of a table that can be set. The error for a meaningless
// setting is an *OptionError.
func Severities(settings []string, table dupcheck.RuleTable) (map[dupcheck.Rule]dupcheck.Severity, error) {
	out := map[dupcheck.Rule]dupcheck.Severity{}
	for _, setting := range settings {
		name, level, ok := strings.Cut(setting, "=")
		if !ok {
			return nil, &OptionError{Option: "severity", Value: setting, Reason: "is not of the form RULE=LEVEL"}
		}
		rule, err := table.Settable().Parse(name)
		if err != nil {
			return nil, &OptionError{Option: "severity", Err: err}
		}
		if out[rule], err = dupcheck.ParseSeverity(level); err != nil {
			return nil, &OptionError{Option: "severity", Value: name, Err: err}
		}
	}
	return out, nil
}

// Over returns the settings of p, and those of base if p does not have them. Lists are
// joined: those of p come first, except for values and severities, of which the last one
// counts. given reports which of the other fields were set, perhaps to nothing. together
// and set exclude each other, so either of p replaces both of base, and base must not
// have both.
func (p Policy) Over(base Policy, given func(field string) bool) (Policy, error) {
	if base.Together && len(base.Set) > 0 {
		return p, &OptionError{Reason: "the policy has together and set, of which only one can be"}
	}
	if !given("namespace") {
		p.Namespace, p.Namespaces = base.Namespace, base.Namespaces
	}
	if !given("openshift") {
		p.OpenShift = base.OpenShift
	}
	if !given("strict") {
		p.Strict = base.Strict
	}
	p.Baseline, p.Vendor = cmp.Or(p.Baseline, base.Baseline), cmp.Or(p.Vendor, base.Vendor)
	p.Severity = slices.Concat(base.severitiesBelow(p.Identical), p.Severity)
	p.Ignore = slices.Concat(p.Ignore, base.Ignore)
	p.ClusterScoped = slices.Concat(p.ClusterScoped, base.ClusterScoped)
	p.Skip = slices.Concat(p.Skip, base.Skip)
	p.AllowUnresolved = slices.Concat(p.AllowUnresolved, base.AllowUnresolved)
	p.Clusters, p.Roots = slices.Concat(p.Clusters, base.Clusters), slices.Concat(p.Roots, base.Roots)
	p.Repos = over(p.Repos, base.Repos)
	p.HelmValues = slices.Concat(base.HelmValues, p.HelmValues)
	switch {
	case given("together"):
	case len(p.Set) > 0 && base.Together:
	default:
		p.Together = base.Together
		p.Set = slices.Concat(p.Set, base.Set)
	}
	return p, nil
}

// over joins two maps. The first one wins.
func over(m, base map[string]string) map[string]string {
	if len(base) == 0 {
		return m
	}
	out := maps.Clone(base)
	maps.Copy(out, m)
	return out
}

// severitiesBelow returns the severities of the policy, below flags. If the flags set the
// level of identical objects, that of the policy is left out.
func (p Policy) severitiesBelow(identical string) []string {
	about := string(dupcheck.IdenticalObject) + "="
	if identical != "" {
		return slices.DeleteFunc(slices.Clone(p.Severity), func(s string) bool { return strings.HasPrefix(s, about) })
	}
	if p.Identical == "" {
		return p.Severity
	}
	return append([]string{about + p.Identical}, p.Severity...)
}
