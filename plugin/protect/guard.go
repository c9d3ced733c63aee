package protect

import (
	"cmp"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Tree is the input of Guard. The zero value is empty.
type Tree struct {
	// Snapshot has everything that deploys objects of the tree, as far as that is known.
	Snapshot deploy.Snapshot
	// Rest are the objects of the tree that no deployer of the snapshot deploys: a deployer
	// elsewhere may do so.
	Rest []dupcheck.Object
	// ByHand are further such objects, of kustomizations that a user applies: nothing prunes
	// them automatically.
	ByHand []dupcheck.Object
	// Declared are the objects of Argo CD among all of them.
	Declared gitops.Declared
}

// Guard finds the objects that an accident would delete: objects with state that nothing
// protects from pruning, and protections that have no effect. A finding is an error only if
// data would be lost, by a deployer that prunes or may do so.
func Guard(t Tree, o Options) dupcheck.Report { return newGuard(t, o).report }

func newGuard(t Tree, o Options) *guard {
	g := &guard{Options: o, told: map[told]bool{}, contents: newContents(t, o), because: map[dupcheck.ID][]*subject{}}
	g.report.Objects = len(t.Rest) + len(t.ByHand)
	for _, d := range t.Snapshot.Deployers {
		if !d.Template {
			g.report.Objects += len(d.Desired.Objects)
		}
	}
	for i := range g.all {
		g.object(&g.all[i])
	}
	for _, a := range t.Declared.Applications {
		g.application(a)
	}
	for _, s := range t.Declared.ApplicationSets {
		g.applicationSet(s)
	}
	g.unresolved(t.Snapshot)
	g.report.Unread = append(g.report.Unread, t.Declared.Unread...)
	for _, x := range deploy.InvalidFields(t.Declared.Problems) {
		g.add(x)
	}
	slices.SortStableFunc(g.report.Diagnostics, func(a, b dupcheck.Diagnostic) int { return -cmp.Compare(a.Severity, b.Severity) })
	return g
}

type guard struct {
	Options
	*contents
	report dupcheck.Report
	told   map[told]bool
	// because has, by the object of a finding, the objects that decide about the finding.
	because map[dupcheck.ID][]*subject
}

// told is a finding. An object has it once, even if several deployers deploy the object.
type told struct {
	rule    dupcheck.Rule
	id      dupcheck.ID
	at      dupcheck.Position
	message string
}

func (g *guard) add(d dupcheck.Diagnostic) {
	if s := g.Severity[d.Rule]; s != dupcheck.Default {
		d.Severity = s
	}
	this := told{d.Rule, d.ID, d.Declarations[0].Position, d.Message}
	if d.Severity != dupcheck.Off && !g.told[this] {
		g.told[this] = true
		g.report.Diagnostics = append(g.report.Diagnostics, d)
	}
}

// finding is the part of a finding that is about an object.
type finding struct {
	rule                    dupcheck.Rule
	at                      dupcheck.Position
	message, effect, advice string
}

func (g *guard) tell(o *dupcheck.Object, f finding) {
	id := identity(*o)
	info, _ := rules.Info(f.rule)
	g.add(dupcheck.Diagnostic{
		Rule: f.rule, Severity: info.Severity, Set: o.Set, ID: id, Message: id.String() + " " + f.message, Effect: f.effect, Advice: f.advice,
		Declarations: []dupcheck.Declaration{{
			Position: f.at, APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, GenerateName: o.GenerateName,
		}},
	})
}

// identity returns the ID in the object's own manifest.
func identity(o dupcheck.Object) dupcheck.ID {
	id, err := dupcheck.NewID(dupcheck.Rules{}, o.APIVersion, o.Kind, o.Namespace, o.Name)
	if err != nil {
		return dupcheck.ID{}
	}
	return id
}

// object judges one object by the actions of its deployer.
func (g *guard) object(s *subject) {
	if s.by == nil || s.by.Tool == deploy.ArgoCD {
		g.syncOptions(&s.object)
	}
	loss, reason, inside := g.lossOf(s)
	id := identity(s.object)
	g.because[id] = append(g.because[id], s)
	if inside != nil {
		g.because[id] = append(g.because[id], inside)
	}
	if loss == deploy.NoLoss {
		return
	}
	if !g.protected(s) {
		g.unprotected(s, loss, reason)
	}
	g.notRetained(&s.object, s.id)
}

// unprotected reports an object that does not ask to be kept.
func (g *guard) unprotected(s *subject, loss deploy.Loss, reason string) {
	effect, prunes := s.outcome()
	f := finding{rule: UnprotectedState, at: s.object.At, message: "may be pruned: " + reason, effect: effect, advice: g.advice(s)}
	switch {
	case !prunes && loss != deploy.DataLoss:
		return
	case !prunes:
		f.rule, f.message = UnprotectedObject, "is not protected: "+reason
	case loss != deploy.DataLoss, s.by == nil && (deploy.IsDeployer(s.id) || deploy.IsGenerator(s.id)): // users apply the first one
		f.rule = UnprotectedObject
	}
	g.tell(&s.object, f)
}

// protected says whether an object asks to be kept, or is never pruned.
func (g *guard) protected(s *subject) bool {
	if s.by == nil {
		return g.protects(s.object)
	}
	return s.by.IsHook(s.object) || s.by.OnPrune(g.Version, s.object) != deploy.Unprotected
}

// advice says how to protect an object.
func (g *guard) advice(s *subject) string {
	tool := g.tool()
	if s.by != nil {
		tool = s.by.Tool
	}
	key, value := tool.Annotation(g.Version, false)
	advice := "add the annotation " + key + ": " + value
	switch tool {
	case deploy.ArgoCD:
		advice += ", which kuniq argocd protect does"
	case deploy.FluxKustomization:
		advice += ", which kuniq flux protect does"
	}
	return advice
}

// outcome says what happens to an object that is no longer in git, and whether it is pruned
// then, as far as is known.
func (s *subject) outcome() (text string, prunes bool) {
	switch {
	case s.byHand:
		return "it is applied by hand, and nothing here prunes it", false
	case s.by == nil:
		return "nothing here deploys it: a deployer from elsewhere may prune it", true
	case s.by.Suspended:
		return s.by.Name() + " is suspended, and deletes nothing for now", false
	case s.by.Policy.Prune:
		return s.by.Name() + " prunes it as soon as it is no longer in git", true
	case s.by.Unlisted:
		return s.by.Name() + " lies beside a kustomization, and may be applied in another way", true
	}
	return s.by.Name() + " does not prune by itself", false
}

// unresolved reports deployers whose objects are not known, or not all of them.
func (g *guard) unresolved(s deploy.Snapshot) {
	for _, u := range s.Unexpanded {
		g.add(u.Finding())
	}
	for i := range s.Deployers {
		if d := &s.Deployers[i]; !d.Template && d.Desired.Unresolved != "" {
			g.add(d.UnresolvedFinding())
		}
	}
}
