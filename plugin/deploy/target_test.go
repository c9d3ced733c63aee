package deploy

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// TestMayBuild: a deployer whose files do not mention a lost object is not
// rendered because of it.
func TestMayBuild(t *testing.T) {
	claim := dupcheck.ID{Kind: "PersistentVolumeClaim", Namespace: "shop", Name: "data"}
	config := dupcheck.ID{Kind: "ConfigMap", Namespace: "shop", Name: "settings-7kt5b2"}
	scoped := dupcheck.ID{Kind: "Namespace", Name: "shop"}
	const volume = "kind: PersistentVolumeClaim\nmetadata: {name: data}"
	for name, c := range map[string]struct {
		part      render.Target
		text      string
		id        dupcheck.ID
		namespace string
		want      bool
	}{
		"in its own namespace":             {text: volume, id: claim, namespace: "shop", want: true},
		"in another one":                   {text: volume, id: claim, namespace: "other"},
		"in one that it names":             {text: volume + "\nnamespace: shop", id: claim, namespace: "other", want: true},
		"in one that Argo CD sets":         {part: render.Target{Kustomize: render.Kustomize{Namespace: "shop"}}, text: volume, id: claim, want: true},
		"of another kind":                  {text: "kind: Service\nmetadata: {name: data}", id: claim, namespace: "shop"},
		"of another name":                  {text: "kind: PersistentVolumeClaim\nmetadata: {name: logs}", id: claim, namespace: "shop"},
		"with a prefix":                    {text: "namePrefix: da\nkind: PersistentVolumeClaim\nmetadata: {name: ta}", id: claim, namespace: "shop", want: true},
		"with a suffix that Argo CD has":   {part: render.Target{Kustomize: render.Kustomize{NameSuffix: "ta"}}, text: "kind: PersistentVolumeClaim\nmetadata: {name: da}", id: claim, namespace: "shop", want: true},
		"patched by Argo CD":               {part: render.Target{Kustomize: render.Kustomize{Patches: [][]byte{nil}}}, id: claim, want: true},
		"generated":                        {text: "configMapGenerator: []", id: config, namespace: "shop", want: true},
		"generated elsewhere":              {text: "configMapGenerator: []", id: config, namespace: "other"},
		"without a namespace":              {text: "kind: Namespace\nmetadata: {name: shop}", id: scoped, namespace: "other", want: true},
		"a chart, whose text is a program": {part: render.Target{Target: checkout.Target{Kind: checkout.Chart}}, id: claim, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			job := render.Job{Target: c.part, Files: map[string][]byte{"f": []byte(c.text)}}
			assert.Equal(t, c.want, mayBuild(job, []dupcheck.ID{c.id}, c.namespace))
			assert.True(t, mayBuild(job, make([]dupcheck.ID, mostCompared+1), c.namespace), "of many it is not asked")
		})
	}
}
