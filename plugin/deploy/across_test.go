package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestAcrossNames: two Applications with one object, one of which names its cluster and the
// other its server, are told unless it is known which server the name has.
func TestAcrossNames(t *testing.T) {
	app := func(name, object string, to Destination) Deployer {
		to.Namespace = "shop"
		d := Deployer{ID: dupcheck.ID{Group: "argoproj.io", Kind: "Application", Namespace: "argocd", Name: name}, Destination: to}
		d.Desired.Objects = []dupcheck.Object{{APIVersion: "v1", Kind: "ConfigMap", Name: object}}
		return d
	}
	server, name, own := Destination{Server: "https://prod"}, Destination{Name: "prod"}, Destination{Server: "https://kubernetes.default.svc"}
	const told = `Application argocd/b deploys ConfigMap shop/c to the cluster "prod", and Application argocd/a to the server "https://prod": kuniq takes them for two clusters; ` +
		`if they are one, say so with --same-cluster NAME=SERVER, and if not, name the server of "prod" in the clusters of kuniq.yaml`
	flux := app("b", "c", name)
	flux.Tool = FluxKustomization
	for title, tt := range map[string]struct {
		apps []Deployer
		same Clusters
		want []string
	}{
		"one object":            {apps: []Deployer{app("a", "c", server), app("b", "c", name)}, want: []string{told}},
		"in the other order":    {apps: []Deployer{app("b", "c", name), app("a", "c", server)}, want: []string{told}},
		"told once for a name":  {apps: []Deployer{app("a", "c", server), app("b", "c", name), app("d", "c", name)}, want: []string{told}},
		"two objects":           {apps: []Deployer{app("a", "c", server), app("b", "d", name)}},
		"they are one":          {apps: []Deployer{app("a", "c", server), app("b", "c", name)}, same: Clusters{{"prod", "https://prod"}}},
		"they are known as two": {apps: []Deployer{app("a", "c", server), app("b", "c", name)}, same: Clusters{{"prod", "https://other"}}},
		"two names":             {apps: []Deployer{app("a", "c", Destination{Name: "dev"}), app("b", "c", name)}},
		"two servers":           {apps: []Deployer{app("a", "c", server), app("b", "c", Destination{Server: "https://dev"})}},
		"the own cluster":       {apps: []Deployer{app("a", "c", own), app("b", "c", name), app("d", "c", Destination{Name: "in-cluster"})}},
		"Flux has no names":     {apps: []Deployer{app("a", "c", server), flux}},
	} {
		assert.Equal(t, tt.want, AcrossNames(Snapshot{Deployers: tt.apps}, CheckOptions{Clusters: tt.same}), title)
	}
}
