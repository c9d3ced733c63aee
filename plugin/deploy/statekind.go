package deploy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
)

//go:embed data/state.tsv
var stateTSV string

// Loss says what is lost with a deleted object.
type Loss uint8

// The losses, from the least to the greatest.
const (
	NoLoss      Loss = iota // nothing is known to be
	ServiceLoss             // nothing that git or a controller could not bring back
	InsideLoss              // other objects, which decide how much it is
	DataLoss                // data that no other object and no file has
)

// losses are the losses by their names in the table.
var losses = map[string]Loss{"service": ServiceLoss, "inside": InsideLoss, "data": DataLoss}

// StateKind says that objects of some kinds hold state, or that state is lost
// when they are deleted.
type StateKind struct {
	// Pattern is a glob over "Kind.group" in which "*" matches any characters. The core
	// group is empty, so its kinds end in a dot.
	Pattern string
	// Loss is the loss.
	Loss Loss
	// Reason is a clause that describes the loss, and Source the source of that fact. A
	// kind that the user gives has no source.
	Reason, Source string
}

// stateKinds is the table in data/state.tsv.
var stateKinds = func() (kinds []StateKind) {
	for _, row := range tsv.Rows(stateTSV) {
		kinds = append(kinds, StateKind{row["kind.group"], losses[row["loss"]], row["reason"], row["source"]})
	}
	return kinds
}()

// StateKinds returns the table of kinds that hold state. Of two rows that fit a
// kind the first one counts.
func StateKinds() []StateKind { return slices.Clone(stateKinds) }

// ParseStateKind reads a glob over "Kind.group" from the user, such as "Database.*".
// Without a dot it is the core group. Its objects count as data.
func ParseStateKind(s string) (StateKind, error) {
	kind, _, dotted := strings.Cut(s, ".")
	if kind == "" {
		return StateKind{}, fmt.Errorf("%s is not of the form KIND.GROUP", dupcheck.QuoteAlways(s))
	}
	if !dotted {
		s += "."
	}
	return StateKind{Pattern: s, Loss: DataLoss, Reason: "it is declared to hold state"}, nil
}

// Matches says whether a kind is one of them.
func (k StateKind) Matches(gk dupcheck.GroupKind) bool {
	return globsMeet(k.Pattern, gk.Kind+"."+gk.Group)
}

// StateOf returns the row of a kind, and its rank in a report. The rank is -1, and the
// row the zero value, if the kind has no known state. more are the user's own kinds: they
// count after the table, or before it if the table knows of no data.
func StateOf(more []StateKind, gk dupcheck.GroupKind) (rank int, kind StateKind) {
	rank = -1
	for i, k := range slices.Concat(stateKinds, more) {
		if k.Matches(gk) && (rank < 0 || i >= len(stateKinds) && kind.Loss < DataLoss) {
			rank, kind = i, k
		}
	}
	return rank, kind
}
