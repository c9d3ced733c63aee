package vendored

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestNeeds(t *testing.T) {
	chart := Need{Kind: Chart, URL: "https://me:secret@charts.example.com", Name: "shop", Version: "1.2.3"}
	by := func(file string) Request {
		return Request{Need: chart, At: dupcheck.Position{File: file, Line: 2}, Target: file}
	}
	other := Request{Need: Need{Kind: Git, URL: "https://git.example.com/a"}, At: dupcheck.Position{File: "app.yaml"}, By: "Application a"}
	needs := Needs([]Request{by("a/kustomization.yaml"), by("b/kustomization.yaml"), other})
	assert.Len(t, needs, 2)
	assert.Equal(t, []NeededBy{{"a/kustomization.yaml", 2, "a/kustomization.yaml"}, {"b/kustomization.yaml", 2, "b/kustomization.yaml"}}, needs[0].Requests)
	assert.Equal(t, 2, new(Dir).Look(needs))
	assert.NotContains(t, needs[0].URL+needs[0].Text(), "secret")
	assert.Equal(t, needs[1].Need.String()+": not vendored\n  app.yaml (Application a)\n", needs[1].Text())
	needs[1].Vendored = &Entry{SHA256: "abc", Fetched: "2026-11-30"}
	assert.Contains(t, needs[1].Text(), ": vendored sha256:abc, fetched 2026-11-30\n")
	assert.Equal(t, []Needed{}, Needs(nil))
}
