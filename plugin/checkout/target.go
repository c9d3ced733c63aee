package checkout

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// chooseKustomizations decides which kustomizations are targets: those that no
// other one refers to, those that Argo CD or Flux deploys, and of a cycle its
// first. The kustomizations outside of what was asked for that these refer to
// are read.
func (t *Tree) chooseKustomizations() {
	slices.Sort(t.found)
	t.found = slices.Compact(t.found)
	referred := t.readReferred()
	reached := map[string]bool{}
	for _, dir := range t.found {
		if k := t.Kustomization(dir); t.deployments.builds(dir) || !referred[dir] && !k.Component {
			t.target(k, reached)
		}
	}
	for _, dir := range t.found {
		switch k := t.Kustomization(dir); {
		case reached[dir]:
		case k.Component:
			t.Unused = append(t.Unused, Unused{dir, "a component that no root uses"})
		default:
			t.target(k, reached)
		}
	}
}

// readReferred follows the references of all kustomizations, and returns the
// directories that another one refers to.
func (t *Tree) readReferred() map[string]bool {
	referred := map[string]bool{}
	seen := map[string]bool{}
	for queue := slices.Clone(t.found); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		for _, target := range t.Kustomization(queue[0]).Targets() {
			if t.Kustomization(target) != nil {
				referred[target] = true
				queue = append(queue, target)
			}
		}
	}
	return referred
}

// target makes a kustomization a target, and marks all that it uses.
func (t *Tree) target(k *KustomizationFile, reached map[string]bool) {
	t.Targets = append(t.Targets, Target{Dir: k.Dir, File: k.File})
	for _, used := range t.Uses(k.Dir) {
		reached[used.Dir] = true
	}
}

// Uses returns the kustomization of a directory and all that it refers to, the
// directory itself first.
func (t *Tree) Uses(dir string) (out []*KustomizationFile) {
	seen := map[string]bool{dir: true}
	for queue := []string{dir}; len(queue) > 0; queue = queue[1:] {
		k := t.Kustomization(queue[0])
		if k == nil {
			continue
		}
		out = append(out, k)
		for _, target := range k.Targets() {
			if !seen[target] {
				seen[target] = true
				queue = append(queue, target)
			}
		}
	}
	return out
}

// Bases returns the kustomizations that are parts of others and none of the
// Targets, in lexical order of Dir, as they are by themselves. Components are not
// among them.
func (t *Tree) Bases() []Target {
	targets := map[string]bool{}
	for _, target := range t.Targets {
		targets[target.File] = true
	}
	var out []Target
	for _, k := range t.kustomizations() {
		if !k.Component && !targets[k.File] {
			out = append(out, Target{Dir: k.Dir, File: k.File})
		}
	}
	return out
}

// Includes returns what a target refers to that can be rendered by itself: bases of
// a kustomization, and charts that a chart brings along.
func (t *Tree) Includes(target Target) (out []Target) {
	switch target.Kind {
	case Kustomization:
		k := t.Kustomization(target.Dir)
		if k == nil {
			return nil
		}
		for _, dir := range k.Targets() {
			if base := t.Kustomization(dir); base != nil && !base.Component {
				out = append(out, Target{Dir: base.Dir, File: base.File})
			}
		}
	case Chart:
		for _, dir := range t.brings(target.Dir) {
			if c, ok := t.charts[dir]; ok && !c.library() {
				out = append(out, Target{Dir: dir, File: path.Join(dir, manifest.ChartFile), Kind: Chart})
			}
		}
	}
	return out
}

// Components returns the components that a kustomization uses, directly or not.
func (t *Tree) Components(target Target) (out []*KustomizationFile) {
	for _, k := range t.Uses(target.Dir) {
		if k.Component {
			out = append(out, k)
		}
	}
	return out
}

// chooseCharts decides which charts are targets: those that no other chart of the
// tree brings along, those that Argo CD deploys, and of charts that bring along
// each other the first. Library charts are parts of others.
func (t *Tree) chooseCharts() {
	brought := map[string]bool{}
	var dirs []string
	for dir := range t.charts {
		dirs = append(dirs, dir)
		for _, other := range t.brings(dir) {
			brought[other] = true
		}
	}
	slices.Sort(dirs)
	reached := map[string]bool{}
	choose := func(dir string) {
		t.Targets = append(t.Targets, Target{Dir: dir, File: path.Join(dir, manifest.ChartFile), Kind: Chart})
		for queue := []string{dir}; len(queue) > 0; queue = queue[1:] {
			if !reached[queue[0]] {
				reached[queue[0]] = true
				queue = append(queue, t.brings(queue[0])...)
			}
		}
	}
	for _, dir := range dirs {
		if !t.charts[dir].library() && (!brought[dir] || t.deployments.builds(dir)) {
			choose(dir)
		}
	}
	for _, dir := range dirs {
		switch {
		case reached[dir]:
		case t.charts[dir].library():
			t.Unused = append(t.Unused, Unused{dir, "a library chart, which deploys nothing by itself"})
		default:
			choose(dir)
		}
	}
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
