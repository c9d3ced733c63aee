package krmfn

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio/filters"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"

	"github.com/kuniq/kuniq/dupcheck"
)

// Annotations by which older orchestrators name the source of an item. kyaml has
// constants for them, which are deprecated.
const (
	legacyPathAnnotation  = "config.kubernetes.io/path"
	legacyIndexAnnotation = "config.kubernetes.io/index"
)

// source is where an item is from. The zero value is not known.
type source struct {
	path   string
	index  int    // of the object in the file; without a path it says nothing
	origin string // as kustomize says it
}

// sourceOf reads the annotations of an object, which may be nil.
func sourceOf(o *dupcheck.Object) source {
	if o == nil {
		return source{}
	}
	first := func(keys ...string) string {
		for _, k := range keys {
			if v := o.Annotations[k]; v != "" {
				return v
			}
		}
		return ""
	}
	s := source{origin: relative(o.At.Origin), path: relative(first(kioutil.PathAnnotation, legacyPathAnnotation))}
	if index, err := strconv.Atoi(first(kioutil.IndexAnnotation, legacyIndexAnnotation)); err == nil && index >= 0 {
		s.index = index
	}
	return s
}

// relative returns a path that a log may show: absolute paths differ from machine to
// machine, and results are written to committed files.
func relative(p string) string {
	if strings.HasPrefix(p, "/") || strings.Contains(p, `:\`) {
		return ".../" + path.Base(strings.ReplaceAll(p, `\`, "/"))
	}
	return p
}

// position is the place of an object in item i, at a path inside of it. It has no line,
// because the original lines of the item are lost. Document is the number of the item.
func (s source) position(i int, inner string) dupcheck.Position {
	at := dupcheck.Position{Document: i, Path: inner, File: ordinal(i)}
	switch {
	case s.path != "":
		at.File = fmt.Sprintf("%s[%d]", s.path, s.index)
		at.Origin = s.origin
	case s.origin != "":
		at.File = s.origin
		at.Path = strings.TrimSuffix(ordinal(i)+"."+inner, ".")
	}
	return at
}

// local says whether an object is for tools to read and not for a cluster, and
// so is never applied by kustomize and kpt. Their code looks at no value (kyaml
// kio/filters/local.go); "false" is taken at its word here, which checks more.
func local(o *dupcheck.Object) bool {
	v, ok := o.Annotations[filters.LocalConfigAnnotation]
	return ok && v != "false"
}

// ours says whether an object is one to be looked at: orchestrators also send
// files that are none, such as a kustomization.yaml without any type.
func ours(o *dupcheck.Object) bool {
	return o.Placeholder || o.Unnamed || o.Kind != "" && (o.APIVersion != "" || o.Kind != "Kustomization" && o.Kind != "Component")
}

// place says of all objects of an item where they are.
func (it *item) place(i int) {
	var own *dupcheck.Object
	for n := range it.objects {
		if it.objects[n].At.Path == "" {
			own = &it.objects[n]
		}
	}
	it.single = own != nil && len(it.objects) == 1 && !own.Placeholder
	it.from = sourceOf(own)
	for n := range it.objects {
		o := &it.objects[n]
		o.At = it.from.position(i, o.At.Path)
		for f := range o.ReaderFindings {
			for p := range o.ReaderFindings[f].Declarations {
				o.ReaderFindings[f].Declarations[p].Position = o.At
			}
		}
	}
}
