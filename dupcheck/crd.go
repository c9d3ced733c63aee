package dupcheck

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// crds are the CustomResourceDefinitions among the inputs, by the type they
// define. A CRD counts for its own set; a type that its set does not define is
// looked up in all sets together, because fleets keep their CRDs in one place.
// The zero value is empty and ready.
type crds struct {
	bySet  map[typeInSet][]*Object
	all    map[GroupKind][]*Object
	groups map[string]bool

	behinds map[typeInSet][]Declaration // as behind has returned them

	types map[declaredType]*typed // types seen, once all definitions are known
	last  *typed                  // of them
}

type typeInSet struct {
	set string
	GroupKind
}

func (c *crds) add(o *Object) {
	if o.CRD.open() {
		return // whatever it defines is not known
	}
	if c.bySet == nil {
		c.bySet = map[typeInSet][]*Object{}
		c.all = map[GroupKind][]*Object{}
		c.groups = map[string]bool{}
	}
	gk := GroupKind{Group: o.CRD.Group, Kind: o.CRD.Kind}
	key := typeInSet{o.Set, gk}
	c.bySet[key] = append(c.bySet[key], o)
	c.all[gk] = append(c.all[gk], o)
	c.groups[gk.Group] = true
}

// of returns the definitions that count for a type in a set.
func (c *crds) of(set string, gk GroupKind) []*Object {
	if own := c.bySet[typeInSet{set, gk}]; len(own) > 0 {
		return own
	}
	return c.all[gk]
}

func (c *crds) define(set string, gk GroupKind) bool { return len(c.of(set, gk)) > 0 }

// scope returns the scope that the CRDs declare, or unknown if there are none or they
// disagree. A CRD that every API server refuses does not count.
func (c *crds) scope(set string, gk GroupKind) scope {
	definitions := c.of(set, gk)
	if len(definitions) == 0 || !customGroup(gk.Group) {
		return unknownScope
	}
	found := definitions[0].CRD.scope()
	for _, o := range definitions {
		if o.CRD.scope() != found {
			return unknownScope
		}
	}
	return found
}

// behind returns the definitions that decide about a finding.
func (c *crds) behind(d *Diagnostic, rules *Rules) []Declaration {
	if len(c.all) == 0 || d.Rule == CRDConflict { // whose declarations are the definitions
		return nil
	}
	var out []Declaration
	met := map[typeInSet]bool{}
	for i := range d.Declarations {
		o := &d.Declarations[i]
		key := typeInSet{d.Set, c.typeOf(&Object{Set: d.Set, APIVersion: o.APIVersion, Kind: o.Kind}, rules).gk}
		if d.Rule == NoName {
			key.Kind = ""
		}
		if !met[key] {
			met[key] = true
			out = append(out, c.declared(key)...)
		}
	}
	if len(met) > 1 {
		slices.SortFunc(out, compareDeclarations)
	}
	return out
}

// declared returns the definitions of a type, or, without a kind, those of all types in
// its group.
func (c *crds) declared(key typeInSet) []Declaration {
	if out, known := c.behinds[key]; known {
		return out
	}
	kinds := []GroupKind{key.GroupKind}
	if key.Kind == "" {
		kinds = slices.SortedFunc(maps.Keys(c.all), compareKinds)
	}
	var out []Declaration
	for _, gk := range kinds {
		if gk.Group != key.Group || !customGroup(gk.Group) {
			continue
		}
		for _, o := range c.of(key.set, gk) {
			out = append(out, o.declaration())
		}
	}
	if c.behinds == nil {
		c.behinds = map[typeInSet][]Declaration{}
	}
	c.behinds[key] = sorted(out)
	return c.behinds[key]
}

// customGroup says whether CRDs may be in a group: apiextensions validation
// refuses one without a dot (measured as K10 and K11).
func customGroup(group string) bool { return strings.Contains(group, ".") }

// ScopeName is the declared Scope, or the default that an API server gives an absent one:
// v1beta1 defaulted it to Namespaced (k8s.io/apiextensions-apiserver
// pkg/apis/apiextensions/v1beta1/defaults.go).
func (d *CRD) ScopeName() string { return cmp.Or(d.Scope, "Namespaced") }

func (d *CRD) scope() scope { return parseScope(d.ScopeName()) }

// conflicts returns one diagnostic for each type that CRDs define in more
// than one way, or against a built-in type.
func (c *crds) conflicts() []Diagnostic {
	var out []Diagnostic
	for _, key := range slices.SortedFunc(maps.Keys(c.bySet), compareTypes) {
		definitions := c.bySet[key]
		message, advice := conflict(key.GroupKind, definitions)
		if message == "" {
			continue
		}
		d := Diagnostic{
			Rule: CRDConflict, Set: key.set, ID: crdID(definitions), Message: message, Advice: advice,
		}
		for _, o := range definitions {
			d.Declarations = append(d.Declarations, o.declaration())
		}
		out = append(out, d)
	}
	return out
}

// crdID returns the ID of the definitions if all of them are one object.
func crdID(definitions []*Object) ID {
	id := ID{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition", Name: definitions[0].Name}
	for _, o := range definitions {
		if o.Name != id.Name {
			return ID{}
		}
	}
	return id
}

// conflict says how the definitions of a type conflict, in words that do not depend on
// their order, and how to resolve it.
func conflict(gk GroupKind, definitions []*Object) (message, advice string) {
	name := typeName(gk)
	t, builtin := theFacts().builtin[gk]
	for _, o := range definitions {
		if builtin && (o.CRD.Plural != t.plural || o.CRD.scope() != t.scope) {
			return fmt.Sprintf("the CRD of %s contradicts the built-in type, which has the plural %s and is %s",
				name, t.plural, t.scope), "remove the CRD, or use a group of its own"
		}
	}
	if !customGroup(gk.Group) {
		return fmt.Sprintf("the CRD of %s is refused by every API server: its group has no dot", name),
			"use a domain as the group"
	}
	if len(definitions) == 1 {
		return "", "" // almost always
	}
	if plurals := distinct(definitions, func(d *CRD) string { return d.Plural }); len(plurals) > 1 {
		// Accepted, but NamesAccepted=False and never Established (K05).
		return fmt.Sprintf("%s is defined with different plurals, %s; only the CRD that is applied first ever works",
			name, join(plurals)), "keep one of the CRDs"
	}
	if scopes := distinct(definitions, (*CRD).ScopeName); len(scopes) > 1 {
		return fmt.Sprintf("%s is defined with different scopes, %s; the scope of a CRD is immutable",
			name, join(scopes)), "keep one of the CRDs"
	}
	return "", ""
}

// distinct returns the different values of a field, sorted and quoted.
func distinct(definitions []*Object, field func(*CRD) string) []string {
	values := map[string]bool{}
	for _, o := range definitions {
		values[QuoteBrief(field(o.CRD))] = true
	}
	return slices.Sorted(maps.Keys(values))
}

// mostListed is how many things of a kind a message lists.
const mostListed = 5

// join lists words as in a sentence.
func join(words []string) string {
	if more := len(words) - mostListed; more > 0 {
		words = append(slices.Clone(words[:mostListed]), fmt.Sprintf("%d more", more))
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func compareTypes(a, b typeInSet) int {
	return cmp.Or(strings.Compare(a.set, b.set), compareKinds(a.GroupKind, b.GroupKind))
}

func compareKinds(a, b GroupKind) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
}
