package deploy

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// IsHook says whether Argo CD takes an object for a hook, which it does not
// prune (gitops-engine/pkg/sync/sync_context.go, getSyncTasks, and hook/hook.go,
// IsHook).
func (d *Deployer) IsHook(object dupcheck.Object) bool {
	if d.Tool != ArgoCD {
		return false
	}
	if phases, ok := object.Annotations[hookAnnotation]; ok {
		known := slices.DeleteFunc(SyncOptions(phases), func(phase string) bool { return !slices.Contains(hookTypes, phase) })
		return !slices.Equal(known, []string{"Skip"})
	}
	value, ok := object.Annotations[helmHookAnnotation]
	return ok && value != "crd-install"
}

// hookTypes are the phases that count (gitops-engine/pkg/sync/common/types.go,
// NewHookType), and helmHooks those of Helm that stand for one of them
// (hook/helm/type.go).
var (
	hookTypes = []string{"PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"}
	helmHooks = map[string]string{
		"pre-install": "PreSync", "pre-upgrade": "PreSync", "post-install": "PostSync", "post-upgrade": "PostSync",
		"pre-delete": "PreDelete", "post-delete": "PostDelete",
	}
)

// The annotations of hooks. Those of Helm count if there are none of Argo CD.
const (
	hookAnnotation       = "argocd.argoproj.io/hook"
	hookPolicyAnnotation = "argocd.argoproj.io/hook-delete-policy"
	helmHookAnnotation   = "helm.sh/hook"
	helmHookPolicy       = "helm.sh/hook-delete-policy"
)

// hookPhases returns the phases in which Argo CD applies a hook.
func hookPhases(annotations map[string]string) (phases []string) {
	for _, phase := range SyncOptions(annotations[hookAnnotation]) {
		if slices.Contains(hookTypes, phase) {
			phases = append(phases, phase)
		}
	}
	if len(phases) > 0 {
		return phases
	}
	for _, hook := range SyncOptions(annotations[helmHookAnnotation]) {
		if phase, ok := helmHooks[hook]; ok {
			phases = append(phases, phase)
		}
	}
	return phases
}

// NeverApplied says whether Argo CD passes over an object as if it were not there: a
// hook without a phase, such as a test of Helm (gitops-engine/pkg/sync/ignore).
func NeverApplied(object dupcheck.Object) bool {
	return (&Deployer{Tool: ArgoCD}).IsHook(object) && len(hookPhases(object.Annotations)) == 0
}

// Skipped says whether Argo CD neither applies nor prunes an object.
func Skipped(object dupcheck.Object) bool {
	return slices.Equal(hookPhases(object.Annotations), []string{"Skip"}) && object.Annotations[hookAnnotation] != ""
}

// HookChange is what happens to an object in the cluster that becomes a hook.
type HookChange uint8

// The changes that may happen.
const (
	NoHookChange   HookChange = iota // nothing
	PrunedForHook                    // it is pruned, as if it were no longer there
	DeletedForHook                   // it is deleted before the hook is made, even if it says not to be pruned
)

// TurnsIntoHook says what happens to an object that the deployer has before and after a
// change. Argo CD does not keep a hook as an object. By default it deletes the hook with
// the same name before it creates one (gitops-engine/pkg/sync/sync_task.go,
// deleteBeforeCreation, and hook/delete_policy.go).
func (d *Deployer) TurnsIntoHook(before, after dupcheck.Object) HookChange {
	if d.IsHook(before) || !d.IsHook(after) {
		return NoHookChange
	}
	syncs := slices.ContainsFunc(hookPhases(after.Annotations), func(phase string) bool {
		return phase != "PreDelete" && phase != "PostDelete" && phase != "Skip"
	})
	policies := hookPolicies(after.Annotations)
	if syncs && (len(policies) == 0 || slices.Contains(policies, "BeforeHookCreation")) {
		return DeletedForHook
	}
	return PrunedForHook
}

// hookPolicies returns the delete policies of a hook that Argo CD knows.
func hookPolicies(annotations map[string]string) (policies []string) {
	known := []string{"BeforeHookCreation", "HookSucceeded", "HookFailed"}
	for _, policy := range SyncOptions(annotations[hookPolicyAnnotation]) {
		if slices.Contains(known, policy) {
			policies = append(policies, policy)
		}
	}
	ofHelm := map[string]string{"before-hook-creation": known[0], "hook-succeeded": known[1], "hook-failed": known[2]}
	for _, policy := range SyncOptions(annotations[helmHookPolicy]) {
		if p, ok := ofHelm[policy]; ok {
			policies = append(policies, p)
		}
	}
	return policies
}
