package dupcheck

import (
	"fmt"
	"net/netip"
	"strings"
)

// nameRow is the rule for metadata.name that was measured for a kind. The other columns
// of the table add nothing; a test shows that.
type nameRow struct {
	upper, colon, dot, long64 bool
}

func newNameRow(row map[string]string) nameRow {
	ok := func(column string) bool { return strings.HasPrefix(row[column], "ok") }
	return nameRow{upper: ok("upper"), colon: ok("colon"), dot: ok("dot"), long64: ok("long64")}
}

// ipAddress is the kind whose names are addresses.
var ipAddress = GroupKind{Group: "networking.k8s.io", Kind: "IPAddress"}

// isShortLabel says whether a name is allowed for all kinds but ipAddress. Nothing folds
// it, and it has no variable.
func isShortLabel(name string) bool { return len(name) <= 52 && isLabel(name) }

// forbidden says why no API server stores an object of this name, whatever
// its kind: k8s.io/apimachinery pkg/api/validation/path IsValidPathSegmentName
// (measured as R04, R05 and R06).
func forbidden(name string) string {
	if name == "." || name == ".." {
		return "may not be " + QuoteAlways(name)
	}
	return forbiddenPrefix(name)
}

// forbiddenPrefix says why no API server accepts a metadata.generateName, which the
// server extends with letters (IsValidPathSegmentPrefix).
func forbiddenPrefix(prefix string) string {
	switch {
	case strings.Contains(prefix, "/"):
		return `may not contain "/"`
	case strings.Contains(prefix, "%"):
		return `may not contain "%"`
	}
	return ""
}

// unnameable says why a kind does not allow a name, or nothing if it does. rules is the
// row of the kind. A kind that was not measured has the rule of custom resources, a DNS
// subdomain (measured as K03).
func unnameable(gk GroupKind, rules nameRow, name string) string {
	switch gk {
	case ipAddress:
		// pkg/apis/networking/validation ValidateIPAddressName.
		if ip, err := netip.ParseAddr(name); err != nil || ip.String() != name {
			return "must be an IP address in canonical form"
		}
		return ""
	case GroupKind{Group: "batch", Kind: "CronJob"}:
		// pkg/apis/batch/validation: the controller appends 11 characters.
		if len(name) > 52 {
			return "must be no more than 52 characters"
		}
	}
	return rules.problem(name)
}

// nameRules returns the rules of a kind that are in the table.
func nameRules(gk GroupKind) nameRow {
	row, ok := theFacts().names[gk]
	if !ok || special(gk) {
		return nameRow{dot: true, long64: true}
	}
	return row
}

// special kinds must be named after their content, so the server refused every probe.
// Without the content only the general rule applies.
func special(gk GroupKind) bool {
	switch gk {
	case GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"},
		GroupKind{Group: "apiregistration.k8s.io", Kind: "APIService"},
		GroupKind{Group: "internal.apiserver.k8s.io", Kind: "StorageVersion"}:
		return true
	}
	return false
}

// problem says why a name is not allowed. The measured rows fall into four
// rules of k8s.io/apimachinery pkg/util/validation: any path segment (the rows
// with a colon: RBAC, PodDisruptionBudget, core Event,
// CertificateSigningRequest), IsConfigMapKey (upper: LeaseCandidate),
// IsDNS1123Subdomain (dot) and IsDNS1123Label.
func (row nameRow) problem(name string) string {
	if row.colon {
		return ""
	}
	longest := 253
	if !row.long64 {
		longest = 63
	}
	switch {
	case len(name) > longest:
		return fmt.Sprintf("must be no more than %d characters", longest)
	case row.upper && (strings.HasPrefix(name, "..") || strings.ContainsFunc(name, notConfigMapKey)):
		return `must be letters, digits, "-", "_" and ".", and not begin with ".."`
	case row.upper:
		return ""
	case row.dot && !isSubdomain(name):
		return `must be lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part`
	case !row.dot && !isLabel(name):
		return `must be lower-case letters, digits and "-", with a letter or digit at both ends`
	}
	return ""
}

func notConfigMapKey(c rune) bool {
	return !isLowerOrDigit(c) && (c < 'A' || 'Z' < c) && c != '-' && c != '_' && c != '.'
}

func isSubdomain(name string) bool {
	for {
		label, rest, more := strings.Cut(name, ".")
		if !isLabel(label) {
			return false
		}
		if !more {
			return true
		}
		name = rest
	}
}

func isLabel(s string) bool {
	for i := range len(s) {
		if !inLabel[s[i]] {
			return false
		}
	}
	return s != "" && s[0] != '-' && s[len(s)-1] != '-'
}

// inLabel says which bytes may be in a label. Every name is looked at, and a table takes
// half the time of comparisons.
var inLabel = func() (table [256]bool) {
	for c := range table {
		table[c] = isLowerOrDigit(rune(c)) || c == '-'
	}
	return table
}()

func isLowerOrDigit(c rune) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// badNamespace says why no namespace is called so: a namespace is a DNS label
// (measured on kind Namespace; B17 and B18).
func badNamespace(namespace string) string {
	if why := forbidden(namespace); why != "" {
		return why
	}
	return nameRow{}.problem(namespace)
}
