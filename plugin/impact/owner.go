package impact

import (
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Tool is what an owner belongs to. The tools differ in what keeps an object
// from being deleted.
type Tool uint8

// The tools.
const (
	ArgoCD            Tool = iota // an Application
	FluxKustomization             // a Kustomization of kustomize.toolkit.fluxcd.io
	FluxHelmRelease               // a HelmRelease of helm.toolkit.fluxcd.io
)

// Owner is what deploys objects. Two owners of two states are the same if
// Instance and ID are equal, wherever they are written.
type Owner struct {
	// Tool is what the owner belongs to.
	Tool Tool
	// Instance is the control plane: an Argo CD, or the cluster of a Flux. The
	// empty string is one, too.
	Instance string
	// ID is the owner's own object, with its namespace.
	ID dupcheck.ID
	// At is where its name is written.
	At dupcheck.Position
	// Maker is what generated it, such as an ApplicationSet. The zero value
	// means that it is written as it is.
	Maker Maker
	// Template says that it stands for all owners that Maker generates from
	// one template, since it is not known which. Its name is a pattern.
	Template bool
	// Destination is where its objects go.
	Destination Destination
	// Fields are what decides about its objects, in the order in which changes
	// are reported. Safety is what decides about their deletion.
	Fields []Field
	Safety Safety
	// Desired is what it deploys.
	Desired Desired
}

// Maker is an object that generates owners.
type Maker struct {
	// Instance and ID are as those of an Owner.
	Instance string
	ID       dupcheck.ID
	// KeepsRemoved says that it does not delete an owner that it no longer
	// generates (applicationsSync: create-update or create-only).
	KeepsRemoved bool
}

// Destination is the cluster and the namespace of an owner.
type Destination struct {
	// Server and Name are two ways to name a cluster. Both empty means the
	// cluster in which the owner itself is.
	Server, Name string
	// Namespace is that of namespaced objects that name none.
	Namespace string
}

// Role is what a field decides about.
type Role uint8

// The roles of fields.
const (
	SourceRole    Role = iota // which objects there are
	ClusterRole               // which cluster they go to
	NamespaceRole             // which namespace they are in
	ProjectRole               // what is allowed
)

// Field is a field of an owner, as it is written.
type Field struct {
	// Path is the field, such as "spec.source.path".
	Path string
	// Value is what is compared. It is shown unless Hidden, which is for what
	// may hold a secret; then Value is best a digest.
	Value  string
	Hidden bool
	Role   Role
	At     dupcheck.Position
}

// Safety is what decides whether objects are deleted.
type Safety struct {
	// Prune says that what is no longer desired is deleted without asking.
	Prune bool
	// SelfHeal says that changes of the cluster are undone without asking.
	SelfHeal bool
	// Cascade says that the objects are deleted with their owner.
	Cascade bool
	// Options are the sync options of the owner as a whole, as written.
	Options []string
	// At has the place of each of "prune", "selfHeal", "cascade" and
	// "options", as far as it is known.
	At map[string]dupcheck.Position
}

// Desired is what an owner deploys.
type Desired struct {
	// Objects are in the order in which they are applied: of two with one
	// identity the last counts.
	Objects []dupcheck.Object
	// Unresolved says why the objects are not known, or not all of them. It is
	// empty if they are.
	Unresolved string
	// Inputs is a digest of all that the objects are made of. It is empty if
	// that is not known.
	Inputs string
	// Pending says that the owner was not looked at yet, because the inputs are the
	// same in both states. See [Impact.Pending].
	Pending bool
}

// Known says whether all objects are.
func (d Desired) Known() bool { return d.Unresolved == "" && !d.Pending }

// State is what there is at one revision.
type State struct {
	// Owners are in the order in which they are applied.
	Owners []Owner
	// Makers are what generates owners, Patterns what is known of owners that
	// were not expanded.
	Makers   []Maker
	Patterns []Pattern
	// Named are other objects that must be the only ones of their name.
	Named []Named
}

// key is who an owner is.
type key struct {
	instance string
	id       dupcheck.ID
}

func (o *Owner) key() key { return key{o.Instance, o.ID} }

func (k key) compare(other key) int {
	if c := strings.Compare(k.instance, other.instance); c != 0 {
		return c
	}
	return k.id.Compare(other.id)
}

// Name returns the owner as a person writes it, without its group.
func (o *Owner) Name() string { return shortName(o.ID) }

func shortName(id dupcheck.ID) string {
	id.Group = ""
	return id.String()
}

// field returns the value and place of a field.
func (o *Owner) field(path string) (Field, bool) {
	for _, f := range o.Fields {
		if f.Path == path {
			return f, true
		}
	}
	return Field{}, false
}
