package dupcheck

import (
	"slices"
	"strings"
)

// scope says whether the objects of a kind live in namespaces.
type scope uint8

const (
	unknownScope scope = iota
	namespaced
	clusterScoped
)

func parseScope(s string) scope {
	switch s {
	case "Namespaced":
		return namespaced
	case "Cluster":
		return clusterScoped
	}
	return unknownScope
}

// String returns the scope of a built-in type as messages name it.
func (s scope) String() string {
	if s == clusterScoped {
		return "cluster-scoped"
	}
	return "namespaced"
}

// scopeOf asks the caller's lists first, then the CRDs among the inputs, then
// the table of built-in types.
func (c *crds) scopeOf(set string, gk GroupKind, rules *Rules) scope {
	is := func(x GroupKind) bool { return x == gk || rules.canonical(x) == gk }
	switch {
	case slices.ContainsFunc(rules.ClusterScoped, is):
		return clusterScoped
	case slices.ContainsFunc(rules.Namespaced, is):
		return namespaced
	}
	if s := c.scope(set, gk); s != unknownScope {
		return s
	}
	return theFacts().builtin[gk].scope
}

// BuiltInScope returns "Namespaced" if objects of a built-in type live in namespaces, and
// "Cluster" if not. It returns "" for every other type.
func BuiltInScope(gk GroupKind) string {
	switch theFacts().builtin[gk].scope {
	case namespaced:
		return "Namespaced"
	case clusterScoped:
		return "Cluster"
	}
	return ""
}

// configKinds are the types that no API server stores because a tool reads
// them from a file.
type configKinds struct {
	groups      map[string]bool
	suffixes    []string // ".config.k8s.io" for the row "*.config.k8s.io"
	kinds       map[GroupKind]bool
	apiVersions map[string]bool
}

func (c *configKinds) add(match, group, kind string) {
	switch match {
	case "apiVersion":
		c.apiVersions[group] = true
	case "kind":
		c.kinds[GroupKind{Group: group, Kind: kind}] = true
	case "group":
		if suffix, ok := strings.CutPrefix(group, "*"); ok {
			c.suffixes = append(c.suffixes, suffix)
			return
		}
		c.groups[group] = true
	}
}

func (c *configKinds) has(apiVersion string, gk GroupKind) bool {
	if c.groups[gk.Group] || c.kinds[gk] || c.apiVersions[apiVersion] {
		return true
	}
	return slices.ContainsFunc(c.suffixes, func(s string) bool { return strings.HasSuffix(gk.Group, s) })
}
