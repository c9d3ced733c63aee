package migrate

import (
	"bytes"
	"errors"
	"io"
	"path"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// document is a file that names other files: a kustomization or a Kptfile.
type document struct {
	file string
	data []byte
	root *yaml.Node
	kind string
	refs []reference
	// helm says that there are charts that need to be rendered.
	helm bool
	// broken says why the file cannot be understood.
	broken string
}

// reference is a place in a file that names another file.
type reference struct {
	checkout.Reference
	file string // where it stands
	// target is the path from the top of the work tree. It is empty if the reference is
	// inline text, or if unresolved says why it leads to no path there.
	target     string
	unresolved error
}

// line is where the reference stands.
func (r *reference) line() int { return r.Node.Line }

// at returns the place of a reference, for messages.
func at(r *reference) checkout.Reason {
	return checkout.Reasonf("%s:%d", checkout.Named(r.file), r.line())
}

func (d *document) dir() string { return path.Dir(d.file) }

// reference finds out where a reference leads.
func (d *document) reference(r checkout.Reference) reference {
	k := checkout.KustomizationFile{Dir: d.dir()}
	target, err := k.Resolve(r)
	return reference{r, d.file, target, err}
}

// isDocument says, by the name of a file, whether it names other files.
func isDocument(file string) bool { return manifest.IsKustomization(file) || isKptfile(file) }

func isKptfile(p string) bool { return path.Base(p) == "Kptfile" }

// asFunction is the use of a file as the configuration of one kpt function.
const asFunction checkout.Use = 1 << 7

// functionFields are the fields of a Kptfile that name files.
var functionFields = []checkout.FileField{
	{Path: "pipeline.mutators[].configPath", Use: asFunction},
	{Path: "pipeline.validators[].configPath", Use: asFunction},
}

// readDocument reads the references of a kustomization or a Kptfile.
func readDocument(file string, data []byte) *document {
	d := &document{file: file, data: data}
	root, err := oneDocument(data)
	if err != nil {
		d.broken = err.Error()
		return d
	}
	fields := checkout.KustomizationFields
	if isKptfile(file) {
		fields = functionFields
	}
	refs, ok := checkout.References(root, fields)
	if !ok {
		d.broken = "its aliases expand to more than kuniq reads"
		return d
	}
	for _, r := range refs {
		d.refs = append(d.refs, d.reference(r))
	}
	var k types.Kustomization
	if k.Unmarshal(data) == nil { // or else kustomize cannot build it
		d.kind, d.helm = k.Kind, len(k.HelmCharts)+len(k.HelmChartInflationGenerator) > 0
	}
	d.root = root
	return d
}

// oneDocument parses a file that holds one mapping.
func oneDocument(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var node, next yaml.Node
	switch err := decoder.Decode(&node); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty")
	case err != nil:
		return nil, errors.New("it is not valid YAML")
	case len(node.Content) == 0 || node.Content[0].Kind != yaml.MappingNode:
		return nil, errors.New("it is not a mapping")
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, errors.New("it has more than one document")
	}
	return node.Content[0], nil
}
