package checkout

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// Use is what a kustomization does with a path that it names.
type Use uint8

// The uses of a path.
const (
	AsData        Use = iota // its bytes are read
	AsManifest               // its objects, or those of a kustomization, become resources
	AsBase                   // the same, for a field that is meant for directories
	AsDirectory              // it is a directory with a kustomization
	AsConfig                 // it configures plugins, or is such a configuration
	AsPatch                  // it is a patch
	AsPatchOrText            // it is a file with a patch, or the patch itself
	AsJSONPatch              // it is a JSON 6902 patch
	AsValues                 // it has values of a Helm chart
)

// MayBeDirectory says whether a directory may be named, which has a kustomization.
func (u Use) MayBeDirectory() bool {
	return u == AsManifest || u == AsBase || u == AsDirectory || u == AsConfig
}

// FileField is a field that names files.
type FileField struct {
	// Path has the keys that lead to it, each of them followed by "[]" if its value
	// is a list, such as "patches[].path".
	Path string
	Use  Use
}

// KustomizationFields are the fields of a kustomization that name files. The list is that
// of kustomize's own localizer (kustomize v5.8.2, api/internal/localizer/localizer.go).
var KustomizationFields = []FileField{
	{"resources[]", AsManifest},
	{"bases[]", AsBase},
	{"components[]", AsDirectory},
	{"crds[]", AsData},
	{"configurations[]", AsData},
	{"openapi.path", AsData},
	{"generators[]", AsConfig},
	{"transformers[]", AsConfig},
	{"validators[]", AsConfig},
	{"patchesStrategicMerge[]", AsPatchOrText},
	{"patches[]", AsPatchOrText}, // the form that kustomize had before v2.1
	{"patches[].path", AsPatch},
	{"patchesJson6902[].path", AsJSONPatch},
	{"replacements[].path", AsData},
	{"configMapGenerator[].envs[]", AsData},
	{"configMapGenerator[].env", AsData},
	{"configMapGenerator[].files[]", AsData},
	{"secretGenerator[].envs[]", AsData},
	{"secretGenerator[].env", AsData},
	{"secretGenerator[].files[]", AsData},
	{"helmCharts[].valuesFile", AsValues},
	{"helmCharts[].additionalValuesFiles[]", AsValues},
	{"helmChartInflationGenerator[].values", AsValues},
}

// Reference is a path that a kustomization names, or text in place of a path.
type Reference struct {
	// Field is the field of the kustomization, and Path its value.
	Field, Path string
	Use         Use

	// Where is the field as in FileField, and Node the scalar with the path. Item is the
	// entry of the outermost list that contains it, or is it, and nil without a list. A
	// KustomizationFile has neither.
	Where      string
	Node, Item *yaml.Node
	// Fixed says why the path cannot be changed where it stands, if it cannot.
	Fixed string
}

// Quoted is the path as it is shown.
func (r Reference) Quoted() string { return dupcheck.QuoteBrief(r.Path) }

// References returns the values of some fields of a mapping, in their order. It returns
// false if the aliases of the document repeat more than kuniq reads.
func References(root *yaml.Node, fields []FileField) (all []Reference, ok bool) {
	var f finder
	for _, field := range fields {
		f.field = field
		f.walk(root, strings.Split(strings.ReplaceAll(field.Path, "[]", ".[]"), "."), route{})
	}
	return f.found, f.visits <= mostVisits
}

// referencesIn returns the references of a kustomization, of which kustomize reads the
// first document. Charts are not inflated, so their values do not count.
func referencesIn(data []byte) ([]Reference, error) {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil {
		return nil, Errorf(Invalid, "it is not a valid kustomization")
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	all, ok := References(doc.Content[0], KustomizationFields)
	if !ok {
		return nil, Errorf(Invalid, "its aliases expand to more than kuniq reads")
	}
	all = slices.DeleteFunc(all, func(r Reference) bool { return r.Use == AsValues })
	for i := range all {
		all[i].Node, all[i].Item = nil, nil // or the whole document would be kept
	}
	return all, nil
}

// finder collects the references of one file.
type finder struct {
	field FileField // the wanted field
	found []Reference
	// visits counts nodes, because aliases can repeat them without end.
	visits int
}

// Limits for one file: nodes, and merge keys inside of each other.
const (
	mostVisits = 1 << 20
	mostMerges = 8
)

// route is how the walk came to a node.
type route struct {
	item  *yaml.Node
	fixed string
}

func (f *finder) walk(n *yaml.Node, steps []string, at route) {
	if f.visits++; f.visits > mostVisits {
		return
	}
	if n.Kind == yaml.AliasNode {
		at.fixed = "it is reached through an alias"
		n = n.Alias
	}
	if n.Anchor != "" && at.fixed == "" {
		at.fixed = "it has an anchor"
	}
	switch {
	case len(steps) == 0:
		f.leaf(n, at)
	case steps[0] == "[]" && n.Kind == yaml.SequenceNode:
		if n.Style&yaml.FlowStyle != 0 && at.fixed == "" {
			at.fixed = "it is in a list in flow style"
		}
		for _, item := range n.Content {
			inner := at
			if inner.item == nil {
				inner.item = item
			}
			f.walk(item, steps[1:], inner)
		}
	case steps[0] != "[]" && n.Kind == yaml.MappingNode:
		value, merged := f.value(n, steps[0], 0)
		if merged {
			at.fixed = "it comes in through a merge key"
		}
		if value != nil {
			f.walk(value, steps[1:], at)
		}
	}
}

// value returns the value of a key, or nil. Of several keys the last one counts, and the
// fields of a merge key count less. kustomize ignores the case of keys
// (kubernetes-sigs/kustomize#5061).
func (f *finder) value(n *yaml.Node, key string, depth int) (value *yaml.Node, merged bool) {
	var sources []*yaml.Node
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if f.visits++; f.visits > mostVisits {
			return nil, false
		}
		switch name := n.Content[i]; {
		case strings.EqualFold(name.Value, key):
			return n.Content[i+1], false
		case name.Tag == "!!merge" && n.Content[i+1].Kind == yaml.SequenceNode:
			sources = n.Content[i+1].Content
		case name.Tag == "!!merge":
			sources = []*yaml.Node{n.Content[i+1]}
		}
	}
	for _, source := range sources {
		if source.Kind == yaml.AliasNode {
			source = source.Alias
		}
		if source.Kind == yaml.MappingNode && depth <= mostMerges {
			if value, _ := f.value(source, key, depth+1); value != nil {
				return value, true
			}
		}
	}
	return nil, false
}

// leaf takes a scalar that should be a path.
func (f *finder) leaf(n *yaml.Node, at route) {
	if n.Kind != yaml.ScalarNode || n.Value == "" || n.Tag == "!!null" {
		return
	}
	r := Reference{Path: n.Value, Use: f.field.Use, Where: f.field.Path, Node: n, Item: at.item, Fixed: at.fixed}
	r.Field = r.Where[:strings.IndexAny(r.Where+".", "[.")]
	if strings.HasSuffix(r.Where, ".files[]") { // "file" or "key=file"
		if _, file, found := strings.Cut(r.Path, "="); found {
			r.Path = file
		}
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 && r.Fixed == "" {
		r.Fixed = "it is a tagged or a block scalar"
	}
	f.found = append(f.found, r)
}
