package admission

import "github.com/kuniq/kuniq/plugin/deploy"

// The annotations that acknowledge a request which a guard refuses. Each names the other
// side or the object itself, so that a leftover annotation acknowledges nothing else. See
// docs/admission.md.
const (
	// TakeFrom is in the manifest of the new owner and names the old one.
	TakeFrom = "kuniq.dev/take-from"
	// GiveTo is on the object in the cluster and names the new owner.
	GiveTo = "kuniq.dev/give-to"
	// RetargetFrom is in the manifest of an Application or ApplicationSet whose target
	// changes, and has the old target.
	RetargetFrom = deploy.RetargetFrom
	// AllowDelete is on the object in the cluster, and its value is the object's uid.
	AllowDelete = "kuniq.dev/allow-delete"
	// AllowReclaim is on a PersistentVolume in the cluster, and its value is the volume's
	// uid.
	AllowReclaim = "kuniq.dev/allow-reclaim-delete"
)

const (
	// BreakGlass is a group of users. No guard checks their requests.
	BreakGlass = "kuniq.dev/break-glass"
	// Protection is a label of Namespaces. With the value "off" the guards of no-delete
	// check neither the Namespace nor the objects in it.
	Protection = "kuniq.dev/delete-protection"
	// GuardLabel is on every object that this package writes. Its value is the name of the
	// guard.
	GuardLabel = "kuniq.dev/guard"
)
