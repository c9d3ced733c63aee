package dupcheck

import (
	"fmt"
	"slices"
)

// Rule names what a diagnostic is about.
type Rule string

// The rules. docs/rules.md has an example of each.
const (
	// DuplicateObject: one object is declared twice with different contents,
	// or with contents that could not be compared.
	DuplicateObject Rule = "duplicate-object"
	// IdenticalObject: one object is declared twice with equal contents.
	IdenticalObject Rule = "identical-object"
	// PossibleDuplicate: two declarations are the same object or not,
	// depending on a default namespace, a scope or a variable that is not
	// known.
	PossibleDuplicate Rule = "possible-duplicate"
	// NearDuplicate: two different objects whose identities are equal after
	// case folding or Unicode normalisation, or but for a renamed group.
	NearDuplicate Rule = "near-duplicate"
	// DuplicateKey: a key that identifies the object stands twice in its
	// mapping. The last one counts.
	DuplicateKey Rule = "duplicate-key"
	// NotAString: a field of the identity is a number, a boolean or a
	// collection.
	NotAString Rule = "not-a-string"
	// NestedList: a List is an item of a List; kubectl refuses the file.
	NestedList Rule = "nested-list"
	// StrayItems: an object that is no List has a top-level field "items" that
	// is an array or null; kubectl takes it for a List and drops it.
	StrayItems Rule = "stray-items"
	// NoName: an object has neither metadata.name nor metadata.generateName.
	NoName Rule = "no-name"
	// NoAPIVersion: a mapping has kind and metadata but no apiVersion.
	NoAPIVersion Rule = "no-apiversion"
	// InvalidType: apiVersion and kind are malformed, incomplete, or a
	// misspelling of a type that is built in.
	InvalidType Rule = "invalid-type"
	// InvalidName: the kind does not allow the name, or no namespace is
	// called so.
	InvalidName Rule = "invalid-name"
	// NamespaceIgnored: a cluster-scoped object names a namespace, which
	// every API server silently drops.
	NamespaceIgnored Rule = "namespace-ignored"
	// CRDConflict: two CustomResourceDefinitions of one group and kind
	// disagree, or one contradicts a built-in type.
	CRDConflict Rule = "crd-conflict"
)

// ruleDefaults is in the order of Rules.
var ruleDefaults = []struct {
	rule     Rule
	severity Severity
	summary  string
}{
	{DuplicateObject, Error, "one object is declared twice with different contents"},
	{IdenticalObject, Error, "one object is declared twice with equal contents"},
	{PossibleDuplicate, Warning, "two declarations may be one object, depending on the default namespace, the scope or a variable"},
	{NearDuplicate, Warning, "two objects whose identities differ only by case, Unicode form or a renamed group"},
	{DuplicateKey, Error, "a key that identifies the object stands twice in its mapping"},
	{NotAString, Error, "apiVersion, kind, name or namespace is not a string"},
	{NestedList, Error, "a List inside a List, which kubectl refuses"},
	{StrayItems, Error, "an object that is no List has a top-level items array, so kubectl drops it"},
	{NoName, Error, "neither metadata.name nor metadata.generateName (a warning for kinds kuniq does not know)"},
	{NoAPIVersion, Warning, "a mapping has kind and metadata but no apiVersion"},
	{InvalidType, Warning, "apiVersion or kind is malformed or misspelt (an error where no server can read it)"},
	{InvalidName, Warning, "the kind does not allow the name (an error where no server accepts it)"},
	{NamespaceIgnored, Warning, "a cluster-scoped object names a namespace, which every server drops"},
	{CRDConflict, Error, "two CRDs of one kind disagree, or one contradicts a built-in type"},
}

// RuleInfo is what a report says about a rule of another package: its name, the
// severity that its findings have unless the caller decides otherwise, and one
// clause that says what it finds.
type RuleInfo struct {
	// Rule is its name.
	Rule Rule
	// Severity is the severity by default.
	Severity Severity
	// Summary is the clause.
	Summary string
}

// AllRules returns every rule, in the order in which they are documented.
func AllRules() []Rule {
	rules := make([]Rule, len(ruleDefaults))
	for i, d := range ruleDefaults {
		rules[i] = d.rule
	}
	return rules
}

// DefaultSeverity returns the severity a diagnostic of the rule has unless the
// caller decides otherwise. A rule that is not known is an Error.
func (r Rule) DefaultSeverity() Severity {
	if i := r.index(); i >= 0 {
		return ruleDefaults[i].severity
	}
	return Error
}

// Summary returns one clause that says what the rule finds, or the empty
// string for a rule that is not known.
func (r Rule) Summary() string {
	if i := r.index(); i >= 0 {
		return ruleDefaults[i].summary
	}
	return ""
}

// duplicate says whether the rule is one that Ignore may hide.
func (r Rule) duplicate() bool {
	switch r {
	case DuplicateObject, IdenticalObject, PossibleDuplicate, NearDuplicate:
		return true
	}
	return false
}

func (r Rule) index() int {
	for i, d := range ruleDefaults {
		if d.rule == r {
			return i
		}
	}
	return -1
}

// Severity is how much a diagnostic matters. The zero value means the default
// of its rule.
type Severity uint8

// The severities, from the least to the most.
const (
	Default Severity = iota
	Off
	Info
	Warning
	Error
)

var severityNames = []string{"default", "off", "info", "warning", "error"}

// String returns "error", "warning", "info", "off" or "default".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// ParseSeverity reads error, warning, info or off, and also warn for warning
// and allow for off.
func ParseSeverity(s string) (Severity, error) {
	switch s {
	case "warn":
		return Warning, nil
	case "allow":
		return Off, nil
	}
	if i := slices.Index(severityNames, s); i > 0 {
		return Severity(i), nil
	}
	return Default, fmt.Errorf("unknown severity %s: use error, warning, info or off", QuoteAlways(s))
}
