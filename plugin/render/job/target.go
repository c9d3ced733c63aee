package job

import (
	"io/fs"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// Target is a target of a checkout with its settings for rendering.
type Target struct {
	checkout.Target
	// Kustomize has the changes to a Kustomization before it is built.
	Kustomize Kustomize
	// Helm has the settings for a Chart. For a Kustomization it has the Command for its
	// charts, and KubeVersion and APIVersions for those that name none.
	Helm Helm
	// Jsonnet has the settings for an Environment or a Program.
	Jsonnet Jsonnet
	// Vendored has the remote sources that the target needs, such as a *vendored.Dir. Nil
	// has nothing. It is not sent to workers.
	Vendored Vendored `json:"-"`
}

// Kustomize has the changes of a deployer to a kustomization, as Argo CD makes with
// "kustomize edit". The zero value changes nothing. Changes that do not affect the
// identity of objects, such as those of images, are left out.
type Kustomize struct {
	// NamePrefix, NameSuffix and Namespace replace those of the kustomization,
	// unless they are empty.
	NamePrefix, NameSuffix, Namespace string
	// Components are added, as seen from the kustomization's directory.
	Components []string
	// Patches are added. Each is an element of the field "patches", as JSON.
	Patches [][]byte
	// Labels and Annotations are added to all objects.
	Labels, Annotations map[string]string
	// Flux makes all changes that are not above. Nil makes none.
	Flux *Flux
}

// IsZero says whether nothing is changed.
func (k Kustomize) IsZero() bool {
	return k.NamePrefix+k.NameSuffix+k.Namespace == "" && len(k.Components)+len(k.Patches)+len(k.Labels)+len(k.Annotations) == 0 && k.Flux == nil
}

// Helm has the settings for a chart, in addition to its own values.yaml. The zero value
// renders nothing.
type Helm struct {
	// Command is the path of the helm command, version 3 or 4. kuniq runs no
	// other program, and without one a chart has a reason in place of
	// objects.
	Command string
	// Release and Namespace are those of "helm template". NameTemplate makes the name
	// of the release if it is not empty; helm refuses a Release beside it.
	Release, NameTemplate, Namespace string
	// Values are files with values, by their paths from the top of the tree.
	// Of two that set the same value the later one counts.
	Values []string
	// Given are files for Values and Set that are in no tree, by the names that they have
	// there.
	Given map[string][]byte
	// Inline are values as YAML or JSON, which count more than those of the
	// files.
	Inline []byte
	// Set are single values, which count most.
	Set []HelmValue
	// SkipCRDs leaves out what is in the chart's crds directory, SkipTests the hooks
	// that are tests, and SkipHooks all hooks.
	SkipCRDs, SkipTests, SkipHooks bool
	// KubeVersion and APIVersions describe the cluster to the chart. If they
	// are empty it sees those that helm has built in.
	KubeVersion string
	APIVersions []string
}

// HelmValue is one value of a chart, as of --set.
type HelmValue struct {
	Name string
	// Value is the value, as --set understands it.
	Value string
	// String says that it is a string whatever it looks like, and File that it
	// is the content of a file, by its path from the top of the tree.
	String, File bool
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

// Library is a directory in which the imports of jsonnet programs are searched.
type Library struct {
	// Dir is the directory, from the top of the tree, or what stands for it in
	// the names of files if FS is set. It is no path of the tree then.
	Dir string
	// FS is the directory if it is outside of the tree: the caller
	// trusts it. It is not sent to workers, which need the files only.
	FS fs.FS
	// Bundled says that jsonnet-bundler fills it. Of what is not there, Target.Vendored is
	// asked for the libraries that the jsonnetfile beside it names.
	Bundled bool
}
