package deploy

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// Tool is the kind of a deployer. The tools differ in how an object asks to be
// kept.
type Tool uint8

// The tools.
const (
	ArgoCD            Tool = iota // an Application
	FluxKustomization             // a Kustomization of kustomize.toolkit.fluxcd.io
	FluxHelmRelease               // a HelmRelease of helm.toolkit.fluxcd.io
)

// Deployer puts objects into a cluster and removes them. Deployers of two snapshots are
// the same if Instance and ID are equal, wherever they are written.
type Deployer struct {
	// Tool is the kind of deployer.
	Tool Tool
	// Instance is the control plane: an Argo CD, or the cluster of a Flux. The
	// empty string is one, too.
	Instance string
	// ID is the deployer's own object, with its namespace.
	ID dupcheck.ID
	// At is where its name is written.
	At dupcheck.Position
	// CreatedBy is the object that generated it, such as an ApplicationSet. The zero
	// value means that a manifest declares it.
	CreatedBy Generator
	// Root is the directory of the kustomization that a user applies by hand and that
	// declares it. It is empty if there is none.
	Root string
	// Carried says that it exists as another revision declares it, because its maker does
	// not update it.
	Carried bool
	// Unlisted says that it is beside a kustomization that does not name it: a user may
	// have applied it by hand, or it is left over.
	Unlisted bool
	// Superseded says that its generator is declared again later, and that the later
	// declaration counts.
	Superseded bool
	// Template says that it stands for all deployers that CreatedBy generates from one
	// template, because these are not known. Its name is a pattern.
	Template bool
	// Destination is where its objects go.
	Destination Destination
	// Purpose is what admission policies compare of an Application.
	Purpose Purpose
	// Owners are its marks on its objects.
	Owners []Owner
	// Fields decide about its objects, in the order in which changes are reported. Policy
	// decides about their deletion.
	Fields []Field
	Policy PrunePolicy
	// After are deployers that have to be synced before it.
	After []dupcheck.ID
	// Suspended says that it neither applies nor deletes anything for now.
	Suspended bool
	// Desired is what it deploys.
	Desired Desired
}

// Generator is an object that generates deployers.
type Generator struct {
	// Instance and ID are as those of a Deployer.
	Instance string
	ID       dupcheck.ID
	// KeepsRemoved says that it does not delete a deployer that it no longer generates
	// (applicationsSync: create-update or create-only).
	KeepsRemoved bool
	// KeepsChanged says that it does not change an existing deployer (applicationsSync:
	// create-delete or create-only).
	KeepsChanged bool
	// Releases says that its deployers stay when it is deleted itself.
	Releases bool
	// Frozen says why the tool does nothing for it at this revision: it makes, changes
	// and deletes no deployer. It is empty if the tool acts.
	Frozen checkout.Reason
}

// Destination is the cluster and the namespace of a deployer.
type Destination struct {
	// Server and Name are two ways to name a cluster. If both are empty, it is the
	// cluster of the deployer itself.
	Server, Name string
	// Namespace is the namespace of namespaced objects that name none.
	Namespace string
}

// Role says what a field decides.
type Role uint8

// The roles of fields.
const (
	SourceRole    Role = iota // which objects there are
	ClusterRole               // which cluster they go to
	NamespaceRole             // which namespace they are in
	ProjectRole               // the permissions
	TreeRole                  // which tree its sources are, where the checkout is only taken for it
	ReleaseRole               // which Helm release it is: of another one all objects are created again
	ValueRole                 // a version of a chart, or its values
)

// Field is a field of a deployer, as written.
type Field struct {
	// Path is the field, such as "spec.source.path".
	Path string
	// Value is compared. It is shown unless Hidden, which is for values that may
	// hold a secret; then Value is best a digest.
	Value  string
	Hidden bool
	Role   Role
	At     dupcheck.Position
}

// PrunePolicy decides whether objects are deleted.
type PrunePolicy struct {
	// Prune says that objects that are no longer desired are deleted without
	// asking.
	Prune bool
	// SelfHeal says that changes of the cluster are undone without asking.
	SelfHeal bool
	// Cascade says that the objects are deleted with their deployer.
	Cascade bool
	// Forces says that an object is deleted and created again if an immutable field
	// changes.
	Forces bool
	// Stays says that the manifest does not change an existing deployer.
	Stays bool
	// Options are the sync options of the deployer, as written.
	Options []string
	// At has the place of each of "prune", "selfHeal", "cascade" and
	// "options", as far as it is known.
	At map[string]dupcheck.Position
}

