package policy

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Below returns a policy whose paths begin in a directory as one whose paths begin in the
// working directory: Set, Skip and AllowUnresolved have the directory in front. A glob of
// Skip that matches at any depth stays.
func (p Policy) Below(dir string) Policy {
	dir = path.Clean(filepath.ToSlash(dir))
	move := func(glob string) string {
		if dir == "." || glob == "" {
			return glob
		}
		return path.Join(Literal(dir), glob)
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
