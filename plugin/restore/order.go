package restore

import (
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Phase is the phase in which an object is restored. The zero value is Foundations.
type Phase int

// The phases, in their order: state before its users, and writes before queries.
// data/kinds.tsv assigns the kinds to them.
const (
	// Foundations has namespaces, CRDs, and the objects that all others refer to.
	Foundations Phase = iota
	// Storage has volumes and claims.
	Storage
	// Metadata has the stores without which other programs do not find their data.
	Metadata
	// Writes has programs that accept data and keep it until the rest is restored.
	Writes
	// Stateful has all other objects with volumes.
	Stateful
	// Stateless has the rest.
	Stateless
)

// phases are the names of the phases in the tables, and in words.
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

// phaseOf returns the phase with a name of the tables.
func phaseOf(key string) Phase {
	return Phase(slices.IndexFunc(phases[:], func(p struct{ key, name string }) bool { return p.key == key }))
}

// Order assigns objects to phases before the tables do. The zero value leaves that to the
// tables.
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
