package split

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/internal/fold"
)

// Subject is the input of a name.
type Subject struct {
	// ID is the identity, or an ID without a name.
	ID dupcheck.ID
	// APIVersion, Kind, Namespace, Name and GenerateName are the fields as
	// written.
	APIVersion, Kind, Namespace, Name, GenerateName string
	// Content is a hash of the bytes of the file. It tells those apart that
	// have no identity, and is asked for only there.
	Content [sha256.Size]byte
	// Value returns the object as decoded JSON. Only a template asks for it.
	Value func() (any, error)
	// At is where the subject stands, for refusals.
	At dupcheck.Position
}

// anonymous reports whether the subject has no identity, or one with a variable.
func (s *Subject) anonymous() bool { return s.ID.Name == "" || s.ID.HasVariable() }

// hash returns the hexadecimal digits that tell the subject from others.
func (s *Subject) hash() string {
	if s.anonymous() {
		return hex.EncodeToString(s.Content[:])
	}
	sum := sha256.Sum256([]byte(s.ID.Group + "\x00" + s.ID.Kind + "\x00" + s.ID.Namespace + "\x00" + s.ID.Name))
	return hex.EncodeToString(sum[:])
}

// shortHash is the number of digits of a hash in a name, if that is enough.
const shortHash = 8

// Name returns the file names of the subjects, in their order: paths with slashes that
// end in the extension (".yaml" if it is empty). No two of them are equal, also after
// case folding. The names do not depend on the order of the subjects, except for
// identical ones without an identity, which are numbered.
//
// Names that would be equal all get "~" and the beginning of a hash. In a layout made of
// a template they are refused instead.
func Name(subjects []Subject, layout Layout, extension string) ([]string, []Refusal) {
	pointers := make([]*Subject, len(subjects))
	for i := range subjects {
		pointers[i] = &subjects[i]
	}
	return name(pointers, layout, extension)
}

// name is Name for subjects that are somewhere already.
func name(subjects []*Subject, layout Layout, extension string) ([]string, []Refusal) {
	if extension == "" {
		extension = ".yaml"
	}
	n := namer{subjects: subjects, layout: layout, extension: extension}
	refusals := n.name()
	if refusals == nil {
		refusals = n.separate()
	}
	names := make([]string, len(subjects))
	for i, stem := range n.stems {
		names[i] = stem + extension
	}
	return names, refusals
}

// namer makes the names of one plan different from each other.
type namer struct {
	subjects  []*Subject
	layout    Layout
	extension string
	stems     []string // without the extension
}

// name gives every subject the name that it has without the others. Templates may ask for
// contents, which are read one after the other.
func (n *namer) name() (refusals []Refusal) {
	n.stems = make([]string, len(n.subjects))
	failed := make([]error, len(n.subjects))
	do := func(_, i int) { n.stems[i], failed[i] = n.layout.stem(n.subjects[i]) }
	if n.layout.custom == nil {
		crash.Share(context.Background(), len(n.subjects), do)
	} else {
		for i := range n.subjects {
			do(0, i)
		}
	}
	for i, err := range failed {
		if err != nil {
			refusals = append(refusals, Refusal{At: n.subjects[i].At, Reason: err.Error()})
		}
	}
	return refusals
}

// separate adds hashes to names that are too long or equal.
func (n *namer) separate() []Refusal {
	plain := slices.Clone(n.stems)
	for i, stem := range n.stems {
		if n.tooLong(stem) {
			n.stems[i] = n.marked(n.layout.unmarked(stem, n.subjects[i]), n.subjects[i].hash()[:shortHash])
		}
	}
	for digits := shortHash; ; digits *= 2 {
		groups := n.collisions()
		if len(groups) == 0 {
			return nil
		}
		if n.layout.custom != nil || digits > 2*sha256.Size {
			return n.refuse(groups)
		}
		for _, group := range groups {
			n.mark(group, plain, digits)
		}
	}
}

// collisions returns the groups of names that are equal after case folding.
func (n *namer) collisions() [][]int {
	folded := make([]string, len(n.stems))
	crash.Share(context.Background(), len(n.stems), func(_, i int) { folded[i] = fold.String(n.stems[i]) })
	first := make(map[string]int, len(n.stems))
	groups := map[int][]int{} // by their first name
	for i, key := range folded {
		at, there := first[key]
		switch {
		case !there:
			first[key] = i
		case groups[at] == nil:
			groups[at] = []int{at, i}
		default:
			groups[at] = append(groups[at], i)
		}
	}
	return slices.SortedFunc(maps.Values(groups), func(a, b []int) int { return a[0] - b[0] })
}

// mark gives every name of a group its hash, and numbers identical copies.
func (n *namer) mark(group []int, plain []string, digits int) {
	copies := map[string]int{}
	for _, i := range group {
		s := n.subjects[i]
		hash := s.hash()
		suffix := hash[:min(digits, len(hash))]
		if s.anonymous() {
			copies[hash]++
			if k := copies[hash]; k > 1 {
				suffix += fmt.Sprintf("-%d", k)
			}
		}
		n.stems[i] = n.marked(n.layout.unmarked(plain[i], s), suffix)
	}
}

func (n *namer) refuse(groups [][]int) []Refusal {
	var out []Refusal
	for _, group := range groups {
		first, second := n.subjects[group[0]], n.subjects[group[1]]
		out = append(out, Refusal{At: second.At, Reason: fmt.Sprintf("the layout gives it the name %s, as it does to %s",
			dupcheck.QuoteAlways(n.stems[group[1]]+n.extension), place(first.At))})
	}
	return out
}

func place(p dupcheck.Position) string {
	return fmt.Sprintf("the one at %s:%d", dupcheck.Quote(p.File), p.Line)
}

func (n *namer) tooLong(stem string) bool {
	return len(path.Base(stem))+len(n.extension) > n.layout.longest()
}

// marked adds "~" and a suffix, and cuts the name if it is too long then.
func (n *namer) marked(stem, suffix string) string {
	dir, base := path.Split(stem)
	room := n.layout.longest() - len(n.extension) - len(suffix) - 1
	if len(base) > room {
		base = cutEscaped(base, room)
	}
	return dir + base + "~" + suffix
}

// cutEscaped cuts a name to a length, but not inside an escape "%3A" or a
// character.
func cutEscaped(s string, length int) string {
	cut := length
	for back := 1; back <= 2 && cut-back >= 0; back++ {
		if s[cut-back] == '%' {
			cut -= back
			break
		}
	}
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut]
}
