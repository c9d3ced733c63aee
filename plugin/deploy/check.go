package deploy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// CheckOptions are the decisions of the caller of Check. The zero value is ready for use.
type CheckOptions struct {
	// Rules are those of identity and severity. DefaultNamespace does not
	// count: every deployer has its own.
	Rules dupcheck.Rules
	// Clusters says which destinations are one cluster.
	Clusters Clusters
	// Allowed are deployers, and directories of charts, that need not be resolved.
	// All others are unread in the report of [Resolver.Check]. Nil allows none.
	Allowed *policy.Allowances
	// UnresolvedAsFindings leaves unresolved deployers among the findings.
	UnresolvedAsFindings bool
	// Dir is the directory that Resolver.Check checks, as seen from the working
	// directory: the files of its report are those that are reached from there.
	Dir string
}

// reached says how the files of the checked directory are reached.
func (o CheckOptions) reached() checkout.Reached { return checkout.Reached{Dir: o.Dir} }

// Check finds deployers with one name, and objects that are deployed twice, by one
// deployer or by two that deploy to one cluster. It reports deployers that could not be
// resolved, because their objects are not known.
func Check(s Snapshot, o CheckOptions) dupcheck.Report {
	s = s.Told(o.reached().File)
	s.Deployers = slices.DeleteFunc(s.Deployers, func(d Deployer) bool { return d.Unlisted }) // it may be left over
	c := check{Snapshot: s, options: o, claims: NewClaims(o.Rules, o.Clusters, s)}
	c.collisions()
	c.releases()
	c.unexpanded()
	c.duplicates()
	c.shared()
	c.alternatives()
	for i := range s.Deployers {
		d := &s.Deployers[i]
		if !d.Template {
			c.report.Objects += len(d.Desired.Objects)
		}
		if (d.Unknown() != "" || d.Desired.Partly != "") && !d.Template {
			c.add(d.UnresolvedFinding())
		}
	}
	slices.SortStableFunc(c.report.Diagnostics, func(a, b dupcheck.Diagnostic) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Set, b.Set))
	})
	return c.report
}

// check is the work of Check.
type check struct {
	Snapshot
	options  CheckOptions
	claims   Claims
	report   dupcheck.Report
	repeated map[dupcheck.ID]bool // names that are declared more than once
}

func (c *check) add(d dupcheck.Diagnostic) {
	if s := c.options.Rules.Severity[d.Rule]; s != dupcheck.Default {
		d.Severity = s
	}
	if d.Severity != dupcheck.Off {
		c.report.Diagnostics = append(c.report.Diagnostics, d)
	}
}

// declaration is the place of a deployer in a report.
func declaration(id dupcheck.ID, at dupcheck.Position) dupcheck.Declaration {
	return dupcheck.Declaration{Position: at, Kind: id.Kind, Namespace: id.Namespace, Name: id.Name}
}

// duplicates looks for objects that one deployer deploys twice.
func (c *check) duplicates() {
	for i := range c.Deployers {
		d := &c.Deployers[i]
		checker := dupcheck.Checker{Rules: c.claims.rulesFor(d)}
		for _, object := range d.Desired.Objects {
			checker.Add(object)
		}
		report := checker.Report()
		c.report.Unread = append(c.report.Unread, report.Unread...)
		for _, found := range report.Diagnostics {
			if found.Rule != dupcheck.DuplicateObject && found.Rule != dupcheck.IdenticalObject || c.repeated[found.ID] && IsDeployer(found.ID) {
				continue
			}
			found.Set, found.Message = d.Instance, "in "+d.Name()+": "+found.Message
			if d.Tool == ArgoCD {
				found.Effect = "Argo CD keeps the last one, and shows a warning that stops nothing"
			}
			c.report.Diagnostics = append(c.report.Diagnostics, found)
		}
	}
}

// claimant is a deployer of an object.
type claimant struct {
	deployer *Deployer
	object   dupcheck.Object
}

// shared looks for objects that several deployers deploy to one cluster.
func (c *check) shared() {
	claimants := map[ObjectKey][]claimant{}
	var order []ObjectKey
	for i := range c.Deployers {
		d := &c.Deployers[i]
		if d.Template {
			continue // its cluster is not known
		}
		ids, objects := c.claims.Of(d)
		for _, id := range ids {
			key := ObjectKey{c.claims.Cluster(d), id}
			if len(claimants[key]) == 0 {
				order = append(order, key)
			}
			claimants[key] = append(claimants[key], claimant{d, objects[id]})
		}
	}
	for _, key := range order {
		first := claimants[key][0].deployer.Key()
		if slices.ContainsFunc(claimants[key], func(x claimant) bool { return x.deployer.Key() != first }) {
			c.add(sharedObject(key, claimants[key]))
		}
	}
}

func sharedObject(key ObjectKey, claimants []claimant) dupcheck.Diagnostic {
	d := dupcheck.Diagnostic{
		Rule: SharedObject, Severity: dupcheck.Error, ID: key.ID,
		Effect: "the one that is synced last takes it over, and the one that stops deploying it deletes it for all",
		Advice: "let one of them deploy it",
	}
	var names []string
	for _, x := range claimants {
		name := x.deployer.Name()
		if x.deployer.Instance != "" {
			name += " of " + dupcheck.Quote(x.deployer.Instance)
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
	d.Message = fmt.Sprintf("%s is deployed to the cluster %s by %s", key.ID, dupcheck.Quote(DisplayCluster(key.Cluster)), someOf(names))
	if key.ID.Kind == "CustomResourceDefinition" {
		d.Effect = "Argo CD does not notice this; " + d.Effect
	}
	return d
}

// someOf joins a few names.
func someOf(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, " and ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}
