package dupcheck

import (
	"fmt"
	"slices"
	"strings"
)

// An identity is open if there is a variable in it: see ID.HasVariable. Such an
// object is equal to nothing. Two of them that are in one set and written alike
// may be one.

// substitution returns where the first "${VAR}" begins, or a negative number.
// "$$" stands for "$", so that "$${VAR}" is text, and so is "$VAR" without
// braces (github.com/fluxcd/pkg/envsubst parse/scan.go).
func substitution(s string) int {
	for i := strings.IndexByte(s, '$'); i >= 0 && i+1 < len(s); i++ {
		switch {
		case s[i] != '$':
		case s[i+1] == '$':
			i++
		case s[i+1] == '{' && strings.IndexByte(s[i:], '}') > 0:
			return i
		}
	}
	return -1
}

// openType says whether there is a variable in a group or kind, and returns the
// type as it is written then. One in the version alone does not matter.
func openType(apiVersion, kind string) (gk GroupKind, open bool) {
	gv, ok := parseAPIVersion(apiVersion)
	if i := substitution(apiVersion); i >= 0 && (!ok || !strings.Contains(apiVersion[:i], "/")) {
		gv.Group = apiVersion
		// The default of a variable, as in "${API:=apps/v1}", may have slashes.
		if slash := strings.LastIndexByte(apiVersion, '/'); slash > strings.LastIndexByte(apiVersion, '}') {
			gv.Group = apiVersion[:slash]
		}
		return GroupKind{Group: gv.Group, Kind: kind}, true
	}
	return GroupKind{Group: gv.Group, Kind: kind}, ok && substitution(kind) >= 0
}

// open reports whether the type that a definition defines has a variable.
func (d *CRD) open() bool {
	return slices.ContainsFunc([]string{d.Group, d.Kind, d.Plural, d.Scope}, func(s string) bool { return substitution(s) >= 0 })
}

// settled returns the entries whose identity is not open.
func settled(met []entry) []entry {
	if !anyOpen(met) {
		return met
	}
	return slices.DeleteFunc(slices.Clone(met), func(e entry) bool { return e.open })
}

func anyOpen(met []entry) bool {
	return slices.ContainsFunc(met, func(e entry) bool { return e.open })
}

// reportOpen finds declarations whose identities are written alike, with
// variables in them.
func (r *run) reportOpen() {
	if r.rules.off(PossibleDuplicate) || !anyOpen(r.index) {
		return
	}
	for k, met := range r.meetings(hashSame, r.keyOf) {
		if !anyOpen(met) {
			continue
		}
		for _, together := range r.appliedTogether(met) {
			r.add(Diagnostic{
				Rule: PossibleDuplicate, Set: k.set, ID: k.ID, Declarations: r.declarations(together),
				Message: fmt.Sprintf("%s is declared %s; they are one object if the variables in it have the same values", k.ID.brief(), times(len(together))),
				Advice:  "rename one, or check what is built with different values as separate sets",
			})
		}
	}
}
