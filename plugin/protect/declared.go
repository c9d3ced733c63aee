package protect

import (
	"slices"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// syncOptions checks the annotation of an object.
func (g *guard) syncOptions(o *dupcheck.Object) {
	for _, option := range deploy.SyncOptions(o.Annotations[deploy.SyncOptionsAnnotation]) {
		if why := optionComplaint(option, "resource", g.Version); why != "" {
			g.ignoredOption(o, o.At, why)
		}
	}
}

func (g *guard) ignoredOption(o *dupcheck.Object, at dupcheck.Position, why string) {
	g.tell(o, finding{rule: IgnoredOption, at: at, message: "has a sync option that does nothing: " + why, advice: "correct it"})
}

// application checks the options and the finalizer of an Application.
func (g *guard) application(a gitops.Application) {
	o := &a.Object
	policy := a.Spec.SyncPolicy
	if policy != nil {
		for i, option := range policy.SyncOptions {
			if why := optionComplaint(option, "app", g.Version); why != "" {
				g.ignoredOption(o, a.At.Of("spec", "syncPolicy", "syncOptions", strconv.Itoa(i)), why)
			}
		}
		if argocd.PrunePolicy(a).Prune && !slices.Contains(policy.SyncOptions, "FailOnSharedResource=true") {
			g.tell(o, finding{
				rule: SharedNotRefused, at: a.At.Of("spec", "syncPolicy", "automated", "prune"),
				message: "prunes, and takes over objects of other Applications",
				advice:  "FailOnSharedResource=true makes it fail instead; it does not stop an Application that takes the name of another",
			})
		}
	}
	if g.Production != nil && g.Production(o.Set) && argocd.PrunePolicy(a).Cascade {
		g.tell(o, finding{
			rule: CascadeFinalizer, at: a.At.Of("metadata", "finalizers"),
			message: "is of production, and is deleted with all of its objects", advice: "remove the finalizer " + deploy.Finalizer,
		})
	}
}

func (g *guard) applicationSet(s gitops.ApplicationSet) {
	if p := s.Spec.SyncPolicy; p != nil && p.PreserveResourcesOnDeletion {
		return
	}
	g.tell(&s.Object, finding{
		rule: NotPreserved, at: s.At.Of("spec", "syncPolicy"),
		message: "deletes the objects of an Application that it no longer generates",
		advice:  "set spec.syncPolicy.preserveResourcesOnDeletion: true",
	})
}
