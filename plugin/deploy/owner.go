package deploy

// Mark is how a tool marks the objects of a deployer as its own.
type Mark uint8

// The marks.
const (
	TrackingID          Mark = iota // the annotation argocd.argoproj.io/tracking-id
	KustomizationLabels             // the labels kustomize.toolkit.fluxcd.io/name and namespace
	HelmReleaseLabels               // the labels helm.toolkit.fluxcd.io/name and namespace
	ReleaseAnnotations              // the annotations meta.helm.sh/release-name and namespace
)

// Owner is a mark with the name that it gives the deployer, as the admission policies of
// package admission compare it. The zero value is none.
type Owner struct {
	Mark Mark
	Name string
}

// Owners returns the owner by each mark that two deployers both leave on an object:
// before is the one that had it, and after the one that takes it over.
func Owners(before, after *Deployer) (pairs [][2]Owner) {
	for _, old := range before.Owners {
		for _, now := range after.Owners {
			if old.Mark == now.Mark && old.Name != now.Name {
				pairs = append(pairs, [2]Owner{old, now})
			}
		}
	}
	return pairs
}
