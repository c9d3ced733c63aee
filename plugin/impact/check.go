package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// The rules of Check, beside duplicate-object and identical-object of package
// dupcheck.
const (
	// ApplicationCollision: two owners, or two objects that decide about
	// them, have one name in one instance.
	ApplicationCollision dupcheck.Rule = "application-collision"
	// SharedObject: two owners deploy one object to one cluster.
	SharedObject dupcheck.Rule = "shared-object"
	// NotExpanded: what a generator makes is known by a pattern only.
	NotExpanded dupcheck.Rule = "not-expanded"
	// UnresolvedOwner: what an owner deploys is not known.
	UnresolvedOwner dupcheck.Rule = "unresolved-owner"
)

// Named is an object of a control plane that is no owner but must be the only
// one of its name: an AppProject or an ApplicationSet.
type Named struct {
	Instance string
	ID       dupcheck.ID
	At       dupcheck.Position
}

// Pattern is what the names of owners look like that a generator makes which
// was not expanded.
type Pattern struct {
	// Instance, ID and At are those of what generates them.
	Instance string
	ID       dupcheck.ID
	At       dupcheck.Position
	// Kind and Namespace are those of the owners. Name is a glob in which "*"
	// stands for any characters.
	Kind, Namespace, Name string
	// Reason says why they are not known, and Beyond that it is because looking
	// at them would take too much: then nothing is known of what could be.
	Reason string
	Beyond bool
}

// Message says that the owners are not known, and why.
func (p Pattern) Message() string {
	return fmt.Sprintf("%s is not expanded: %s; its Applications are called %s",
		shortName(p.ID), dupcheck.Quote(p.Reason), quoteBrief(p.Name))
}

// Check looks for owners of one name, and for objects that are deployed twice,
// by one owner or by two that deploy to one cluster. What it does not find in
// an owner that could not be resolved is not known; such owners are reported.
func Check(s State, o Options) dupcheck.Report {
	c := check{State: s, options: o}
	c.collisions()
	c.patterns()
	c.inside()
	c.between()
	for i := range s.Owners {
		owner := &s.Owners[i]
		c.report.Objects += len(owner.Desired.Objects)
		if !owner.Desired.Known() && !owner.Template {
			c.add(dupcheck.Diagnostic{
				Rule: UnresolvedOwner, Severity: dupcheck.Warning, ID: owner.ID,
				Message:      fmt.Sprintf("what %s deploys is not known: %s", owner.Name(), dupcheck.Quote(unknown(owner))),
				Declarations: []dupcheck.Declaration{declared(owner.ID, owner.At)},
			})
		}
	}
	slices.SortStableFunc(c.report.Diagnostics, func(a, b dupcheck.Diagnostic) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Set, b.Set))
	})
	return c.report
}

// check is the work of Check.
type check struct {
	State
	options Options
	report  dupcheck.Report
	twins   map[dupcheck.ID]bool
}

func (c *check) add(d dupcheck.Diagnostic) {
	if s := c.options.Rules.Severity[d.Rule]; s != dupcheck.Default {
		d.Severity = s
	}
	if d.Severity != dupcheck.Off {
		c.report.Diagnostics = append(c.report.Diagnostics, d)
	}
}

// declared is a place where an owner is declared.
func declared(id dupcheck.ID, at dupcheck.Position) dupcheck.Declaration {
	return dupcheck.Declaration{Position: at, Kind: id.Kind, Namespace: id.Namespace, Name: id.Name}
}

// named lists everything that must be the only one of its name.
func (c *check) named() (all []Named, makers []Maker) {
	for i := range c.Owners {
		o := &c.Owners[i]
		if o.Template {
			continue // see patterns
		}
		all = append(all, Named{o.Instance, o.ID, o.At})
		makers = append(makers, o.Maker)
	}
	for _, n := range c.Named {
		all = append(all, n)
		makers = append(makers, Maker{})
	}
	return all, makers
}

