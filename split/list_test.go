package split

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestDoubtfulLists: whatever kubectl takes for a list is cut, or refused. No
// severity makes its items go missing.
func TestDoubtfulLists(t *testing.T) {
	const (
		a     = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
		b     = "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}"
		other = "the document is not a Kubernetes object"
	)
	off := map[dupcheck.Rule]dupcheck.Severity{dupcheck.StrayItems: dupcheck.Off, dupcheck.NestedList: dupcheck.Off, dupcheck.InvalidType: dupcheck.Warning}
	for _, c := range []struct {
		name, text string
		files      []string
		refused    string
	}{
		{"without apiVersion", "{kind: List, items: [" + a + ", " + b + "]}", []string{"v1.ConfigMap-a.yaml", "v1.ConfigMap-b.yaml"}, ""},
		{"typed, without apiVersion", "{apiVersion: null, kind: ConfigMapList, items: [" + a + "]}", []string{"v1.ConfigMap-a.yaml"}, ""},
		{"with an item that is none", "{kind: List, items: [" + a + ", {metadata: {name: b}}]}", nil, "a List with items that are not objects"},
		{"of another kind", "{kind: Foo, items: [" + a + "]}", nil, "among the items of something that is not a List"},
		{"of another kind, with apiVersion", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: [" + a + "]}", nil, "among the items of something that is not a List"},
		{"in a list", "{apiVersion: v1, kind: List, items: [" + a + ", {kind: List, items: [" + b + "]}]}", nil, "a List with items that are not objects"},
		{"with an item without a type", "{apiVersion: v1, kind: List, items: [" + a + ", {x: y}]}", nil, "a List with items that are not objects"},
		{"of another program", "{kind: compute#instanceList, items: [{kind: x}]}", nil, other},
		{"of another program, empty", "{kind: compute#instanceList, items: []}", nil, other},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := New([]Input{{Name: "in.yaml", Data: []byte(c.text)}}, Options{Rules: dupcheck.Rules{Severity: off}})
			if c.refused != "" {
				require.NotEmpty(t, plan.Refusals)
				assert.Contains(t, plan.Refusals[0].Reason, c.refused)
				return
			}
			require.Empty(t, plan.Refusals)
			var names []string
			for _, f := range plan.Files {
				names = append(names, f.Name)
			}
			assert.Equal(t, c.files, names)
		})
	}
}
