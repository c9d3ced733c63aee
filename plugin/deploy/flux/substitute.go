package flux

import (
	"fmt"
	"maps"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// encrypted is the beginning of a value that SOPS has encrypted.
const encrypted = "ENC["

// substitution has the values for variables in the objects of a Kustomization (fluxcd/pkg
// kustomize, LoadVariables). It is nil if there is no substitution. The values of Secrets,
// and of objects that are not in the checkout, are not known.
func substitution(r *deploy.Renderer, k gitops.Kustomization) *render.Substitution {
	p := k.Spec.PostBuild
	if p == nil {
		return nil
	}
	out := &render.Substitution{Variables: map[string]string{}}
	for _, ref := range p.SubstituteFrom {
		values, found := valuesOf(r, gitops.Reference{Kind: ref.Kind, Namespace: k.Metadata.Namespace, Name: ref.Name})
		if !found {
			// It is made elsewhere, and may set again what is set already. That
			// would be the same value in both revisions.
			out.Open += fmt.Sprintf("%q", []string{ref.Kind, k.Metadata.Namespace, ref.Name})
		}
		maps.Copy(out.Variables, values)
	}
	maps.Copy(out.Variables, p.Substitute)
	for name, value := range out.Variables {
		out.Variables[name] = strings.ReplaceAll(value, "\n", "")
	}
	if len(out.Variables) == 0 && out.Open == "" && p.SubstituteStrategy != "Always" {
		return nil
	}
	return out
}

// contentOf returns the content of a ConfigMap or Secret of this checkout, or nil if there
// is none.
func contentOf(r *deploy.Renderer, ref gitops.Reference) (object map[string]any, err error) {
	o, found := r.Lookup(dupcheck.ID{Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name})
	if !found || o.Body == nil {
		return nil, nil
	}
	content, err := o.Body.Value()
	object, _ = content.(map[string]any)
	return object, err
}

// valuesOf returns the data of a ConfigMap, or the keys of a Secret, whose values are not
// known.
func valuesOf(r *deploy.Renderer, ref gitops.Reference) (values map[string]string, found bool) {
	object, err := contentOf(r, ref)
	if object == nil || err != nil {
		return nil, false
	}
	values = map[string]string{}
	for _, field := range []string{"data", "stringData"} {
		all, _ := object[field].(map[string]any)
		if field == "stringData" && ref.Kind != "Secret" {
			continue
		}
		for name, value := range all {
			text, known := value.(string)
			if ref.Kind == "Secret" || !known || strings.HasPrefix(text, encrypted) {
				text = job.Opaque(name, fmt.Sprintf("%q %v", ref, value))
			}
			values[name] = text
		}
	}
	return values, true
}
