package gate

import (
	"github.com/kuniq/kuniq/dupcheck"
)

// If a kustomization names one of two files with the same object, a strict check
// still reports their collision: it compares the text of the named file with plain
// manifests as well. Two files that are both rendered are compared as rendered.

// shadowed records a file that is read although it is rendered.
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

// takeShadows adds the objects of rendered files whose text collides with a plain
// manifest.
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
		if o.At.Origin == "" && !o.Placeholder {
			plain[key{o.Set, identityOf(o)}] = true
		}
	}
	for _, o := range x.shadows {
		if o.Name != "" && plain[key{o.Set, identityOf(o)}] {
			o.ReaderFindings = nil
			in.checker.Add(o)
		}
	}
	x.shadows = nil
}

// shadowFiles are files that are read although they are rendered, and their objects.
type shadowFiles struct {
	shadow  map[string]bool
	shadows []dupcheck.Object
}
