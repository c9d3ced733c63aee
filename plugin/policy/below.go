package policy

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Below returns the policy with the paths of Set, Skip and AllowUnresolved, which begin
// in a directory there, and in the working directory here. A glob of Skip that matches
// at any depth stays.
func (p Policy) Below(dir string) Policy {
	dir = path.Clean(filepath.ToSlash(dir))
	move := func(glob string) string {
		if dir == "." || glob == "" {
			return glob
		}
		return path.Join(dir, glob)
	}
	p.Set, p.Skip, p.AllowUnresolved = slices.Clone(p.Set), slices.Clone(p.Skip), slices.Clone(p.AllowUnresolved)
	for i, glob := range p.Set {
		p.Set[i] = move(glob)
	}
	for i, glob := range p.Skip {
		if strings.Contains(strings.TrimRight(glob, "/"), "/") {
			p.Skip[i] = move(glob)
		}
	}
	for i, a := range p.AllowUnresolved {
		p.AllowUnresolved[i].Path = move(a.Path)
	}
	return p
}
