package migrate

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// use is what a field does with the file that it names.
type use uint8

const (
	asManifest  use = iota // its objects become resources
	asPatch                // each of its objects is a strategic merge patch
	asConfig               // each of its objects configures a plugin
	asDirectory            // it is no file but a directory with a kustomization
	asData                 // its bytes matter, or it is read as one document
	asFunction             // it is the configuration of one kpt function
)

// fileField is a field of a kustomization that names files.
type fileField struct {
	path string // keys, each of them followed by "[]" if its value is a list
	use  use
}

// fileFields are the fields of a kustomization that name files. The list is
// that of kustomize's own localizer (kustomize v5.8.2,
// api/internal/localizer/localizer.go).
var fileFields = []fileField{
	{"resources[]", asManifest},
	{"bases[]", asDirectory},
	{"components[]", asDirectory},
	{"patches[]", asPatch}, // the form that kustomize had before v2.1
	{"patches[].path", asPatch},
	{"patchesStrategicMerge[]", asPatch},
	{"generators[]", asConfig},
	{"transformers[]", asConfig},
	{"validators[]", asConfig},
	{"patchesJson6902[].path", asData},
	{"configMapGenerator[].files[]", asData},
	{"configMapGenerator[].envs[]", asData},
	{"configMapGenerator[].env", asData},
	{"secretGenerator[].files[]", asData},
	{"secretGenerator[].envs[]", asData},
	{"secretGenerator[].env", asData},
	{"crds[]", asData},
	{"configurations[]", asData},
	{"openapi.path", asData},
	{"replacements[].path", asData},
	{"helmCharts[].valuesFile", asData},
	{"helmCharts[].additionalValuesFiles[]", asData},
	{"helmChartInflationGenerator[].values", asData},
}

// functionFields are those of a Kptfile.
var functionFields = []fileField{
	{"pipeline.mutators[].configPath", asFunction},
	{"pipeline.validators[].configPath", asFunction},
}

// reference is a place that names a file.
type reference struct {
	file  string // where it stands
	field string
	use   use
	// raw is the path as written, target the same from the top of the work
	// tree.
	raw, target string
	// scalar holds the path. item is the entry of the list that it is in, or
	// is; nil if there is no list.
	scalar, item *yaml.Node
	// obstacle says why the entry cannot be rewritten.
	obstacle string
	// outside says that the path leaves the work tree, remote that it is not
	// a path at all.
	outside, remote bool
}

// line is where the reference stands.
func (r *reference) line() int { return r.scalar.Line }

// finder collects the references of one file.
type finder struct {
	file  string
	found []reference
	// inline are the plugin configurations that stand in the file itself.
	inline []string
	// visits counts nodes, because aliases can repeat them without end.
	visits int
}

// mostVisits is how many nodes of one file are looked at.
const mostVisits = 1 << 20

// route is how the walk came to a node.
type route struct {
	item     *yaml.Node
	obstacle string
}

// find follows a field from the root of a document.
func (f *finder) find(root *yaml.Node, field fileField) {
	steps := strings.Split(strings.ReplaceAll(field.path, "[]", ".[]"), ".")
	f.walk(root, steps, field, route{})
}

func (f *finder) walk(n *yaml.Node, steps []string, field fileField, at route) {
	if f.visits++; f.visits > mostVisits {
		return
	}
	if n.Kind == yaml.AliasNode {
		at.obstacle = "it is reached through an alias"
		n = n.Alias
	}
	if n.Anchor != "" && at.obstacle == "" {
		at.obstacle = "it has an anchor"
	}
	switch {
	case len(steps) == 0:
		f.leaf(n, field, at)
	case steps[0] == "[]" && n.Kind == yaml.SequenceNode:
		if n.Style&yaml.FlowStyle != 0 && at.obstacle == "" {
			at.obstacle = "it is in a list in flow style"
		}
		for _, item := range n.Content {
			inner := at
			if inner.item == nil {
				inner.item = item
			}
			f.walk(item, steps[1:], field, inner)
		}
	case steps[0] != "[]" && n.Kind == yaml.MappingNode:
		f.keys(n, steps, field, at, 0)
	}
}

// mostMerges bounds how deep merge keys may be nested.
const mostMerges = 8

// keys follows a key. kustomize decodes keys without regard to case
// (kubernetes-sigs/kustomize#5061).
func (f *finder) keys(n *yaml.Node, steps []string, field fileField, at route, depth int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if f.visits++; f.visits > mostVisits {
			return
		}
		key, value := n.Content[i], n.Content[i+1]
		if strings.EqualFold(key.Value, steps[0]) {
			f.walk(value, steps[1:], field, at)
		}
		if key.Tag != "!!merge" || depth > mostMerges {
			continue
		}
		merged := at
		merged.obstacle = "it comes in through a merge key"
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			if source.Kind == yaml.AliasNode {
				source = source.Alias
			}
			if source.Kind == yaml.MappingNode {
				f.keys(source, steps, field, merged, depth+1)
			}
		}
	}
}

// leaf takes a scalar that should be a path.
func (f *finder) leaf(n *yaml.Node, field fileField, at route) {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return
	}
	r := reference{file: f.file, field: field.path, use: field.use, raw: n.Value, scalar: n, item: at.item, obstacle: at.obstacle}
	if strings.HasSuffix(field.path, ".files[]") {
		if _, file, found := strings.Cut(n.Value, "="); found {
			r.raw = file
		}
	}
	if strings.ContainsAny(n.Value, "\n") {
		if field.use == asConfig {
			f.inline = append(f.inline, n.Value)
		}
		return // a patch or a plugin in the file itself
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 && r.obstacle == "" {
		r.obstacle = "it is a tagged or a block scalar"
	}
	r.target, r.outside, r.remote = resolve(path.Dir(f.file), r.raw)
	f.found = append(f.found, r)
}

// resolve returns the path that a reference in a directory leads to.
func resolve(dir, raw string) (target string, outside, remote bool) {
	if checkout.IsRemote(raw) {
		return "", false, true
	}
	if path.IsAbs(raw) {
		return "", true, false
	}
	target = path.Join(dir, raw)
	if target == ".." || strings.HasPrefix(target, "../") {
		return "", true, false
	}
	return target, false, false
}
