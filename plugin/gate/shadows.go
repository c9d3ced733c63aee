package gate

import (
	"github.com/kuniq/kuniq/dupcheck"
)

// Under strict a kustomization that names one of two files of one object, and not
// the other, does not make their collision disappear: what it names is compared
// with what is read as it is, too. Two files that both are rendered are compared
// as what is rendered from them, and not as they are.

// shadowed notes a file that is read besides being rendered.
func (x *files) shadowed(name string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.shadow == nil {
		x.shadow = map[string]bool{}
	}
	x.shadow[name] = true
}

func (x *files) isShadow(name string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.shadow[name]
}

// takeShadows adds those objects of files that targets are rendered from which
// collide, as they are written, with an object that is read as it is.
func (x *files) takeShadows(in *collector) {
	if len(x.shadows) == 0 {
		return
	}
	type key struct {
		set string
		identity
	}
	plain := map[key]bool{}
	for _, o := range in.checker.Objects() {
		if o.At.Origin == "" && !o.Aside {
			plain[key{o.Set, identityOf(o)}] = true
		}
	}
	for _, o := range x.shadows {
		if o.Name != "" && plain[key{o.Set, identityOf(o)}] {
			o.Found = nil
			in.checker.Add(o)
		}
	}
	x.shadows = nil
}

// shadowFiles are files that are read besides being rendered, and their objects.
type shadowFiles struct {
	shadow  map[string]bool
	shadows []dupcheck.Object
}
