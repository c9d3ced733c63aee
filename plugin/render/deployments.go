package render

import (
	"path"
	"strings"
)

// deployment is something that is deployed because a file says so.
type deployment struct {
	by    string // the file, with an Argo CD or Flux object, or a kustomization
	to    string // a directory, or of a kustomization perhaps a file
	waits int    // how many directories by is in that may not be deployed
}

// deployments is everything of a tree that says what is deployed of it.
type deployments struct {
	known bool         // all was looked for
	all   []deployment // of Argo CD and Flux
	live  []deployment // also of kustomizations, less those that are not deployed themselves
	done  bool         // live is known

	rendered map[string]bool // directories, with whether their files are not what is deployed
}

// add takes in the directories that a file deploys. Where a template is to be
// filled in, or a pattern to be matched, it may be any directory below.
func (d *deployments) add(by string, dirs []string) {
	for _, dir := range dirs {
		d.all = append(d.all, deployment{by: by, to: settled(dir)})
	}
}

// settled is a path as far as it is one: up to the first part with a template or
// a wildcard.
func settled(p string) string {
	parts := strings.Split(path.Clean(strings.TrimLeft(p, "/")), "/")
	for i, part := range parts {
		if strings.ContainsAny(part, "{*?[") {
			parts = parts[:i]
			break
		}
	}
	return path.Join(append([]string{"."}, parts...)...)
}

// generated adds the paths in which the generators of an ApplicationSet look for
// directories and files, also those of generators inside of others.
func generated(to []string, generators any) []string {
	switch v := generators.(type) {
	case []any:
		for _, item := range v {
			to = generated(to, item)
		}
	case map[string]any:
		for key, value := range v {
			if p, ok := value.(string); ok && key == "path" {
				to = append(to, p)
			} else {
				to = generated(to, value)
			}
		}
	}
	return to
}

// Deploys says whether Argo CD or Flux deploys a manifest as it is, by a
// directory that it is in. It must not be called concurrently with the other
// methods.
func (p *Parts) Deploys(file string) bool {
	p.lookAround()
	for _, d := range p.deployments.live {
		if below(file, d.to) && p.plain(d.to) {
			return true
		}
	}
	return false
}

// reached says whether a directory is deployed, something in it, or plain
// manifests above it, among which it may be.
func (p *Parts) reached(dir string) bool {
	p.lookAround()
	for _, d := range p.deployments.live {
		if p.reaches(d, dir) {
			return true
		}
	}
	return false
}

func (p *Parts) reaches(d deployment, dir string) bool {
	return below(d.to, dir) || below(dir, d.to) && p.plain(d.to)
}

// plain says whether of a directory that is deployed the files are.
func (p *Parts) plain(dir string) bool {
	rendered, known := p.deployments.rendered[dir]
	if !known {
		rendered = p.renders(dir)
		if p.deployments.rendered == nil {
			p.deployments.rendered = map[string]bool{}
		}
		p.deployments.rendered[dir] = rendered
	}
	return !rendered
}

// lookAround finds out what says what is deployed, for which Find may have had
// no use. What a directory says that may accompany a program counts if it is
// deployed itself: an example of an Application deploys nothing.
func (p *Parts) lookAround() {
	d := &p.deployments
	if d.done {
		return
	}
	d.done = true
	if !d.known {
		d.all = find(p.fsys, p.dirs, p.skip, true).deployments.all
	}
	for _, dir := range p.Used() {
		for _, target := range p.targets(p.at[dir]) {
			d.live = append(d.live, deployment{by: p.at[dir].file, to: target})
		}
	}
	p.wake(append(d.live, d.all...))
}

// wake finds out which deployments count.
func (p *Parts) wake(all []deployment) {
	waiting := map[string][]int{} // by directory that may accompany a program
	var queue []int
	for i := range all {
		for _, dir := range p.shapes(all[i].by) {
			waiting[dir] = append(waiting[dir], i)
			all[i].waits++
		}
		if all[i].waits == 0 {
			queue = append(queue, i)
		}
	}
	p.deployments.live = nil
	for ; len(queue) > 0; queue = queue[1:] {
		d := all[queue[0]]
		p.deployments.live = append(p.deployments.live, d)
		for dir, those := range waiting {
			if !p.reaches(d, dir) {
				continue
			}
			delete(waiting, dir)
			for _, i := range those {
				if all[i].waits--; all[i].waits == 0 {
					queue = append(queue, i)
				}
			}
		}
	}
}

// below says whether a path is a directory or in it.
func below(p, dir string) bool {
	return dir == "." || p == dir || strings.HasPrefix(p, dir) && p[len(dir)] == '/'
}