// collisions are declarations of one name in one instance.
func (c *check) collisions() {
	c.twins = map[dupcheck.ID]bool{}
	all, makers := c.named()
	seen := map[key][]int{}
	var order []key
	for i, n := range all {
		k := key{n.Instance, n.ID}
		if len(seen[k]) == 0 {
			order = append(order, k)
		}
		seen[k] = append(seen[k], i)
	}
	for _, k := range order {
		if len(seen[k]) < 2 {
			continue
		}
		c.twins[k.id] = true
		d := dupcheck.Diagnostic{
			Rule: ApplicationCollision, Severity: dupcheck.Error, Set: k.instance, ID: k.id, LastWins: true,
			Message: fmt.Sprintf("%s is declared %d times in one instance", shortName(k.id), len(seen[k])),
			Advice:  "give each a name of its own; a copied one most likely kept the name of the other",
		}
		var by []Maker
		for _, i := range seen[k] {
			d.Declarations = append(d.Declarations, declared(all[i].ID, all[i].At))
			by = append(by, makers[i])
		}
		d.Effect, d.LastWins = collisionEffect(k.id, by)
		c.add(d)
	}
}

// collisionEffect says what comes of owners with one name (argo-cd v3.6
// applicationset/controllers/applicationset_controller.go for those that are
// generated; validateGeneratedApplications looked at their place and not at
// their name until 3.1).
func collisionEffect(id dupcheck.ID, makers []Maker) (effect string, lastWins bool) {
	generated := slices.DeleteFunc(slices.Clone(makers), func(m Maker) bool { return m.ID.Kind == "" })
	switch {
	case len(generated) == 0 && ownsObjects(id):
		return "the last one replaces the others, and prunes what they deployed", true
	case len(generated) == 0:
		return "the last one replaces the others", true
	case len(generated) < len(makers):
		return "the generated one overwrites the one that is written as it is, and prunes what that deployed", false
	case !slices.ContainsFunc(generated, func(m Maker) bool { return m != generated[0] }):
		return shortName(generated[0].ID) + " applies none of them as long as they have one name, or only the first if Argo CD is older than 3.2", false
	}
	return "only the generator that comes first owns it, and the others fail", false
}

// patterns are names that are not known, held against all others.
func (c *check) patterns() {
	all, _ := c.named()
	for i, p := range c.Patterns {
		rule, severity := NotExpanded, dupcheck.Info
		if p.Beyond {
			rule, severity = UnresolvedOwner, dupcheck.Warning
		}
		c.add(dupcheck.Diagnostic{
			Rule: rule, Severity: severity, Set: p.Instance, ID: p.ID,
			Message:      p.Message(),
			Declarations: []dupcheck.Declaration{declared(p.ID, p.At)},
		})
		if strings.Trim(p.Name, "*") == "" {
			continue // it says nothing
		}
		for _, n := range all {
			if n.Instance == p.Instance && n.ID.Kind == p.Kind && n.ID.Namespace == p.Namespace && globMatch(p.Name, n.ID.Name) {
				c.mayCollide(p, n.ID, n.At, shortName(n.ID))
			}
		}
		for _, other := range c.Patterns[i+1:] {
			if strings.Trim(other.Name, "*") != "" && other.Instance == p.Instance && other.Kind == p.Kind &&
				other.Namespace == p.Namespace && globsMeet(p.Name, other.Name) {
				c.mayCollide(p, other.ID, other.At, "those of "+shortName(other.ID))
			}
		}
	}
}

func (c *check) mayCollide(p Pattern, id dupcheck.ID, at dupcheck.Position, what string) {
	c.add(dupcheck.Diagnostic{
		Rule: ApplicationCollision, Severity: dupcheck.Warning, Set: p.Instance, ID: id,
		Message: fmt.Sprintf("%s may generate a name of %s: its Applications are called %s",
			shortName(p.ID), what, quoteBrief(p.Name)),
		Declarations: []dupcheck.Declaration{declared(id, at), declared(p.ID, p.At)},
		Advice:       "begin or end the names in a way of their own",
	})
}

