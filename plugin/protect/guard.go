package protect

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// Guard finds the objects that an accident would delete: objects with state that
// nothing protects from being pruned, and protections that have no effect.
func Guard(objects []dupcheck.Object, d gitops.Declared, o Options) dupcheck.Report {
	g := guard{Options: o}
	g.report.Objects = len(objects)
	for i := range objects {
		g.object(&objects[i])
	}
	for _, a := range d.Applications {
		g.application(a)
	}
	for _, s := range d.ApplicationSets {
		g.applicationSet(s)
	}
	g.report.Unread = append(g.report.Unread, d.Unread...)
	for _, x := range deploy.InvalidFields(d.Problems) {
		g.add(x)
	}
	slices.SortStableFunc(g.report.Diagnostics, func(a, b dupcheck.Diagnostic) int { return -cmp.Compare(a.Severity, b.Severity) })
	return g.report
}

type guard struct {
	Options
	report dupcheck.Report
}

func (g *guard) add(d dupcheck.Diagnostic) {
	if s := g.Severity[d.Rule]; s != dupcheck.Default {
		d.Severity = s
	}
	if d.Severity != dupcheck.Off {
		g.report.Diagnostics = append(g.report.Diagnostics, d)
	}
}

func (g *guard) tell(o *dupcheck.Object, rule dupcheck.Rule, s dupcheck.Severity, at dupcheck.Position, message, advice string) {
	id := identity(*o)
	g.add(dupcheck.Diagnostic{
		Rule: rule, Severity: s, Set: o.Set, ID: id, Message: id.String() + " " + message, Advice: advice,
		Declarations: []dupcheck.Declaration{{
			Position: at, APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, GenerateName: o.GenerateName,
		}},
	})
}

// identity is who an object is, as far as it says so itself.
func identity(o dupcheck.Object) dupcheck.ID {
	id, err := dupcheck.NewID(dupcheck.Rules{}, o.APIVersion, o.Kind, o.Namespace, o.Name)
	if err != nil {
		return dupcheck.ID{}
	}
	return id
}

func (g *guard) object(o *dupcheck.Object) {
	id := identity(*o)
	if id.Name == "" || o.Placeholder {
		return
	}
	g.syncOptions(o)
	reason := g.stateOf(id)
	if reason == "" {
		return
	}
	if !g.protects(*o) {
		key, value := g.annotation()
		g.tell(o, UnprotectedState, dupcheck.Error, o.At, "may be pruned: "+reason,
			"add the annotation "+key+": "+value+", which kuniq argocd protect does")
	}
	g.retained(o, id)
}

// options looks at the annotation of an object.
func (g *guard) syncOptions(o *dupcheck.Object) {
	for _, option := range deploy.SyncOptions(o.Annotations[deploy.SyncOptionsAnnotation]) {
		if why := optionComplaint(option, "resource", g.Version); why != "" {
			g.tell(o, IgnoredOption, dupcheck.Error, o.At, "has a sync option that does nothing: "+why, "correct it")
		}
	}
}

func (g *guard) application(a gitops.Application) {
	o := &a.Object
	at := func(path ...string) dupcheck.Position { return a.At.Of(path...) }
	policy := a.Spec.SyncPolicy
	if policy != nil {
		for i, option := range policy.SyncOptions {
			if why := optionComplaint(option, "app", g.Version); why != "" {
				g.tell(o, IgnoredOption, dupcheck.Error, at("spec", "syncPolicy", "syncOptions", strconv.Itoa(i)),
					"has a sync option that does nothing: "+why, "correct it")
			}
		}
		if argocd.PrunePolicy(a).Prune && !slices.Contains(policy.SyncOptions, "FailOnSharedResource=true") {
			g.tell(o, SharedNotRefused, dupcheck.Info, at("spec", "syncPolicy", "automated", "prune"),
				"prunes, and takes over objects of other Applications",
				"FailOnSharedResource=true makes it fail instead; it does not stop an Application that takes the name of another")
		}
	}
	if g.Production != nil && g.Production(o.Set) && argocd.PrunePolicy(a).Cascade {
		g.tell(o, CascadeFinalizer, dupcheck.Error, at("metadata", "finalizers"),
			"is of production, and is deleted with all of its objects", "remove the finalizer "+argocd.Finalizer)
	}
}

func (g *guard) applicationSet(s gitops.ApplicationSet) {
	if p := s.Spec.SyncPolicy; p != nil && p.PreserveResourcesOnDeletion {
		return
	}
	g.tell(&s.Object, NotPreserved, dupcheck.Warning, s.At.Of("spec", "syncPolicy"),
		"deletes the objects of an Application that it no longer generates",
		"set spec.syncPolicy.preserveResourcesOnDeletion: true")
}
