package admission

import "github.com/kuniq/kuniq/plugin/deploy"

// The annotations that acknowledge a request which a guard refuses. Each names the
// other side or the object itself, so that one which is left over acknowledges
// nothing else. See docs/admission.md.
const (
	// TakeFrom stands in the manifest of the new owner and names the old one.
	TakeFrom = "kuniq.dev/take-from"
	// GiveTo stands on the object in the cluster and names the new owner.
	GiveTo = "kuniq.dev/give-to"
	// RetargetFrom stands in the manifest of an Application or ApplicationSet
	// whose target changes, and says what the target was.
	RetargetFrom = deploy.RetargetFrom
	// AllowDelete stands on the object in the cluster and is its uid.
	AllowDelete = "kuniq.dev/allow-delete"
	// AllowReclaim stands on a PersistentVolume in the cluster and is its uid.
	AllowReclaim = "kuniq.dev/allow-reclaim-delete"
)

const (
	// BreakGlass is a group of users. No guard looks at their requests.
	BreakGlass = "kuniq.dev/break-glass"
	// Protection is a label of Namespaces. With the value "off" the guards of
	// no-delete do not look at the Namespace and at what is in it.
	Protection = "kuniq.dev/delete-protection"
	// GuardLabel is on all that this package writes. Its value is the name of
	// the guard.
	GuardLabel = "kuniq.dev/guard"
)
