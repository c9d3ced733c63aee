package gitops

import (
	"iter"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Each returns what every object declares by itself: those of a kind together, in
// the order of the fields of Declared. Each has one of Objects, and the problems of
// objects of its name.
func (d Declared) Each() iter.Seq[Declared] {
	return func(yield func(Declared) bool) {
		_ = each(d, d.AppProjects, func(one *Declared) *[]AppProject { return &one.AppProjects }, yield) &&
			each(d, d.Applications, func(one *Declared) *[]Application { return &one.Applications }, yield) &&
			each(d, d.ApplicationSets, func(one *Declared) *[]ApplicationSet { return &one.ApplicationSets }, yield) &&
			each(d, d.Kustomizations, func(one *Declared) *[]Kustomization { return &one.Kustomizations }, yield) &&
			each(d, d.HelmReleases, func(one *Declared) *[]HelmRelease { return &one.HelmReleases }, yield) &&
			each(d, d.FluxSources, func(one *Declared) *[]FluxSource { return &one.FluxSources }, yield) &&
			each(d, d.FluxOperated, func(one *Declared) *[]FluxOperated { return &one.FluxOperated }, yield)
	}
}

func each[T any, P headed[T]](d Declared, all []T, field func(*Declared) *[]T, yield func(Declared) bool) bool {
	for i := range all {
		o := P(&all[i]).head().Object
		one := Declared{Objects: []dupcheck.Object{o}}
		*field(&one) = all[i : i+1 : i+1]
		for _, p := range d.Problems {
			if p.ID == IDOf(o) && !slices.Contains(one.Problems, p) {
				one.Problems = append(one.Problems, p)
			}
		}
		if !yield(one) {
			return false
		}
	}
	return true
}
