package dupcheck

// canonical returns the group and kind under which an API server stores an
// object: the caller's aliases come first, then those of OpenShift if they are
// asked for, then those of Kubernetes itself. Chains are followed.
func (r *Rules) canonical(gk GroupKind) GroupKind {
	f := theFacts()
	// A caller's table may hold a cycle; the number of its rows and ours
	// bounds every chain that has none.
	for range len(r.Aliases) + 4 {
		next, ok := r.Aliases[gk]
		if !ok && r.OpenShift {
			next, ok = f.openshift[gk]
		}
		if !ok {
			next, ok = f.core[gk]
		}
		if !ok || next == gk {
			return gk
		}
		gk = next
	}
	return gk
}
