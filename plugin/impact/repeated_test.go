package impact

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// TestRepeated: deletions of a declaration that is not compared are not seen, and a
// warning says so. Nothing is said of equal ones, and of two instances.
func TestRepeated(t *testing.T) {
	dev, prod := deployer("shop", "ConfigMap/a"), deployer("shop", "ConfigMap/a")
	dev.Destination.Server, dev.At.File, prod.At.File = "https://dev", "dev/apps.yaml", "prod/apps.yaml"
	dev.Fields = []deploy.Field{{Path: "spec.destination.server", Value: "https://dev"}}
	named := dev
	named.Instance = "dev"
	ignored, err := dupcheck.ParseIgnore("Application.* argocd/shop")
	assert.NoError(t, err)
	less := dev
	less.Desired.Objects = nil
	for name, tt := range map[string]struct {
		base, head deploy.Snapshot
		options    Options
		want       int
		headline   string
	}{
		"both":      {state(dev, prod), state(less, prod), Options{}, 1, "no object would be deleted for certain, but see below"},
		"equal":     {state(prod, prod), state(prod, prod), Options{}, 0, "no object would be deleted"},
		"instances": {state(named, prod), state(named, prod), Options{}, 0, "no object would be deleted"},
		"mended":    {state(dev, prod), state(prod), Options{}, 1, "no object would be deleted for certain, but see below"},
		"off":       {state(dev, prod), state(less, prod), rule(deploy.ApplicationCollision, dupcheck.Off), 0, "no object would be deleted"},
		"ignored":   {state(dev, prod), state(less, prod), Options{Ignore: []dupcheck.Ignore{ignored}}, 0, "no object would be deleted"},
	} {
		got := Compare(tt.base, tt.head, tt.options)
		assert.Equal(t, tt.headline, got.Headline(), name)
		assert.False(t, got.Fails(), name)
		if assert.Len(t, got.General, tt.want, name) && tt.want > 0 {
			assert.Equal(t, deploy.ApplicationCollision, got.General[0].Rule)
			assert.Equal(t, []string{"dev/apps.yaml", "prod/apps.yaml"}, got.General[0].Roots)
		}
	}
	assert.True(t, Compare(state(dev, prod), state(less, prod), rule(deploy.ApplicationCollision, dupcheck.Error)).Fails())
}

func rule(r dupcheck.Rule, s dupcheck.Severity) Options {
	return Options{Rules: dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{r: s}}}
}
