package host

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/split"
)

// Check reports what is declared twice among rendered and live objects.
func Check(rendered resmap.ResMap, live []unstructured.Unstructured) (dupcheck.Report, error) {
	var checker dupcheck.Checker
	add := func(name string, value map[string]any) error {
		for o, err := range manifest.Decoded(name, value) {
			if err != nil {
				return err
			}
			checker.Add(o)
		}
		return nil
	}
	for _, r := range rendered.Resources() {
		value, err := r.Map()
		if err != nil {
			return dupcheck.Report{}, err
		}
		if err := add("rendered", value); err != nil {
			return dupcheck.Report{}, err
		}
	}
	for _, u := range live {
		if err := add("live", u.Object); err != nil {
			return dupcheck.Report{}, err
		}
	}
	return checker.Report(), nil
}

// Layout is how files would be named.
var Layout split.Layout
