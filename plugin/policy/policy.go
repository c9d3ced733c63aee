// Package policy reads the decisions of a team: kuniq.yaml, which replaces long lists of
// flags and has facts that only people know, and the baseline of accepted findings. Every
// command reads them here.
//
// Source.Policy reads a policy of the working directory or of a git revision.
// Policy.Rules, Policy.Paths and Policy.Allowances turn its strings into values for
// checks and renderers, and Decisions say which findings count.
//
// The API is v0: exported names may change from one minor version to the next, and the
// changelog lists every change.
package policy

import (
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// MaxSize is how many bytes a policy may have. It may come from the
// author of a change.
const MaxSize = 256 << 10

// Policy is the content of kuniq.yaml. A field with the name of a flag of kuniq check has
// the values of that flag; an absent field is the zero value.
type Policy struct {
	// Namespace is that of objects that name none. It may have placeholders of Set, which
	// then are no part of the name of a set. Namespaces has those of single sets, by
	// their names.
	Namespace  string
	Namespaces map[string]string

	Identical, Baseline         string
	OpenShift, Together, Strict bool

	Severity, Ignore, ClusterScoped, Set, Skip, HelmValues []string

	// AllowUnresolved are the parts that need not be known.
	AllowUnresolved []Allowance
	// Clusters are those that Argo CD has.
	Clusters []Cluster
	// Repos are directories with checkouts of other repositories, by their URLs, and
	// Vendor is one with remote sources.
	Repos  map[string]string
	Vendor string
	// Roots are applied from elsewhere.
	Roots []Root
}

// Allowance allows a part to be unresolved: of a checkout, or a deployer.
type Allowance struct {
	// Path is a glob of directories and files with the names that a report uses. Deployer
	// is one of deployers, as "KIND NAMESPACE/NAME". A policy has one of them; a flag has
	// both, because it does not say which.
	Path, Deployer string
	// Reason says why the part need not be known.
	Reason string
	// Cause is the only cause that may leave it unresolved. Any may if it is empty.
	Cause dupcheck.Code
	// Everything allows a glob that matches every part.
	Everything bool
	// New includes parts that a change adds. In a policy of a revision, a glob allows
	// nothing without it; a name does.
	New bool

	ofRevision bool
}

// Cluster is a cluster as Argo CD knows it.
type Cluster struct {
	Name, Server        string
	Labels, Annotations map[string]string
	// Set is the deployable set whose Argo CD knows it. All do if it is empty.
	Set string
}

// Root is an object that deploys others and is applied from elsewhere, such as an
// Application.
type Root struct {
	// File is the file that has it, with slashes, below the working directory. If it
	// is empty the policy itself has it.
	File string
	// Set is its deployable set.
	Set string
	// Text is its manifest, and Place the file with it, with the same lines.
	Text, Place string

	line int
}

// Parse reads a policy. It accepts only plain YAML: one mapping without anchors, aliases,
// tags or a second document, in which no key appears twice. An unknown field is an error,
// and so is a value of another type. Errors begin with the line. Parse does not check
// globs, files and rules. An empty file is the zero Policy.
func Parse(data []byte) (p Policy, err error) {
	root, err := document(data)
	if err != nil || root == nil {
		return p, err
	}
	return p, fields(root, "a mapping", p.fields())
}

// fields are where the values of kuniq.yaml go.
func (p *Policy) fields() map[string]any {
	const mappings = "a list of mappings"
	return map[string]any{
		"namespace": &p.Namespace, "namespaces": &p.Namespaces, "identical": &p.Identical, "baseline": &p.Baseline,
		"openshift": &p.OpenShift, "together": &p.Together, "strict": &p.Strict,
		"severity": &p.Severity, "ignore": &p.Ignore, "cluster-scoped": &p.ClusterScoped, "set": &p.Set, "skip": &p.Skip,
		"helm-values": &p.HelmValues, "repos": &p.Repos, "vendor": &p.Vendor,
		"allow-unresolved": each(&p.AllowUnresolved, mappings, parseAllowance),
		"clusters":         each(&p.Clusters, mappings, parseCluster),
		"roots":            each(&p.Roots, mappings, parseRoot),
	}
}

// Fields are the names of the fields of kuniq.yaml, sorted.
func Fields() []string { return slices.Sorted(maps.Keys(new(Policy).fields())) }
