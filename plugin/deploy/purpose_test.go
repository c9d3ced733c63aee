package deploy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/plugin/deploy"
)

func TestPurpose(t *testing.T) {
	base := deploy.Purpose{Sources: []string{"r a", "r b"}, Destination: "c/n", Project: "p"}
	set := base
	set.Set, set.Name = true, "x-{{n}}"
	assert.Equal(t, "r a, r b -> c/n in p", base.String())
	assert.Equal(t, "x-{{n}}: r a, r b -> c/n in p", set.String())
	for _, tt := range []struct {
		name            string
		change          func(p *deploy.Purpose)
		replaces, ofSet bool
	}{
		{"nothing", func(*deploy.Purpose) {}, false, false},
		{"more", func(p *deploy.Purpose) { p.Sources = []string{"r c", "r b", "r a"} }, false, true},
		{"order", func(p *deploy.Purpose) { p.Sources = []string{"r b", "r a"} }, false, true},
		{"fewer", func(p *deploy.Purpose) { p.Sources = []string{"r a"} }, true, true},
		{"none", func(p *deploy.Purpose) { p.Sources = nil }, true, true},
		{"destination", func(p *deploy.Purpose) { p.Destination = "c/m" }, true, true},
		{"project", func(p *deploy.Purpose) { p.Project = "q" }, true, true},
		{"name", func(p *deploy.Purpose) { p.Name = "y-{{n}}" }, false, true},
		{"not known", func(p *deploy.Purpose) { *p = deploy.Purpose{} }, false, false},
		{"acknowledged", func(p *deploy.Purpose) { p.Acknowledged = "x" }, false, false},
	} {
		of, in := base, set
		tt.change(&of)
		tt.change(&in)
		assert.Equal(t, tt.replaces, of.Replaces(base), tt.name)
		assert.Equal(t, tt.ofSet, in.Replaces(set), tt.name)
	}
}
