package dupcheck

import (
	"maps"
	"slices"
	"strings"
)

// hookPhases maps the words of the annotation to the phases in which Helm applies hooks
// (Helm, pkg/release/v1/util/manifest_sorter.go).
var hookPhases = map[string]string{
	"pre-install": "pre-install", "post-install": "post-install",
	"pre-delete": "pre-delete", "post-delete": "post-delete",
	"pre-upgrade": "pre-upgrade", "post-upgrade": "post-upgrade",
	"pre-rollback": "pre-rollback", "post-rollback": "post-rollback",
	"test": "test", "test-success": "test",
}

// phases returns when Helm applies an object. A plain object has one phase,
// the empty string. So has a hook with a phase that Helm does not know: Helm
// leaves it out, and its author meant something else.
func phases(o *Object) []string {
	hook, ok := o.Annotations["helm.sh/hook"]
	if !ok {
		return []string{""}
	}
	var out []string
	for word := range strings.SplitSeq(hook, ",") {
		out = append(out, hookPhases[strings.ToLower(strings.TrimSpace(word))])
	}
	return out
}

// appliedTogether groups objects of one identity that are applied together. Without Helm
// that is one group; with Helm, objects meet if they share phases. Entries that meet no
// other are left out. The next call reuses the outer slice.
func (r *run) appliedTogether(met []entry) [][]int32 {
	if !r.rules.HelmHooks {
		all := r.members.next(len(met))
		for i, e := range met {
			all[i] = e.object
		}
		r.together[0] = all
		return r.together[:]
	}
	root := map[string]string{} // of a phase: the one that stands for all connected with it
	for _, e := range met {
		connect(root, phases(r.objects.at(e.object)))
	}
	groups := map[string][]int32{}
	for _, e := range met {
		in := root[phases(r.objects.at(e.object))[0]]
		groups[in] = append(groups[in], e.object)
	}
	var out [][]int32
	for _, in := range slices.Sorted(maps.Keys(groups)) {
		if len(groups[in]) > 1 {
			out = append(out, groups[in])
		}
	}
	return out
}

// connect records that one object is applied in all of these phases. There are few
// phases, so a simple method is enough.
func connect(root map[string]string, phases []string) {
	for _, p := range phases {
		if _, ok := root[p]; !ok {
			root[p] = p
		}
		from, to := root[p], root[phases[0]]
		for q := range root {
			if root[q] == from {
				root[q] = to
			}
		}
	}
}
