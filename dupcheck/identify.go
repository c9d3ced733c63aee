package dupcheck

import (
	"errors"
	"fmt"
)

// ErrNoIdentity is the error of NewID for a manifest that names no object an
// API server would store: a kind that can only be created and never read, a
// tool's configuration file, or a manifest without a name.
var ErrNoIdentity = errors.New("no identity")

// NewID returns the identity of an object from the fields of its manifest as
// they are written there, with namespace empty if it is absent. It knows the
// built-in types and what rules says, but no CRDs; a Checker also learns the
// scopes that CRDs among its objects declare.
//
// The error is ErrNoIdentity, possibly wrapped, if the manifest names no
// object, be it that metadata.name is absent because the server is to generate
// it. It is another one if apiVersion or kind is missing or malformed, so that
// nothing can be said. Doubts about a name or a type are no errors, and neither
// is a variable ${VAR}: see ID.HasVariable.
func NewID(rules Rules, apiVersion, kind, namespace, name string) (ID, error) {
	if _, ok := parseAPIVersion(apiVersion); !ok && substitution(apiVersion) < 0 {
		return ID{}, fmt.Errorf("apiVersion %s is not of the form VERSION or GROUP/VERSION", QuoteAlways(apiVersion))
	}
	if kind == "" {
		return ID{}, errors.New("no kind")
	}
	o := Object{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}
	var none crds
	who := none.identify(&o, &rules)
	switch {
	case who.known:
		return who.id, nil
	case name == "":
		return ID{}, fmt.Errorf("%s %s has no name: %w", QuoteAlways(apiVersion), QuoteAlways(kind), ErrNoIdentity)
	}
	return ID{}, fmt.Errorf("no API server stores %s %s: %w", QuoteAlways(apiVersion), QuoteAlways(kind), ErrNoIdentity)
}

// identity is the result of applying the rules to one object.
type identity struct {
	id    ID
	known bool   // whether it has an identity at all
	open  bool   // whether there is a variable in it
	typed *typed // nil if the object has no complete type
	scope scope  // of its kind
	// floating: the manifest names no namespace, though its kind may need
	// one, and so the object may be another one than it seems.
	floating bool
	// odd says that the name or the namespace is no short label, as nearly all are.
	odd bool
	// config says that a tool reads the manifest from a file and no server does, so that
	// the rules of servers do not apply.
	config   bool
	findings []finding
}

// finding is a diagnostic about a single object.
type finding struct {
	rule            Rule
	level           Severity
	message, advice string
}

func (who *identity) find(rule Rule, level Severity, message, advice string) {
	who.findings = append(who.findings, finding{rule, level, message, advice})
}

// identify applies the rules of identity to one object.
func (c *crds) identify(o *Object, rules *Rules) (who identity) {
	if o.Placeholder || !who.complete(o) {
		return who
	}
	t := c.typeOf(o, rules)
	switch {
	case t.malformed:
		if !o.Unnamed {
			who.find(InvalidType, Error, "apiVersion "+QuoteBrief(o.APIVersion)+" is malformed",
				`write it as "VERSION" or "GROUP/VERSION"`)
		}
		return who
	case t.config:
		who.config = true
		return who
	case t.unstored || o.Unnamed:
		return who
	}
	if t.doubt != "" {
		who.find(InvalidType, Warning, t.doubt, t.advice)
	}
	who.typed, who.scope, who.open = t, t.scope, t.open
	who.place(o, t.gk, rules)
	who.name(o, c)
	return who
}

// complete reports whether the object has an apiVersion and a kind, and finds the missing
// one.
func (who *identity) complete(o *Object) bool {
	switch {
	case o.APIVersion != "" && o.Kind != "":
		return true
	case o.Unnamed || o.APIVersion == "" && o.Kind == "":
		// Found says more, or it is no manifest.
	case o.APIVersion == "":
		who.find(NoAPIVersion, Warning, "a manifest of kind "+QuoteBrief(o.Kind)+" has no apiVersion",
			"add apiVersion: without it the object is not checked, and kubectl refuses it")
	default:
		who.find(InvalidType, Warning, "a manifest with apiVersion "+QuoteBrief(o.APIVersion)+" has no kind",
			"add kind: without it the object is not checked, and kubectl refuses it")
	}
	return false
}

// place settles the namespace.
func (who *identity) place(o *Object, gk GroupKind, rules *Rules) {
	who.id.Group, who.id.Kind, who.id.Namespace = gk.Group, gk.Kind, o.Namespace
	if who.scope == clusterScoped {
		who.id.Namespace = ""
		if o.Namespace != "" {
			who.find(NamespaceIgnored, Warning,
				fmt.Sprintf("%s is cluster-scoped; every API server drops its metadata.namespace %s",
					typeName(gk), QuoteBrief(o.Namespace)),
				"remove metadata.namespace")
		}
		return
	}
	if isShortLabel(o.Namespace) {
		return
	}
	if substitution(o.Namespace) >= 0 {
		who.open, who.odd = true, true
		return
	}
	if o.Namespace != "" {
		who.odd = true
		if why := badNamespace(o.Namespace); why != "" {
			who.find(InvalidName, nameLevel(o.Namespace),
				fmt.Sprintf("metadata.namespace %s %s", QuoteBrief(o.Namespace), why), "name an existing namespace")
		}
		return
	}
	who.id.Namespace = rules.defaultNamespace(o)
	who.odd = who.id.Namespace != "" && !isShortLabel(who.id.Namespace)
	who.floating = who.id.Namespace == "" || who.scope == unknownScope
}

// name settles the name, and with it whether there is an identity.
func (who *identity) name(o *Object, c *crds) {
	gk := who.typed.gk
	switch {
	case o.Name != "":
		who.id.Name = o.Name
		who.known = true
		if o.CRD == nil && !who.typed.address && isShortLabel(o.Name) {
			return
		}
		who.odd = true
		if substitution(o.Name) >= 0 {
			who.open = true
		} else if !who.typed.open {
			who.checkName(o)
		}
	case o.GenerateName != "":
		if why := forbiddenPrefix(o.GenerateName); why != "" && substitution(o.GenerateName) < 0 {
			who.find(InvalidName, Error,
				fmt.Sprintf("metadata.generateName %s %s", QuoteBrief(o.GenerateName), why), "choose another prefix")
		}
	default:
		level := Error
		if !theFacts().groups[gk.Group] && !c.groups[gk.Group] {
			level = Warning
		}
		who.find(NoName, level, typeName(gk)+" has neither metadata.name nor metadata.generateName",
			"give it a metadata.name")
	}
}

func (who *identity) checkName(o *Object) {
	why := forbidden(o.Name)
	if why == "" {
		why = unnameable(who.typed.measured, who.typed.names, o.Name)
	}
	if why == "" && o.CRD != nil && o.CRD.Plural != "" && !o.CRD.open() {
		// apiextensions validation: "must be spec.names.plural+"."+spec.group" (K08).
		if want := o.CRD.Plural + "." + o.CRD.Group; o.Name != want {
			why = "must be " + QuoteBrief(want) + ", made of spec.names.plural and spec.group"
		}
	}
	if why != "" {
		who.find(InvalidName, nameLevel(o.Name),
			fmt.Sprintf("metadata.name %s of %s %s", QuoteBrief(o.Name), typeName(who.typed.gk), why), "choose another name")
	}
}

// nameLevel is an error only where no API server accepts the value.
func nameLevel(name string) Severity {
	if forbidden(name) != "" {
		return Error
	}
	return Warning
}
