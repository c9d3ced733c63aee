package flux

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// valuesFile is the values file of a chart, and the key of values in a ConfigMap.
const valuesFile = "values.yaml"

// chart is the chart that a HelmRelease installs.
type chart struct {
	source
	gitops.ChartSpec
	// from is its source, if that is no repository of charts, and dir its directory there.
	from gitops.Reference
	dir  string
}

// helmRelease returns the objects that a HelmRelease deploys.
func (a *adapter) helmRelease(r *deploy.Renderer, h gitops.HelmRelease) deploy.Desired {
	if a.NoRender {
		return deploy.Desired{Unresolved: "sources are not resolved"}
	}
	c := a.chart(r, h)
	values, digest, err := valuesOfRelease(r, h)
	var out deploy.Desired
	switch {
	case c.why != nil:
		out = unresolved(c.why)
		out.Inputs = a.mayBeHere(c.source, c.from, c.dir)
	case !checkout.HasChart(c.files, c.dir):
		out = unresolved(checkout.Errorf(checkout.Missing, "its source has no chart %s", dupcheck.QuoteBrief(c.Chart)))
		out.Inputs = a.chartFiles(c)
	case a.Helm == "":
		out = unresolved(checkout.Errorf(checkout.NeedsHelm, "it is a Helm chart, and no helm command was given"))
		out.Inputs = a.chartFiles(c)
	case err != nil:
		out = unresolved(err)
		out.Inputs = a.chartFiles(c)
	default:
		out = a.rendered(r, h, c, values).From(c.files.origin)
		if out.Inputs == "" {
			out.Inputs = a.chartFiles(c)
		}
	}
	out.Values = digest
	out.Fields = append(c.fields, chartName(h, c)...)
	return out
}

// chart finds the origin of the chart of a HelmRelease.
func (a *adapter) chart(r *deploy.Renderer, h gitops.HelmRelease) (c chart) {
	ref := in(h.Metadata.Namespace, h.Spec.ChartRef)
	switch {
	case ref.Name == "":
		c.ChartSpec = h.Spec.Chart.Spec
		ref = in(h.Metadata.Namespace, c.SourceRef)
	case ref.Kind == ociRepository:
		a.pulled(r, &c, ref, chartArtifact)
		for i := range c.fields {
			if f := &c.fields[i]; strings.HasPrefix(f.Path, ociRepository+".spec.ref.") {
				f.Role = deploy.ValueRole // the version of the chart
			}
		}
		return c
	case ref.Kind == "HelmChart":
		s, found := lookup(r, ref)
		if !found {
			c.why = checkout.Errorf(checkout.Remote, "its chart is not declared here: %s", dupcheck.Quote(ref.String()))
			return c
		}
		c.ChartSpec = s.Spec.ChartSpec
		before := fieldsOf(s)
		a.sourced(r, h, &c, in(s.Metadata.Namespace, c.SourceRef))
		c.fields = append(before, c.fields...)
		return c
	}
	a.sourced(r, h, &c, ref)
	return c
}

// sourced fills in the source that the spec of a chart refers to.
func (a *adapter) sourced(r *deploy.Renderer, h gitops.HelmRelease, c *chart, ref gitops.Reference) {
	if ref.Kind == helmRepository {
		a.pulled(r, c, ref, func(s gitops.FluxSourceSpec) (vendored.Need, bool) {
			return vendored.Need{Kind: vendored.Chart, URL: s.URL, Name: c.Chart, Version: c.Version}, true
		})
		return
	}
	c.from, c.dir = ref, clamp(c.Chart)
	if c.source = a.source(r, h.Object.Set, ref); ref.Kind != gitRepository {
		c.why = notHere()
	} else if c.why == nil {
		c.why = c.files.lacks(c.dir)
	}
}

func notHere() error {
	return checkout.Errorf(checkout.Remote, "its chart is not in this checkout")
}

// pulled fills in a chart that helm-controller gets from a repository of charts, if it was
// fetched before.
func (a *adapter) pulled(r *deploy.Renderer, c *chart, ref gitops.Reference, need func(gitops.FluxSourceSpec) (vendored.Need, bool)) {
	c.dir, c.why = ".", notHere()
	s, found := lookup(r, ref)
	if !found {
		return
	}
	c.fields = fieldsOf(s)
	if n, ok := need(s.Spec); ok && n.URL != "" {
		s.Spec = gitops.FluxSourceSpec{} // nothing else of it decides about a chart
		a.fetched(&c.source, s, n)
	}
}

// chartArtifact returns the chart of an OCIRepository. It returns false if its version is
// not known here.
func chartArtifact(s gitops.FluxSourceSpec) (n vendored.Need, ok bool) {
	at := strings.LastIndexByte(s.URL, '/')
	ref := cmp.Or(s.Ref, &gitops.SourceRef{})
	n = vendored.Need{Kind: vendored.Chart, URL: s.URL[:max(at, 0)], Name: s.URL[at+1:], Version: cmp.Or(ref.Digest, ref.SemVer, strings.ReplaceAll(ref.Tag, "_", "+"))}
	return n, ref.SemVerFilter == "" && n.Version != "" // and not the tag latest
}

// chartFiles returns a digest of the files of a chart and of its values.
func (a *adapter) chartFiles(c chart) string {
	parts := []string{deploy.DigestDir(c.files, c.dir)}
	for _, name := range c.ValuesFiles {
		text, err := fs.ReadFile(c.files, clamp(name))
		parts = append(parts, deploy.Digest([]any{text, err != nil}, nil))
	}
	return deploy.Digest(parts, nil)
}