// Desired is what a deployer deploys.
type Desired struct {
	// Objects are in the order in which they are applied: of two with one identity the
	// last counts.
	Objects []dupcheck.Object
	// Unresolved says why some or all objects are not known. It is empty if all are
	// known. Code classifies the reason.
	Unresolved checkout.Reason
	Code       dupcheck.Code
	// Partly says which objects have unknown parts in their names. These are among
	// Objects, with a placeholder for such a part that is equal in two snapshots if the
	// part is. It is empty if there are none.
	Partly string
	// Inputs is a digest of everything from which the objects are made, or could be made
	// if they are not known, except for Values. It is empty if that is not known.
	Inputs string
	// Values is a digest of the version and the values of a chart that Fields lacks. They
	// are not in Inputs if the objects are not known.
	Values string
	// Nests says that there may be deployers among the objects that are not known.
	// Inputs has everything then that these could deploy.
	Nests bool
	// Fields are further fields that decide about the objects, such as those of another
	// object that the deployer refers to.
	Fields []Field
	// Fails says why the tool cannot apply the objects although they are known. It is
	// empty if it can.
	Fails string
	// Reads are objects that have to be there before it deploys anything.
	Reads []dupcheck.ID
	// Pending says that the sources were not rendered, because nothing has asked for them
	// yet.
	Pending bool
}

// From returns what is deployed from the tree of another repository or revision, as
// positions name it. It is empty for the checkout.
func (d Desired) From(origin string) Desired {
	if origin == "" {
		return d
	}
	d.Objects = slices.Clone(d.Objects) // files of two repositories may have one name
	for i := range d.Objects {
		d.Objects[i].At.Origin = origin
	}
	if checkout.IsElsewhere(origin) {
		d.Unresolved = checkout.Text(d.Unresolved.String())
	}
	return d
}

// Known says whether all objects are.
func (d Desired) Known() bool { return d.Unresolved == "" && !d.Pending }

// Refused says that the objects are not known because the tool also refuses them: it then
// applies nothing and deletes nothing.
func (d Desired) Refused() bool { return d.Unresolved != "" && refuses(d.Code) }

// refuses reports whether the tool, too, fails for a reason. A file outside of the
// checkout here may be inside of it there.
func refuses(code dupcheck.Code) bool {
	switch code {
	case checkout.Missing, checkout.Invalid, checkout.Refused, checkout.Duplicate:
		return true
	}
	return false
}

// Key is who a deployer is: one object in one instance.
type Key struct {
	Instance string
	ID       dupcheck.ID
}

// Key returns who the deployer is.
func (d *Deployer) Key() Key { return Key{d.Instance, d.ID} }

// Compare orders keys by instance and then by object.
func (k Key) Compare(other Key) int {
	return cmp.Or(strings.Compare(k.Instance, other.Instance), k.ID.Compare(other.ID))
}

// Name returns the deployer as a person writes it, without its group.
func (d *Deployer) Name() string { return ShortName(d.ID) }

// Field returns a field by its path. It returns false if there is none.
func (d *Deployer) Field(path string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Path == path {
			return f, true
		}
	}
	return Field{}, false
}

// AddField adds a field of a source object, unless its value is empty.
func (d *Deployer) AddField(role Role, at gitops.Locator, value string, path ...string) {
	if value != "" {
		d.Fields = append(d.Fields, Field{Path: strings.Join(path, "."), Value: value, Role: role, At: at.Of(path...)})
	}
}

// AddHidden adds a field that may hold a secret, by its digest, unless it is equal to an
// empty one.
func (d *Deployer) AddHidden(role Role, at gitops.Locator, value, empty any, path ...string) {
	if sum := Digest(value, empty); sum != "" {
		d.Fields = append(d.Fields, Field{Path: strings.Join(path, "."), Value: sum, Hidden: true, Role: role, At: at.Of(path...)})
	}
}

// Digest returns a hash of a value, or "" if it is equal to an empty one.
func Digest(value, empty any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	if none, _ := json.Marshal(empty); string(none) == string(data) {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// Unknown says why its objects are not known. It is empty if they are.
func (d *Deployer) Unknown() checkout.Reason {
	if d.Desired.Pending && d.Desired.Unresolved == "" {
		return "its sources were not rendered"
	}
	return d.Desired.Unresolved
}

// IsDeployer says whether objects of a kind deploy others.
func IsDeployer(id dupcheck.ID) bool {
	switch id.GroupKind().String() {
	case "Application.argoproj.io", "Kustomization.kustomize.toolkit.fluxcd.io", "HelmRelease.helm.toolkit.fluxcd.io",
		"ResourceSet.fluxcd.controlplane.io", "FluxInstance.fluxcd.controlplane.io":
		return true
	}
	return false
}

// IsGenerator says whether objects of a kind generate deployers.
func IsGenerator(id dupcheck.ID) bool {
	return id.GroupKind().String() == "ApplicationSet.argoproj.io"
}

// ShortName returns an object as a person writes it, without its group.
func ShortName(id dupcheck.ID) string {
	id.Group = ""
	return id.String()
}
