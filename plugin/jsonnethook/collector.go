package jsonnethook

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Collector collects the values of jsonnet programs, and finds the objects that are
// declared more than once among all of them. The zero value, with or without Rules, is
// ready for use. It keeps the trees that it gets, which must not change before the last
// Report. It is not for concurrent use.
type Collector struct {
	// Rules may be changed at any time before Report. The default namespace is that of
	// objects outside of any Tanka Environment. Only the rules duplicate-object and
	// identical-object are reported, and those that Rules.Severity names: the host
	// decides about everything else. To tolerate equal copies, set
	// Rules.Severity[dupcheck.IdenticalObject] to dupcheck.Off.
	Rules dupcheck.Rules
	// AllRules reports the other rules, too.
	AllRules bool
	// Set is the deployable set of objects outside of any Tanka Environment, in the
	// values that are added next. The empty string is a set, too.
	Set string
	// Lenient accepts values that are no objects and can hold none. Add then never fails.
	// It is for hosts that also evaluate other things.
	Lenient bool

	sources map[string]bool
	sets    map[setKey]*set
	names   map[string]int // of sets, with how many asked for each
	unread  []dupcheck.Unread
	places  []*step
	values  []any // the objects at places
}

// setKey identifies a set: that of a Tanka Environment is never the set that the caller
// named, under any names.
type setKey struct {
	plain       string
	environment environment
}

// set is a deployable set with a checker of its own, because default namespaces
// differ.
type set struct {
	name    string
	checker dupcheck.Checker
}

// Add adds the value of one program, decoded as encoding/json does it: with
// map[string]any and []any. source names the program in positions and need not be a file.
// If something in the tree is no object and can hold none, the error is a [*LeafError]
// and nothing of the tree has been added.
func (c *Collector) Add(source string, tree any) error {
	w := walk{source: source, lenient: c.Lenient}
	if err := w.value(tree, &step{index: -1}, nil); err != nil {
		return err
	}
	if c.sources == nil {
		c.sources = map[string]bool{}
	}
	c.sources[source] = true
	for _, f := range w.found {
		c.add(source, f)
	}
	return nil
}

func (c *Collector) add(source string, f found) {
	to := c.set(f.environment)
	place := len(c.places)
	c.places, c.values = append(c.places, f.at), append(c.values, f.object)
	if o, ok := plain(source, f.object); ok {
		o.Set, o.At.Document = to.name, place
		to.checker.Add(o)
		return
	}
	// The place stands in for the path until it is shown, and is what findings are
	// sorted by: a Tag would not be.
	for o := range c.objects(source, f, func(at *dupcheck.Position) { at.Document = place }) {
		o.Set = to.name
		to.checker.Add(o)
	}
}

// objects yields the objects that manifest.Decoded finds in an object of the tree, and
// calls place for all of its positions. Values that are not understood are kept for the
// Report.
func (c *Collector) objects(source string, f found, place func(*dupcheck.Position)) iter.Seq[dupcheck.Object] {
	return func(yield func(dupcheck.Object) bool) {
		for o, err := range manifest.Decoded(source, f.object) {
			if err != nil {
				c.notRead(source, f.at, err)
				continue
			}
			place(&o.At)
			for _, found := range o.ReaderFindings {
				for i := range found.Declarations {
					place(&found.Declarations[i].Position)
				}
			}
			if !yield(o) {
				return
			}
		}
	}
}

// rules returns the Rules, with the rules that are not reported switched off.
func (c *Collector) rules() dupcheck.Rules {
	rules := c.Rules
	if !c.AllRules {
		rules.Severity = dupcheck.DuplicatesOnly().Severity
		maps.Copy(rules.Severity, c.Rules.Severity)
	}
	return rules
}

func (c *Collector) set(in *environment) *set {
	key, name := setKey{plain: c.Set}, c.Set
	if in != nil {
		key = setKey{environment: *in}
	}
	if s := c.sets[key]; s != nil {
		return s
	}
	if c.sets == nil {
		c.sets, c.names = map[setKey]*set{}, map[string]int{}
	}
	if in != nil {
		name = c.freeName(in)
	}
	c.names[name]++
	s := &set{name: name}
	c.sets[key] = s
	return s
}

func (c *Collector) notRead(source string, at *step, err error) {
	u := dupcheck.Unread{File: source, Reason: err.Error()}
	if known := new(dupcheck.Unread); errors.As(err, &known) {
		u.Reason = known.Reason
	}
	u.Reason = at.String() + ": " + u.Reason
	c.unread = append(c.unread, u)
}

// Report returns the findings in all added values. Every position has the source as its
// File and the jsonnet path as its Path; lines and columns are not known here. Files
// counts the sources.
func (c *Collector) Report() dupcheck.Report {
	all := dupcheck.Report{Files: len(c.sources), Unread: slices.Clone(c.unread)}
	rules := c.rules()
	keys := slices.SortedFunc(maps.Keys(c.sets), func(a, b setKey) int {
		return cmp.Or(strings.Compare(c.sets[a].name, c.sets[b].name), strings.Compare(a.plain, b.plain))
	})
	for _, key := range keys {
		s := c.sets[key]
		s.checker.Rules = rules
		s.checker.Rules.DefaultNamespace = cmp.Or(key.environment.defaultNamespace, c.Rules.DefaultNamespace)
		r := s.checker.Report()
		all.Objects += r.Objects
		all.Diagnostics = append(all.Diagnostics, r.Diagnostics...)
		all.Unread = append(all.Unread, r.Unread...)
	}
	for i := range all.Diagnostics {
		for j := range all.Diagnostics[i].Declarations {
			c.show(&all.Diagnostics[i].Declarations[j].Position)
		}
	}
	return all
}

// Values returns the objects that were added, in order and as they stand in the
// trees: a List is one of them.
func (c *Collector) Values() []any { return slices.Clone(c.values) }

// show puts the path where the place stood in for it.
func (c *Collector) show(p *dupcheck.Position) {
	p.Document, p.Path = 0, join(c.places[p.Document], p.Path)
}
