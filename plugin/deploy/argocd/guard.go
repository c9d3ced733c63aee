package argocd

import (
	"cmp"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/impact"
)

// The rules of Guard.
const (
	// UnprotectedState: an object with state may be pruned.
	UnprotectedState dupcheck.Rule = "unprotected-state"
	// IgnoredOption: a sync option has no effect.
	IgnoredOption dupcheck.Rule = "ignored-option"
	// VolumeNotRetained: a volume, or what an operator keeps, is deleted with
	// the object that asks for it.
	VolumeNotRetained dupcheck.Rule = "volume-not-retained"
	// CascadeFinalizer: an Application of production is deleted with all of
	// its objects.
	CascadeFinalizer dupcheck.Rule = "cascade-finalizer"
	// NotPreserved: an ApplicationSet deletes the objects of Applications that
	// it no longer generates.
	NotPreserved dupcheck.Rule = "not-preserved"
	// SharedNotRefused: an Application prunes, and takes over the objects of
	// others.
	SharedNotRefused dupcheck.Rule = "shared-not-refused"
)

// GuardOptions are what the caller may decide. The zero value is ready for use.
type GuardOptions struct {
	// Version is that of Argo CD.
	Version impact.Version
	// State are kinds that hold state beside those that are built in.
	State []impact.StateKind
	// Flux asks for the annotation of Flux instead of that of Argo CD.
	Flux bool
	// Production says whether Applications of a set must not be deleted with
	// their objects. Nil means that none are.
	Production func(set string) bool
	// Severity overrides the severity of a rule.
	Severity map[dupcheck.Rule]dupcheck.Severity
}

// Guard finds what would be lost in an accident: objects with state that
// nothing protects from being pruned, and protections that have no effect.
func Guard(objects []dupcheck.Object, d Declared, o GuardOptions) dupcheck.Report {
	g := guard{GuardOptions: o}
	g.report.Objects = len(objects)
	for i := range objects {
		g.object(&objects[i])
	}
	for _, a := range d.Applications {
		g.application(a)
	}
	for _, s := range d.ApplicationSets {
		g.set(s)
	}
	g.report.Unread = append(g.report.Unread, d.Unread...)
	for _, x := range d.Diagnostics() {
		g.add(x)
	}
	slices.SortStableFunc(g.report.Diagnostics, func(a, b dupcheck.Diagnostic) int { return -cmp.Compare(a.Severity, b.Severity) })
	return g.report
}

type guard struct {
	GuardOptions
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
	g.options(o)
	reason := impact.StateReason(g.State, id.GroupKind())
	if reason == "" {
		return
	}
	if !g.protected(o) {
		g.tell(o, UnprotectedState, dupcheck.Error, o.At, "may be pruned: "+reason,
			"add the annotation "+g.annotation()+", which kuniq argocd protect does")
	}
	g.retained(o, id)
}

// options looks at the annotation of an object.
func (g *guard) options(o *dupcheck.Object) {
	for _, option := range impact.SyncOptions(o.Annotations[impact.SyncOptionsAnnotation]) {
		if why := optionComplaint(option, "resource", g.Version); why != "" {
			g.tell(o, IgnoredOption, dupcheck.Error, o.At, "has a sync option that does nothing: "+why, "correct it")
		}
	}
}

func (g *guard) protected(o *dupcheck.Object) bool {
	tool := impact.ArgoCD
	if g.Flux {
		tool = impact.FluxKustomization
	}
	return impact.Keeps(tool, g.Version, *o)
}

func (g *guard) annotation() string {
	p := ProtectOptions{Version: g.Version, Flux: g.Flux}
	return p.key() + ": " + p.value()
}

func (g *guard) application(a Application) {
	o := &a.Object
	at := func(path ...string) dupcheck.Position { return a.At.Of(path...) }
	policy := a.Spec.SyncPolicy
	if policy != nil {
		for i, option := range policy.SyncOptions {
			if why := optionComplaint(option, "app", g.Version); why != "" {
				g.tell(o, IgnoredOption, dupcheck.Error, at("spec", "syncPolicy", "syncOptions", itoa(i)),
					"has a sync option that does nothing: "+why, "correct it")
			}
		}
		if a.safety().Prune && !slices.Contains(policy.SyncOptions, "FailOnSharedResource=true") {
			g.tell(o, SharedNotRefused, dupcheck.Info, at("spec", "syncPolicy", "automated", "prune"),
				"prunes, and takes over objects of other Applications",
				"FailOnSharedResource=true makes it fail instead; it does not stop an Application that takes the name of another")
		}
	}
	if g.Production != nil && g.Production(o.Set) && a.safety().Cascade {
		g.tell(o, CascadeFinalizer, dupcheck.Error, at("metadata", "finalizers"),
			"is of production, and is deleted with all of its objects", "remove the finalizer "+finalizer)
	}
}

func (g *guard) set(s ApplicationSet) {
	if p := s.Spec.SyncPolicy; p != nil && p.PreserveResourcesOnDeletion {
		return
	}
	g.tell(&s.Object, NotPreserved, dupcheck.Warning, s.At.Of("spec", "syncPolicy"),
		"deletes the objects of an Application that it no longer generates",
		"set spec.syncPolicy.preserveResourcesOnDeletion: true")
}
