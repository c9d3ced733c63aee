package dupcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rule names the subject of a diagnostic.
type Rule string

// The rules. RulesPage has an example of each.
const (
	// DuplicateObject: one object is declared twice with different contents,
	// or with contents that could not be compared.
	DuplicateObject Rule = "duplicate-object"
	// IdenticalObject: one object is declared twice with equal contents.
	IdenticalObject Rule = "identical-object"
	// PossibleDuplicate: two declarations are the same object or not, depending on an
	// unknown default namespace, scope or variable.
	PossibleDuplicate Rule = "possible-duplicate"
	// NearDuplicate: two different objects whose identities are equal after
	// case folding or Unicode normalisation, or but for a renamed group.
	NearDuplicate Rule = "near-duplicate"
	// DuplicateKey: a key that identifies the object appears twice in its
	// mapping. The last one counts.
	DuplicateKey Rule = "duplicate-key"
	// NotAString: a field of the identity is a number, a boolean or a
	// collection.
	NotAString Rule = "not-a-string"
	// NestedList: a List is an item of a List; kubectl refuses the file.
	NestedList Rule = "nested-list"
	// StrayItems: an object that is no List has a top-level field "items" that is an
	// array or null; kubectl reads it as a List and drops the object.
	StrayItems Rule = "stray-items"
	// NoName: an object has neither metadata.name nor metadata.generateName.
	NoName Rule = "no-name"
	// NoAPIVersion: a mapping has kind and metadata but no apiVersion.
	NoAPIVersion Rule = "no-apiversion"
	// InvalidType: apiVersion and kind are malformed, incomplete, or a misspelling of a
	// built-in type.
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

// RulesPage is the address of the page with an example of each rule of kuniq, under a
// heading that is the name of the rule.
const RulesPage = "https://github.com/kuniq/kuniq/blob/main/docs/rules.md"

var coreRules = NewRuleTable(RulesPage,
	RuleInfo{Rule: DuplicateObject, Severity: Error, Summary: "one object is declared twice with different contents"},
	RuleInfo{Rule: IdenticalObject, Severity: Error, Summary: "one object is declared twice with equal contents"},
	RuleInfo{Rule: PossibleDuplicate, Severity: Warning, Summary: "two declarations may be one object, depending on the default namespace, the scope or a variable"},
	RuleInfo{Rule: NearDuplicate, Severity: Warning, Summary: "two objects whose identities differ only by case, Unicode form or a renamed group"},
	RuleInfo{Rule: DuplicateKey, Severity: Error, Summary: "a key that identifies the object appears twice in its mapping"},
	RuleInfo{Rule: NotAString, Severity: Error, Summary: "apiVersion, kind, name or namespace is not a string"},
	RuleInfo{Rule: NestedList, Severity: Error, Summary: "a List inside a List, which kubectl refuses"},
	RuleInfo{Rule: StrayItems, Severity: Error, Summary: "an object that is no List has a top-level items array, so kubectl drops it"},
	RuleInfo{Rule: NoName, Severity: Error, Summary: "neither metadata.name nor metadata.generateName (a warning for kinds kuniq does not know)"},
	RuleInfo{Rule: NoAPIVersion, Severity: Warning, Summary: "a mapping has kind and metadata but no apiVersion"},
	RuleInfo{Rule: InvalidType, Severity: Warning, Summary: "apiVersion or kind is malformed or misspelt (an error where no server can read it)"},
	RuleInfo{Rule: InvalidName, Severity: Warning, Summary: "the kind does not allow the name (an error where no server accepts it)"},
	RuleInfo{Rule: NamespaceIgnored, Severity: Warning, Summary: "a cluster-scoped object names a namespace, which every server drops"},
	RuleInfo{Rule: CRDConflict, Severity: Error, Summary: "two CRDs of one kind disagree, or one contradicts a built-in type"},
)

// AllRules returns the rules of this package, in the order in which they are documented.
func AllRules() RuleTable { return slices.Clone(coreRules) }

// DefaultSeverity returns the severity of the diagnostics of a rule of this package,
// unless the caller decides otherwise. Any other rule is an Error.
func (r Rule) DefaultSeverity() Severity {
	if info, ok := coreRules.Info(r); ok {
		return info.Severity
	}
	return Error
}

// ParseRule returns the rule of this package that has that name. The error names
// the rules there are.
func ParseRule(name string) (Rule, error) { return coreRules.Parse(name) }

// RuleInfo describes a rule.
type RuleInfo struct {
	// Rule is its name.
	Rule Rule
	// Severity is what its findings have unless the caller decides otherwise.
	Severity Severity
	// Fixed says that nothing but Severity will do: no caller can decide
	// otherwise.
	Fixed bool
	// Summary is one clause that says what the rule finds.
	Summary string
	// Help is the address of its documentation. It may be empty.
	Help string
	// Text is that documentation in Markdown. It is empty unless Explained has
	// filled it in.
	Text string
}

// RuleTable lists rules in the order in which they are documented. A package with rules
// of its own returns them in one. A program appends the tables of all packages that it
// uses, for options, reports and help texts, which need levels, summaries and addresses.
// The nil table is empty.
type RuleTable []RuleInfo

// NewRuleTable returns a table of rules that one page documents, each under a heading
// that is its name. It fills in Help.
func NewRuleTable(page string, rules ...RuleInfo) RuleTable {
	for i := range rules {
		rules[i].Help = page + "#" + string(rules[i].Rule)
	}
	return rules
}

// Info returns the row of a rule, or false if the table lacks it.
func (t RuleTable) Info(r Rule) (RuleInfo, bool) {
	if i := t.index(r); i >= 0 {
		return t[i], true
	}
	return RuleInfo{}, false
}

func (t RuleTable) index(r Rule) int {
	return slices.IndexFunc(t, func(i RuleInfo) bool { return i.Rule == r })
}

// Parse returns the rule of the table that has that name. The error names the
// rules whose severity a caller can set.
func (t RuleTable) Parse(name string) (Rule, error) {
	if _, ok := t.Info(Rule(name)); ok {
		return Rule(name), nil
	}
	unknown := "unknown rule " + QuoteAlways(name)
	names := t.Settable().Names()
	if meant, ok := nearest(name, names); ok {
		return "", fmt.Errorf("%s: did you mean %s?", unknown, meant)
	}
	last := max(0, len(names)-1)
	return "", fmt.Errorf("%s: use %s or %s", unknown, strings.Join(names[:last], ", "), strings.Join(names[last:], ""))
}

// Explained returns the table with the Text of each rule: the section under its heading
// on a page in Markdown. Links to other pages become addresses next to that of the rule.
// A rule that the page lacks is unchanged.
func (t RuleTable) Explained(page string) RuleTable {
	t = slices.Clone(t)
	sections := map[string]string{}
	for _, section := range strings.Split("\n"+page, "\n## ")[1:] {
		heading, text, _ := strings.Cut(section, "\n")
		sections[heading] = strings.TrimSpace(text)
	}
	for i, info := range t {
		if text, ok := sections[string(info.Rule)]; ok {
			beside := info.Help[:strings.LastIndexByte(info.Help, '/')+1]
			t[i].Text = linkToPage.ReplaceAllString(text, "]("+beside+"$1")
		}
	}
	return t
}

// linkToPage is the target of a link to another page of the same directory.
var linkToPage = regexp.MustCompile(`\]\(([a-z]+\.md)`)

// Settable returns the rules whose severity a caller can set.
func (t RuleTable) Settable() RuleTable {
	return slices.DeleteFunc(slices.Clone(t), func(i RuleInfo) bool { return i.Fixed })
}

// Names returns the names of the rules.
func (t RuleTable) Names() []string {
	names := make([]string, len(t))
	for i, info := range t {
		names[i] = string(info.Rule)
	}
	return names
}

// duplicate says whether the rule is one that Ignore may hide.
func (r Rule) duplicate() bool {
	switch r {
	case DuplicateObject, IdenticalObject, PossibleDuplicate, NearDuplicate:
		return true
	}
	return false
}