// globsMeet says whether any string matches both patterns. It takes time in the
// product of both lengths.
func globsMeet(a, b string) bool {
	row := make([]bool, len(b)+1) // of the rest of a: whether it meets the rest of b
	for i := len(a); i >= 0; i-- {
		next := slices.Clone(row)
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				row[j] = true
			case i < len(a) && a[i] == '*':
				row[j] = next[j] || j < len(b) && row[j+1]
			case j < len(b) && b[j] == '*':
				row[j] = row[j+1] || i < len(a) && next[j]
			default:
				row[j] = i < len(a) && j < len(b) && a[i] == b[j] && next[j+1]
			}
		}
	}
	return row[0]
}

// inside looks for objects that one owner deploys twice.
func (c *check) inside() {
	scopes := scopesOf(c.options.Clusters, c.State)
	for i := range c.Owners {
		o := &c.Owners[i]
		checker := dupcheck.Checker{Rules: scopes.rules(c.options.Rules, c.options.Clusters, o)}
		for _, object := range o.Desired.Objects {
			checker.Add(object)
		}
		report := checker.Report()
		c.report.Unread = append(c.report.Unread, report.Unread...)
		for _, d := range report.Diagnostics {
			if d.Rule != dupcheck.DuplicateObject && d.Rule != dupcheck.IdenticalObject || c.twins[d.ID] && ownsObjects(d.ID) {
				continue
			}
			d.Set, d.Message = o.Instance, "in "+o.Name()+": "+d.Message
			if o.Tool == ArgoCD {
				d.Effect = "Argo CD keeps the last one, and shows a warning that stops nothing"
			}
			c.report.Diagnostics = append(c.report.Diagnostics, d)
		}
	}
}

// between looks for objects that several owners deploy to one cluster.
func (c *check) between() {
	type claimant struct {
		owner  *Owner
		object dupcheck.Object
	}
	scopes := scopesOf(c.options.Clusters, c.State)
	claimants := map[place][]claimant{}
	var order []place
	for i := range c.Owners {
		o := &c.Owners[i]
		if o.Template {
			continue // its cluster is not known
		}
		ids, objects := scopes.claimed(c.options.Rules, c.options.Clusters, o)
		for _, id := range ids {
			p := place{c.options.Clusters.Of(o.Instance, o.Destination), id}
			if len(claimants[p]) == 0 {
				order = append(order, p)
			}
			claimants[p] = append(claimants[p], claimant{o, objects[id]})
		}
	}
	for _, p := range order {
		first := claimants[p][0].owner.key()
		if !slices.ContainsFunc(claimants[p], func(x claimant) bool { return x.owner.key() != first }) {
			continue
		}
		d := dupcheck.Diagnostic{
			Rule: SharedObject, Severity: dupcheck.Error, ID: p.id,
			Effect: "the one that is synced last takes it over, and the one that stops deploying it deletes it for all",
			Advice: "let one of them deploy it",
		}
		var names []string
		for _, x := range claimants[p] {
			name := x.owner.Name()
			if x.owner.Instance != "" {
				name += " of " + dupcheck.Quote(x.owner.Instance)
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			d.Declarations = append(d.Declarations, dupcheck.Declaration{
				Position: x.object.At, APIVersion: x.object.APIVersion, Kind: x.object.Kind,
				Namespace: x.object.Namespace, Name: x.object.Name,
			})
		}
		slices.Sort(names)
		d.Message = fmt.Sprintf("%s is deployed to the cluster %s by %s", p.id, dupcheck.Quote(showCluster(p.cluster)), some(names))
		if p.id.Kind == "CustomResourceDefinition" {
			d.Effect = "Argo CD does not notice this; " + d.Effect
		}
		c.add(d)
	}
}

// some joins a few names.
func some(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, " and ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}
