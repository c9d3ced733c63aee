package restore

import (
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Phase says when an object comes back after a deletion. The zero value is
// Foundations.
type Phase int

// The phases, in their order: state before what uses it, and writes before
// queries. data/kinds.tsv says which kind belongs to which.
const (
	// Foundations are namespaces, CRDs, and the objects that all others refer to.
	Foundations Phase = iota
	// Storage are volumes and claims.
	Storage
	// Metadata are the stores without which other programs do not find their data.
	Metadata
	// Writes take in data and keep it until the rest is there.
	Writes
	// Stateful is everything else with volumes.
	Stateful
	// Stateless is the rest.
	Stateless
)

// phases are the phases in the tables, and in words.
var phases = [...]struct{ key, name string }{
	Foundations: {"foundations", "namespaces, CRDs and what others refer to"},
	Storage:     {"storage", "volumes and claims"},
	Metadata:    {"metadata", "metadata stores"},
	Writes:      {"writes", "write path"},
	Stateful:    {"state", "state"},
	Stateless:   {"stateless", "stateless"},
}

// String returns the name of the phase.
func (p Phase) String() string { return phases[p].name }

// phaseOf is the phase of a name in the tables.
func phaseOf(key string) Phase {
	return Phase(slices.IndexFunc(phases[:], func(p struct{ key, name string }) bool { return p.key == key }))
}

// Order says which phase objects belong to, before the tables do. The zero value
// leaves it to the tables.
type Order struct {
	// Metadata, Writes and Stateful are patterns of the objects of these phases.
	Metadata, Writes, Stateful []dupcheck.Ignore
}

// phase returns the phase of an object.
func (o Order) phase(id dupcheck.ID) Phase {
	for phase, patterns := range [...][]dupcheck.Ignore{Metadata: o.Metadata, Writes: o.Writes, Stateful: o.Stateful} {
		for _, p := range patterns {
			if p.Matches(id) {
				return Phase(phase)
			}
		}
	}
	k, ok := facts().kinds[id.GroupKind()]
	if !ok {
		return Stateless
	}
	if k.byName {
		for word := range strings.FieldsFuncSeq(id.Name, func(r rune) bool { return r == '-' || r == '.' }) {
			if p, ok := facts().words[word]; ok {
				return p
			}
		}
	}
	return k.phase
}
