package policy

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// RootsOf returns the objects of the roots, for a tree that does not have them.
func (p Policy) RootsOf() (all []checkout.Root) {
	for _, r := range p.Roots {
		all = append(all, checkout.Root{File: r.Place, Declared: gitops.Parse(gitops.ArgoCD|gitops.Flux, r.Set, r.Place, []byte(r.Text))})
	}
	return all
}

// RootsIn returns the roots as they are in a tree. dir is the directory of the tree, as
// seen from the working directory; the places of the roots are relative to its top. A
// file in the directory is read in the tree, and a missing one is no root. file is the
// name of the policy. If the tree has a policy of that name with roots, these replace
// them, so that a change of them counts. file is empty if the policy is not that of the
// tree, but one of another revision.
func (p Policy) RootsIn(tree fs.FS, dir, file string) (all []Root) {
	roots := p.Roots
	if at, ok := below(dir, file); ok {
		if data, err := fs.ReadFile(tree, at); err == nil {
			if own, err := Parse(data); err == nil && len(own.Roots) > 0 {
				roots = own.Roots
			}
		}
	}
	for _, r := range roots {
		name, inside := below(dir, cmp.Or(r.File, r.Place, file))
		if inside && r.File != "" {
			data, err := fs.ReadFile(tree, name)
			if err != nil {
				continue
			}
			r.Text = string(data)
		}
		if r.Place = name; r.Text != "" {
			all = append(all, r)
		}
	}
	return all
}

// below returns the place of a file from the top of a directory, and whether it is in the
// directory.
func below(dir, file string) (name string, inside bool) {
	from, wrong := filepath.Abs(filepath.FromSlash(dir))
	to, err := filepath.Abs(filepath.FromSlash(file))
	rel, apart := filepath.Rel(from, to)
	if errors.Join(wrong, err, apart) != nil || file == "" {
		return file, false
	}
	name = filepath.ToSlash(rel)
	return name, fs.ValidPath(name) && name != "."
}
