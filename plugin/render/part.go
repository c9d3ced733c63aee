package render

// Kind is what a part of a tree is rendered with.
type Kind uint8

// The kinds of parts.
const (
	Kustomization Kind = iota // with kustomize
	Chart                     // with Helm
	Environment               // with Tanka: a directory with a main.jsonnet
	Program                   // a jsonnet file
)

// Part is what is deployed as a whole: a directory, or a jsonnet file.
type Part struct {
	// Dir is the directory, with slashes and from the top of the tree. For a
	// Program it is that of the file.
	Dir string
	// File is the file that makes it a part, such as its kustomization.
	File string
	Kind Kind
	// Helm is what a Chart is rendered with.
	Helm Helm
	// Jsonnet is what an Environment or a Program is evaluated with.
	Jsonnet Jsonnet
}

// Helm is what a chart is rendered with, besides its own values.yaml. The zero
// value renders nothing.
type Helm struct {
	// Command is the path of the helm command, version 3 or 4. kuniq runs no
	// other program, and without one a chart has a reason in place of
	// objects.
	Command string
	// Release and Namespace are those of "helm template".
	Release, Namespace string
	// Values are files with values, by their paths from the top of the tree.
	// Of two that set the same value the later one counts.
	Values []string
}

// Jsonnet is what a program is evaluated with. The zero value is an empty
// search path, and no variables.
type Jsonnet struct {
	// Libraries are where imports are searched, the last one first.
	Libraries []Library
	// Variables are external variables and top-level arguments. The last one
	// of a name counts.
	Variables []Variable
}

// Variable is an external variable of jsonnet, or a top-level argument.
type Variable struct {
	Name, Value string
	// Top says that it is a top-level argument, and Code that its value is
	// jsonnet and not a string.
	Top, Code bool
}
