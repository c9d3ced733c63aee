package deploy

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// The annotations that keep objects.
const (
	SyncOptionsAnnotation = "argocd.argoproj.io/sync-options"
	HelmPolicyAnnotation  = "helm.sh/resource-policy"
	FluxPruneAnnotation   = "kustomize.toolkit.fluxcd.io/prune"
)

// Finalizer makes Argo CD delete the objects with their Application.
const Finalizer = "resources-finalizer.argocd.argoproj.io"

// Finalizers returns Finalizer and the two others, which say how as well (argo-cd v3.6
// pkg/apis/application/v1alpha1, isPropagationPolicyFinalizer).
func Finalizers() []string {
	return []string{Finalizer, Finalizer + "/foreground", Finalizer + "/background"}
}

// Version is a version of Argo CD, such as "2.14" or "v3.5.1". The empty string means
// that it is not known. Then only rules of every supported version protect an object, but
// Prune=confirm is trusted.
type Version string

// AtLeast says whether the version is known and not older than major.minor.
func (v Version) AtLeast(major, minor int) bool { return v.compare(major, minor) >= 0 }

// Before says whether the version is known and older than major.minor.
func (v Version) Before(major, minor int) bool { return v.compare(major, minor) == -1 }

// Valid says whether the version is empty or can be understood.
func (v Version) Valid() bool { return v == "" || v.compare(0, 0) >= 0 }

var majorMinor = regexp.MustCompile(`^v?(\d{1,9})\.(\d{1,9})(\.[^.]*)?$`)

// compare is -1, 0 or 1 as cmp.Compare is, and -2 if the version is not known.
func (v Version) compare(major, minor int) int {
	parts := majorMinor.FindStringSubmatch(string(v))
	if parts == nil {
		return -2
	}
	a, _ := strconv.Atoi(parts[1]) // it has nothing but a few digits
	b, _ := strconv.Atoi(parts[2])
	return cmp.Or(cmp.Compare(a, major), cmp.Compare(b, minor))
}

// Protection says what keeps an object from being deleted.
type Protection uint8

// The protections.
const (
	Unprotected Protection = iota
	Confirm                // it waits for a person to confirm
	Keep
)

// SyncOptions reads the value of a sync-options annotation exactly as Argo CD does: comma
// separated, without the blanks around each item
// (gitops-engine/pkg/sync/resource/annotations.go, GetAnnotationCSVs).
func SyncOptions(value string) (options []string) {
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(options, item) {
			options = append(options, item)
		}
	}
	return options
}

// Annotation returns the annotation that keeps an object from being pruned, or
// from being deleted with its deployer.
func (t Tool) Annotation(v Version, onCascadeDelete bool) (key, value string) {
	switch t {
	case FluxKustomization:
		return FluxPruneAnnotation, "disabled"
	case FluxHelmRelease:
		return HelmPolicyAnnotation, "keep"
	}
	option := "Prune"
	if onCascadeDelete {
		option = "Delete"
	}
	if v.Before(2, 14) {
		return SyncOptionsAnnotation, option + "=false"
	}
	return SyncOptionsAnnotation, option + "=confirm"
}

// OnPrune says what keeps an object that the deployer no longer desires. The annotations
// are those of the live object, which are the ones at base: Argo CD and Flux read them
// there, so adding them in the same change does not help. Options of the deployer are
// read from the live deployer, which the change has updated.
func (d *Deployer) OnPrune(v Version, object dupcheck.Object) Protection {
	switch d.Tool {
	case FluxKustomization:
		return fluxProtection(object)
	case FluxHelmRelease: // helm v4 pkg/kube/client.go, update
		if object.Annotations[HelmPolicyAnnotation] == "keep" {
			return Keep
		}
		return Unprotected
	}
	return argoProtection("Prune", d.Policy.Options, v, object.Annotations)
}

// OnCascadeDelete says what keeps an object whose deployer is deleted, and its options
// with it.
func (d *Deployer) OnCascadeDelete(v Version, object dupcheck.Object) Protection {
	switch d.Tool {
	case FluxKustomization:
		return fluxProtection(object)
	case FluxHelmRelease:
		return helmProtection(object.Annotations)
	}
	// argo-cd v3.6 controller/appcontroller.go, shouldBeDeleted: CRDs are
	// never deleted with an Application, and Helm's policy counts like
	// Delete=false. Its case counts there, which it does not for Helm.
	if object.CRD != nil || slices.Contains(SyncOptions(object.Annotations[HelmPolicyAnnotation]), "keep") {
		return Keep
	}
	return argoProtection("Delete", d.Policy.Options, v, object.Annotations)
}

// helmProtection is Helm's own reading of its policy when it uninstalls (helm v4
// pkg/action/resource_policy.go).
func helmProtection(annotations map[string]string) Protection {
	if strings.EqualFold(strings.TrimSpace(annotations[HelmPolicyAnnotation]), "keep") {
		return Keep
	}
	return Unprotected
}

// argoProtection reads Prune or Delete. Up to 3.3 an item "Prune=false" counts anywhere.
// Since 3.4 the first item with the name counts, and without one the Application's own.
// If the version is not known, an object is protected only if both ways of reading
// protect it.
func argoProtection(name string, own []string, v Version, annotations map[string]string) Protection {
	options := SyncOptions(annotations[SyncOptionsAnnotation])
	if name == "Delete" && v.Before(2, 7) {
		return Unprotected
	}
	anywhere := valueProtection("", v)
	for _, o := range options {
		if value, ok := strings.CutPrefix(o, name+"="); ok {
			anywhere = max(anywhere, valueProtection(value, v))
		}
	}
	if v.Before(3, 4) {
		return anywhere
	}
	first, found := firstOption(options, name)
	if !found && v.AtLeast(3, 4) {
		first, _ = firstOption(own, name)
	}
	if v.AtLeast(3, 4) {
		return valueProtection(first, v)
	}
	return min(anywhere, valueProtection(first, v))
}

// Recreates reports whether a sync deletes the object to create it again: Argo CD does so if both
// Replace and Force are set. It updates namespaces and definitions (argo-cd v3.6
// gitops-engine/pkg/sync/sync_context.go, applyObject). Force counts only on the object.
func (d *Deployer) Recreates(object dupcheck.Object) bool {
	options := SyncOptions(object.Annotations[SyncOptionsAnnotation])
	return d.Tool == ArgoCD && object.CRD == nil && object.Kind != "Namespace" && !d.IsHook(object) && slices.Contains(options, "Force=true") &&
		(slices.Contains(options, "Replace=true") || slices.Contains(d.Policy.Options, "Replace=true"))
}

func firstOption(options []string, name string) (value string, found bool) {
	for _, o := range options {
		if value, ok := strings.CutPrefix(o, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func valueProtection(value string, v Version) Protection {
	switch {
	case value == "false":
		return Keep
	case value == "confirm" && !v.Before(2, 14):
		return Confirm
	}
	return Unprotected
}
