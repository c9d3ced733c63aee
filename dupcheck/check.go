package dupcheck

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// Checker finds the objects that are declared more than once. Add the objects one by one
// in the order in which they would be applied, then ask for the Report. The zero value,
// with or without Rules, is ready for use. A Checker keeps what identifies each object
// and never its content: some 100 bytes, its name, and all that the object's Body keeps.
// It is not for concurrent use, except that you may call IDs while Report runs.
type Checker struct {
	// Rules may be changed at any time before Report.
	Rules Rules

	objects objects
	unread  []Unread
}

// AddUnread takes in what could not be read or understood. The Report has it, so
// that one of half the input does not look clean.
func (c *Checker) AddUnread(u Unread) { c.unread = append(c.unread, u) }

// Add adds one object. It decides nothing yet, because a CustomResourceDefinition may
// come after the objects whose scope it defines.
func (c *Checker) Add(o Object) { c.objects.add(&o) }

// Check reports on objects that are all at hand, as a Checker with these rules
// would.
func Check(rules Rules, objects []Object) Report {
	c := Checker{Rules: rules}
	for _, o := range objects {
		c.Add(o)
	}
	return c.Report()
}

// Report returns the findings among the objects added so far. You may call it again after
// you add more. It reads contents only of objects that collide; a content that cannot be
// read again is in Unread.
func (c *Checker) Report() Report {
	run := run{
		rules: &c.Rules, objects: &c.objects, crds: c.objects.crds(), hashes: hasher{seed: maphash.MakeSeed()},
		nodes: mostNodesInRun + c.objects.len()*nodesPerObject,
	}
	run.report.Unread = slices.Clone(c.unread)
	run.index = make([]entry, 0, c.objects.len())
	found := 0
	for r := range c.objects.rare() {
		found += len(r.rare.ReaderFindings)
	}
	run.report.Diagnostics = make([]Diagnostic, 0, found) // there may be a million
	for i, o := range c.objects.all() {
		run.see(i, o)
	}
	run.reportCollisions()
	run.reportPossible()
	run.reportOpen()
	run.reportNear()
	for _, d := range run.crds.conflicts() {
		run.add(d)
	}
	sortUnread(&run.report)
	run.report.Diagnostics = sortDiagnostics(run.report.Diagnostics)
	return run.report
}

// run is the making of one report.
type run struct {
	rules   *Rules
	objects *objects
	crds    crds
	index   []entry
	hashes  hasher
	nodes   int // left to be compared
	folded  map[string]string
	last    restored // by keyOf
	report  Report

	types nearTypes
	folds bool // near keys may be equal where identities are not

	differ  namedPaths
	found   []difference // memory for changes
	places  slab[Declaration]
	members slab[int32]
	// together is the only group of appliedTogether.
	together [1][]int32
}

// see takes one object into the index and reports what concerns it alone.
func (r *run) see(i int32, o *Object) {
	who := r.crds.identify(o, r.rules)
	if o.APIVersion != "" && o.Kind != "" && !o.Placeholder {
		r.report.Objects++
	}
	var id ID
	if who.known {
		id = who.id
		r.enter(i, o.Set, &who)
	}
	r.reportFound(o, id, who.config)
	for _, f := range who.findings {
		r.add(Diagnostic{
			Rule: f.rule, Severity: f.level, Set: o.Set, ID: id,
			Message: f.message, Advice: f.advice, Declarations: []Declaration{o.declaration()},
		})
	}
}

// reportFound reports the findings of the reader of the manifest.
func (r *run) reportFound(o *Object, id ID, config bool) {
	for _, d := range o.ReaderFindings {
		if config && (d.Rule == StrayItems || d.Rule == NestedList || d.Rule == NotAString) {
			continue
		}
		d.Set, d.ID, d.Declarations = o.Set, id, places(o, d.Declarations)
		r.add(d)
	}
}

// places adds the fields of the object to the positions that a reader found. Fields that
// the reader set stay: of a duplicate key, each place has its own value.
func places(o *Object, found []Declaration) []Declaration {
	if len(found) == 0 {
		return []Declaration{o.declaration()}
	}
	out := make([]Declaration, len(found))
	for i, f := range found {
		f.File = cmp.Or(f.File, o.At.File)
		f.Path = cmp.Or(f.Path, o.At.Path)
		f.Origin = cmp.Or(f.Origin, o.At.Origin)
		out[i] = Declaration{
			Position:     f.Position,
			APIVersion:   cmp.Or(f.APIVersion, o.APIVersion),
			Kind:         cmp.Or(f.Kind, o.Kind),
			Namespace:    cmp.Or(f.Namespace, o.Namespace),
			Name:         cmp.Or(f.Name, o.Name),
			GenerateName: cmp.Or(f.GenerateName, o.GenerateName),
			Tag:          cmp.Or(f.Tag, o.Tag),
		}
	}
	return out
}

// add reports a diagnostic, at the severity that the rules give it.
func (r *run) add(d Diagnostic) {
	d.Severity = r.rules.severity(d.Rule, cmp.Or(d.Severity, d.Rule.DefaultSeverity()))
	if d.Severity != Off {
		d.Definitions = r.crds.behind(&d, r.rules)
		r.report.Diagnostics = append(r.report.Diagnostics, d)
	}
}

func (r *run) declarations(indexes []int32) []Declaration {
	out := r.places.next(len(indexes))
	for i, index := range indexes {
		r.objects.declare(&out[i], r.objects.record(index))
	}
	return out
}