// chartName returns the name of a chart, as far as it is known. A chart with another name is
// installed again. Helm has an option to keep the release.
func chartName(h gitops.HelmRelease, c chart) []deploy.Field {
	f := deploy.Field{Path: "chart name", Role: deploy.ReleaseRole, At: h.At.Of("spec", "chart", "spec", "chart")}
	switch {
	case c.files != nil:
		var header struct {
			Name string `json:"name"`
		}
		text, err := fs.ReadFile(c.files, path.Join(c.dir, manifest.ChartFile))
		if err != nil || yaml.Unmarshal(text, &header) != nil {
			return nil
		}
		f.Value = header.Name
	case c.SourceRef.Kind == helmRepository:
		f.Value = path.Base(c.Chart)
	default:
		return nil
	}
	if h.Spec.Upgrade.ChartNameChangeStrategy == "InPlaceUpdate" {
		f.Role = deploy.SourceRole
	}
	return []deploy.Field{f}
}

// rendered renders a chart of the checkout. Helm installs the objects in crds and never
// deletes them, and it deletes no hooks.
func (a *adapter) rendered(r *deploy.Renderer, h gitops.HelmRelease, c chart, values []byte) deploy.Desired {
	defaults := path.Join(c.dir, valuesFile)
	switch {
	case len(h.Spec.PostRenderers) > 0 && string(h.Spec.PostRenderers) != "null":
		return deploy.Desired{Unresolved: "its postRenderers change what the chart renders"}
	case len(c.ValuesFiles) > 0 && clamp(c.ValuesFiles[0]) != defaults:
		return deploy.Desired{Unresolved: "its valuesFiles replace the values of the chart"}
	}
	_, name := h.Release()
	target := render.Target{Target: checkout.Target{Dir: c.dir, File: path.Join(c.dir, manifest.ChartFile), Kind: checkout.Chart}}
	target.Helm = render.Helm{Command: a.Helm, Release: name, Namespace: h.Namespace(), Inline: values, SkipCRDs: true, SkipTests: true}
	for _, file := range c.ValuesFiles {
		if file = clamp(file); checkout.IsFile(c.files, file) {
			target.Helm.Values = append(target.Helm.Values, file)
		} else if !c.IgnoreMissingValuesFiles {
			return unresolved(checkout.Errorf(checkout.Missing, "its values %s are not there", dupcheck.QuoteBrief(file)))
		}
	}
	out := r.Render(c.files, target)
	out.Objects = slices.DeleteFunc(slices.Clone(out.Objects), func(o dupcheck.Object) bool { return o.Annotations["helm.sh/hook"] != "" })
	for i := range out.Objects {
		o := &out.Objects[i]
		if more := h.Spec.CommonMetadata.Annotations; len(more) > 0 {
			o.Annotations = maps.Clone(o.Annotations)
			if o.Annotations == nil {
				o.Annotations = map[string]string{}
			}
			maps.Copy(o.Annotations, more)
		}
	}
	return out
}

// valuesOfRelease returns the values of a HelmRelease as JSON, and a digest of those that
// are in other objects (fluxcd/pkg chartutil, ChartValuesFromReferences). The error says why
// they are not known.
func valuesOfRelease(r *deploy.Renderer, h gitops.HelmRelease) (values []byte, digest string, failed error) {
	all := map[string]any{}
	var parts []string
	for _, from := range h.Spec.ValuesFrom {
		ref := gitops.Reference{Kind: from.Kind, Namespace: h.Metadata.Namespace, Name: from.Name}
		text, known, err := valuesIn(r, ref, from.ValuesKey)
		parts = append(parts, text)
		switch {
		case err != nil:
			failed = err
		case from.TargetPath != "":
			failed = checkout.Errorf(checkout.NeedsObject, "it puts a value of %s into a path", dupcheck.Quote(ref.String()))
		case !known && !from.Optional.Optional:
			failed = checkout.Errorf(checkout.NeedsObject, "its values in %s are not known", dupcheck.Quote(ref.String()))
		default:
			var more map[string]any
			if yaml.Unmarshal([]byte(text), &more) != nil {
				failed = checkout.Errorf(checkout.Invalid, "its values in %s are not YAML", dupcheck.Quote(ref.String()))
			}
			merge(all, more)
		}
	}
	var own map[string]any
	if err := gitops.Unmarshal(h.Spec.Values, &own); err != nil {
		failed = checkout.Errorf(checkout.Invalid, "its values are not a mapping")
	}
	merge(all, own)
	if values, failed = marshal(all, failed); job.IsOpaque(string(values)) {
		failed = checkout.Errorf(checkout.NeedsObject, "its values depend on a variable that is not known")
	}
	return values, deploy.Digest(parts, []string(nil)), failed
}

func marshal(values map[string]any, failed error) ([]byte, error) {
	text, err := json.Marshal(values)
	if failed == nil && err != nil {
		failed = checkout.Errorf(checkout.Invalid, "its values are not JSON")
	}
	return text, failed
}

// valuesIn returns a value of a ConfigMap or Secret as a text. The value of a Secret always
// counts as unknown.
func valuesIn(r *deploy.Renderer, ref gitops.Reference, key string) (text string, known bool, err error) {
	object, err := contentOf(r, ref)
	if err != nil || object != nil && ref.Kind == "Secret" {
		return deploy.Digest(object, nil), false, checkout.Errorf(checkout.NeedsObject, "its values in %s are not known", dupcheck.Quote(ref.String()))
	}
	data, _ := object["data"].(map[string]any)
	text, known = data[cmp.Or(key, valuesFile)].(string)
	return text, known, nil
}

// merge merges values into others: mappings are merged, and all other values are replaced.
func merge(into, more map[string]any) {
	for key, value := range more {
		inner, ok := into[key].(map[string]any)
		if other, also := value.(map[string]any); ok && also {
			merge(inner, other)
			continue
		}
		into[key] = value
	}
}
