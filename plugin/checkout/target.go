package checkout

import (
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// parts are the kustomizations or the charts of a tree, some of which are parts of
// others.
type parts struct {
	dirs     []string                  // in lexical order
	uses     func(dir string) []string // what one refers to
	isPart   func(dir string) bool     // it deploys nothing by itself
	deployed func(dir string) bool     // Argo CD or Flux deploys it
	target   func(dir string) Target
	unused   string          // what one is that isPart and that no target uses
	known    map[string]bool // those that targets use which were chosen before
}

// chooseKustomizations decides which kustomizations are targets. It also reads the
// kustomizations outside of the given directories that these refer to.
func (t *Tree) chooseKustomizations() {
	slices.Sort(t.found)
	t.found = slices.Compact(t.found)
	t.choose(parts{
		dirs: t.found, uses: t.refersTo, isPart: func(dir string) bool { return t.Kustomization(dir).Component },
		deployed: t.deployments.builds, target: t.kustomizationTarget, unused: "a component that no root uses",
	})
}

// chooseCharts decides which charts are targets. Library charts are parts of
// others, also if Argo CD deploys them.
func (t *Tree) chooseCharts() {
	isLibrary := func(dir string) bool { return t.charts[dir].library() }
	t.choose(parts{
		dirs: slices.Sorted(maps.Keys(t.charts)), uses: t.brings, isPart: isLibrary,
		deployed: func(dir string) bool { return !isLibrary(dir) && t.deployments.builds(dir) },
		target:   chartTarget, unused: "a library chart, which deploys nothing by itself", known: inflated(t),
	})
}

// inflated are the charts that targets inflate which are kustomizations, with those
// that they bring along.
func inflated(t *Tree) map[string]bool {
	out := map[string]bool{}
	for _, target := range t.Targets {
		for _, k := range t.Uses(target.Dir) {
			all, _ := reach(t.Inflates(k.Dir), t.brings)
			for _, dir := range all {
				out[dir] = true
			}
		}
	}
	return out
}

// choose makes targets of the kustomizations that no other one uses, of those that are
// deployed, and of the first of those that use each other.
func (t *Tree) choose(p parts) {
	_, used := reach(p.dirs, p.uses)
	reached := map[string]bool{}
	maps.Copy(reached, p.known)
	maps.Copy(used, p.known)
	add := func(dir string) {
		t.Targets = append(t.Targets, p.target(dir))
		all, _ := reach([]string{dir}, p.uses)
		for _, dir := range all {
			reached[dir] = true
		}
	}
	for _, dir := range p.dirs {
		if p.deployed(dir) || !used[dir] && !p.isPart(dir) {
			add(dir)
		}
	}
	for _, dir := range p.dirs {
		switch {
		case reached[dir]:
		case p.isPart(dir):
			t.Unused = append(t.Unused, Unused{dir, p.unused})
		default:
			add(dir)
		}
	}
}

// reach returns some directories and all that they use, directly or not, the nearer
// ones first, and which of them another one uses.
func reach(from []string, uses func(dir string) []string) (all []string, used map[string]bool) {
	used = map[string]bool{}
	seen := map[string]bool{}
	for queue := slices.Clone(from); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		all = append(all, queue[0])
		for _, other := range uses(queue[0]) {
			used[other] = true
			queue = append(queue, other)
		}
	}
	return all, used
}

// refersTo returns the directories with kustomizations that a kustomization names.
func (t *Tree) refersTo(dir string) (dirs []string) {
	k := t.Kustomization(dir)
	if k == nil {
		return nil
	}
	for _, target := range k.Targets() {
		if t.Kustomization(target) != nil {
			dirs = append(dirs, target)
		}
	}
	return dirs
}

func (t *Tree) kustomizationTarget(dir string) Target {
	return Target{Dir: dir, File: t.Kustomization(dir).File}
}

func chartTarget(dir string) Target {
	return Target{Dir: dir, File: path.Join(dir, manifest.ChartFile), Kind: Chart}
}

// Uses returns the kustomization of a directory and all that it refers to, the
// directory itself first.
func (t *Tree) Uses(dir string) (out []*KustomizationFile) {
	all, _ := reach([]string{dir}, t.refersTo)
	for _, dir := range all {
		if k := t.Kustomization(dir); k != nil {
			out = append(out, k)
		}
	}
	return out
}

// Bases returns the kustomizations that are parts of others and not among the Targets, in
// lexical order of Dir, as they are by themselves. Components are left out.
func (t *Tree) Bases() []Target {
	targets := map[string]bool{}
	for _, target := range t.Targets {
		targets[target.File] = true
	}
	var out []Target
	for _, k := range t.kustomizations() {
		if !k.Component && !targets[k.File] {
			out = append(out, t.kustomizationTarget(k.Dir))
		}
	}
	return out
}

// components returns the components that a kustomization names.
func (t *Tree) components(dir string) []string {
	return slices.DeleteFunc(t.refersTo(dir), func(dir string) bool { return !t.Kustomization(dir).Component })
}

// Includes returns the references of a target that can be rendered by themselves: bases
// of a kustomization and its components, the charts that these inflate, and charts that a
// chart brings along.
func (t *Tree) Includes(target Target) (out []Target) {
	switch target.Kind {
	case Kustomization:
		all, _ := reach([]string{target.Dir}, t.components)
		for _, part := range all {
			for _, dir := range t.refersTo(part) {
				if !t.Kustomization(dir).Component {
					out = append(out, t.kustomizationTarget(dir))
				}
			}
			for _, dir := range t.Inflates(part) {
				out = append(out, chartTarget(dir))
			}
		}
	case Chart:
		for _, dir := range t.brings(target.Dir) {
			if c, ok := t.charts[dir]; ok && !c.library() {
				out = append(out, chartTarget(dir))
			}
		}
	}
	return out
}

// brings returns the other charts of the tree that a chart brings along: those
// that it depends on, and those in its charts directory.
func (t *Tree) brings(dir string) (out []string) {
	c, ok := t.charts[dir]
	if !ok {
		return nil
	}
	for _, d := range c.Dependencies {
		if other, ok := d.Local(dir); ok && other != dir {
			out = append(out, other)
		}
	}
	for other := range t.charts {
		if path.Dir(other) == path.Join(dir, "charts") {
			out = append(out, other)
		}
	}
	slices.Sort(out)
	return out
}
