package dupcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Accepted is a finding that a user has seen and accepted. It has no lines, so it stays
// valid while the files around it are edited.
type Accepted struct {
	// Rule and Set are those of the diagnostic. A set that is not UTF-8 is quoted by
	// Quote.
	Rule Rule   `json:"rule"`
	Set  string `json:"set"`
	// ID is that of the diagnostic. A diagnostic without an ID has the parts that its
	// first declaration states.
	ID ID `json:"id"`
	// Files are the files of all declarations, sorted; a file with two of them appears
	// twice. A name that is not UTF-8 is quoted by Quote.
	Files []string `json:"files"`
	// Command is the command that finds it, as it is typed, such as "argocd check".
	// It is empty for a check of manifests. Accept does not look at it.
	Command string `json:"command,omitempty"`
}

// String returns the finding in one line, such as
// "duplicate-object of Service shop/web in a.yaml, b.yaml".
func (a Accepted) String() string {
	files := make([]string, len(a.Files))
	for i, f := range a.Files {
		files[i] = Quote(f)
	}
	return Quote(string(a.Rule)) + " of " + a.ID.brief() + " in " + strings.Join(files, ", ")
}

// Compare orders findings by command, set, object, rule and files.
func (a Accepted) Compare(b Accepted) int {
	return cmp.Or(
		strings.Compare(a.Command, b.Command),
		strings.Compare(a.Set, b.Set),
		a.ID.Compare(b.ID),
		strings.Compare(string(a.Rule), string(b.Rule)),
		slices.Compare(a.Files, b.Files),
	)
}

// Baseline are the findings that are accepted. The nil Baseline accepts
// nothing. One entry accepts one finding: two equal findings need two.
type Baseline []Accepted

// Baseline returns the findings of the report in the form in which users accept them,
// sorted. Findings without a declaration are left out.
func (r Report) Baseline() Baseline {
	out := make(Baseline, 0, len(r.Diagnostics))
	for _, d := range r.Diagnostics {
		if len(d.Declarations) > 0 {
			out = append(out, accepted(d))
		}
	}
	slices.SortFunc(out, Accepted.Compare)
	return out
}

// Accept returns the report without the findings that the baseline accepts. An entry
// accepts a finding of its rule, set and ID if the entry lists every declaration of the
// finding. So a third declaration of an object that is accepted twice is a new finding,
// and so is a declaration in another file. Two different declarations that have become
// identical are not a new finding.
//
// Entries that match nothing become Report.Stale, unless something was not read: the
// finding may be there.
func (r Report) Accept(b Baseline) Report {
	if len(b) == 0 {
		return r
	}
	m := newMatcher(b)
	r = r.hide(func(d Diagnostic) (Suppressed, bool) {
		return Suppressed{Diagnostic: d, By: ByBaseline}, len(d.Declarations) > 0 && m.accept(accepted(d))
	})
	if len(r.Unread) == 0 {
		r.Stale = append(r.Stale[:len(r.Stale):len(r.Stale)], m.stale()...)
	}
	return r
}

// Beyond returns the entries of b that the older baseline does not accept.
func (b Baseline) Beyond(older Baseline) Baseline {
	m := newMatcher(older)
	var out Baseline
	for _, a := range b {
		if !m.accept(a) {
			out = append(out, a)
		}
	}
	return out
}

func accepted(d Diagnostic) Accepted {
	a := Accepted{Rule: d.Rule, Set: UTF8(d.Set), ID: d.ID}
	if a.ID == (ID{}) && len(d.Declarations) > 0 {
		a.ID = d.Declarations[0].written()
	}
	for _, o := range d.Declarations {
		a.Files = append(a.Files, UTF8(o.File))
	}
	slices.Sort(a.Files)
	return a
}

// written is the identity as it is written, without any rule applied.
func (d Declaration) written() ID {
	return ID{Group: GroupOf(d.APIVersion), Kind: d.Kind, Namespace: d.Namespace, Name: cmp.Or(d.Name, d.GenerateName)}
}

// matcher gives every entry of a baseline to at most one finding.
type matcher struct {
	entries Baseline
	exact   map[string][]int  // by all fields of an entry
	about   map[subject][]int // by all but the files
	left    [][]string        // files of the entry that no finding had; nil if none
}

type subject struct {
	rule Rule
	set  string
	id   ID
}

func newMatcher(b Baseline) *matcher {
	m := &matcher{b, map[string][]int{}, map[subject][]int{}, make([][]string, len(b))}
	for i, a := range b {
		m.left[i] = a.Files
		m.exact[a.key()] = append(m.exact[a.key()], i)
		if len(a.Files) > 1 { // it is about all declarations together, and others about one place each
			s := subject{a.Rule, a.Set, a.ID}
			m.about[s] = append(m.about[s], i)
		}
	}
	return m
}

func (a Accepted) key() string {
	return fmt.Sprintf("%q", append([]string{string(a.Rule), a.Set, a.ID.Group, a.ID.Kind, a.ID.Namespace, a.ID.Name}, a.Files...))
}

// accept looks for an entry that accepts the finding and uses it up. Copies
// that were accepted while they differed are accepted still.
func (m *matcher) accept(a Accepted) bool {
	if m.acceptAs(a) {
		return true
	}
	if a.Rule == IdenticalObject {
		a.Rule = DuplicateObject
		return m.acceptAs(a)
	}
	return false
}

func (m *matcher) acceptAs(a Accepted) bool {
	key := a.key()
	for same := m.exact[key]; len(same) > 0; same = m.exact[key] {
		i := same[0]
		m.exact[key] = same[1:]
		if m.unused(i) {
			m.left[i] = nil
			return true
		}
	}
	for _, i := range m.about[subject{a.Rule, a.Set, a.ID}] {
		if left, ok := less(m.entries[i].Files, a.Files); ok && m.unused(i) {
			m.left[i] = left
			return true
		}
	}
	return false
}

func (m *matcher) unused(i int) bool { return len(m.left[i]) == len(m.entries[i].Files) }

// stale returns what of the entries was found nowhere.
func (m *matcher) stale() []Accepted {
	var out []Accepted
	for i, a := range m.entries {
		if len(m.left[i]) > 0 {
			a.Files = m.left[i]
			out = append(out, a)
		}
	}
	return out
}

// less takes the files some from the files all, both sorted. It returns false
// if some of them are not there.
func less(all, some []string) (left []string, ok bool) {
	for _, f := range all {
		if len(some) > 0 && some[0] == f {
			some = some[1:]
		} else {
			left = append(left, f)
		}
	}
	return left, len(some) == 0
}
