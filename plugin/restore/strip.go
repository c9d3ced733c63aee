package restore

import (
	"slices"
	"strings"
)

// strip removes everything that belongs to the deleted object. It returns the finalizers of
// others, which stay.
func strip(value map[string]any) (kept []string) {
	remove(value, "status")
	for _, field := range facts().stripped["metadata"] {
		remove(value, "metadata", field)
	}
	if m, ok := look(value, "metadata", "annotations").(map[string]any); ok {
		for _, key := range facts().stripped["annotation"] {
			delete(m, key)
		}
		if len(m) == 0 {
			remove(value, "metadata", "annotations")
		}
	}
	list, _ := look(value, "metadata", "finalizers").([]any)
	rest := slices.DeleteFunc(list, func(f any) bool {
		name, ok := f.(string)
		return ok && slices.ContainsFunc(facts().stripped["finalizer"], func(s string) bool {
			return name == s || strings.HasSuffix(s, "/") && strings.HasPrefix(name, s)
		})
	})
	remove(value, "metadata", "finalizers")
	if len(rest) > 0 {
		set(value, rest, "metadata", "finalizers")
	}
	return texts(rest)
}

// restored returns the volume to create: with the policy Retain, and reserved for its claim.
func (v *volume) restored(c *claim) (map[string]any, []string) {
	value, _ := cloned(v.value).(map[string]any)
	kept := strip(value)
	set(value, "Retain", "spec", "persistentVolumeReclaimPolicy")
	remove(value, "spec", "claimRef", "uid")
	remove(value, "spec", "claimRef", "resourceVersion")
	for key, to := range claimRef(c) {
		set(value, to, "spec", "claimRef", key)
	}
	return value, kept
}

// claimRef is a claimRef that reserves a volume.
func claimRef(c *claim) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": claimKind.Kind, "namespace": c.id.Namespace, "name": c.id.Name,
	}
}

// restored returns the claim to create.
func (c *claim) restored(v *volume) (map[string]any, []string) {
	value, _ := cloned(c.value).(map[string]any)
	kept := strip(value)
	set(value, c.id.Namespace, "metadata", "namespace")
	set(value, v.id.Name, "spec", "volumeName")
	return value, kept
}

// madeClaim returns a claim for a volume whose claim is in no dump.
func madeClaim(v *volume) *claim {
	spec := map[string]any{
		"accessModes": look(v.value, "spec", "accessModes"),
		"resources":   map[string]any{"requests": map[string]any{"storage": look(v.value, "spec", "capacity", "storage")}},
		"volumeName":  v.id.Name,
		// Without a class the claim would get the default one.
		"storageClassName": v.class,
	}
	if mode := look(v.value, "spec", "volumeMode"); mode != nil {
		spec["volumeMode"] = mode
	}
	return newClaim(&object{id: v.claim, at: v.at, value: map[string]any{
		"apiVersion": "v1", "kind": claimKind.Kind,
		"metadata": map[string]any{"name": v.claim.Name, "namespace": v.claim.Namespace},
		"spec":     spec,
	}}, nil)
}
