package kustomize

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/helm"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// chartsDir is a component in place of the charts of a kustomization: kustomize takes
// it in behind resources and generators, and before other components.
const chartsDir = ".kuniq-charts"

// inflates says whether charts are inflated. Flux does so with none.
func (c *inputs) inflates() bool { return c.Job.Helm.Command != "" && c.Job.Kustomize.Flux == nil }

// needsHelm is the error about charts that are not inflated.
func needsHelm(what checkout.Reason) error {
	return checkout.Errorf(checkout.NeedsHelm, "%s inflates a Helm chart, which only the helm command renders", what)
}

// inflate adds the charts of a kustomization and of its parts. A chart without a
// namespace of its own is for that of the innermost kustomization around it that has one
// (kustomize v5.8.2, api/internal/target, helmRootNamespace).
func (c *inputs) inflate(dir, around string) error {
	at := [2]string{dir, around}
	if c.visited[at] {
		return nil
	}
	c.visited[at] = true
	k := c.Kustomization(dir)
	var t types.Kustomization
	if k == nil || t.Unmarshal(c.Job.Built(k.File)) != nil {
		return nil // which is known to be refused, or is no kustomization
	}
	t.FixKustomization()
	namespace := cmp.Or(t.Namespace, around)
	failed := c.inflateOwn(k, t, namespace)
	if failed != nil {
		failed = checkout.About(k.File, failed)
		c.helm(k)
	}
	for _, name := range slices.Concat(t.Resources, t.Components) {
		failed = checkout.Both(failed, c.inflateChild(dir, name, namespace))
	}
	return failed
}

// inflateChild is inflate for a kustomization that another one names, perhaps in another
// tree.
func (c *inputs) inflateChild(dir, name, namespace string) error {
	child := path.Join(dir, name)
	if child != dir && c.done[child] {
		return c.inflate(child, namespace)
	}
	full := path.Join(inMemory, c.At, child)
	for at, part := range c.parts {
		if top := path.Join(inMemory, at); checkout.Below(full, top) {
			below := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(full, top), "/"), ".")
			return checkout.Both(part.Foreign(part.inflate(below, namespace)), c.Take(part.Collector))
		}
	}
	return nil // a file
}

// named is a chart with what names it.
type named struct {
	checkout.Inflation
	// by is the file of the generator that names it, or nothing if the kustomization
	// does, and isField says that it is in a field of that.
	by      string
	isField bool
}

// chartsOf returns the charts that the kustomization of a directory names, in the order
// in which they are inflated, and the other generators.
func chartsOf(dir string, t types.Kustomization, files map[string][]byte) (all []named, generators []string) {
	for _, one := range checkout.InflationsOf(t) {
		all = append(all, named{one, "", true})
	}
	for _, text := range t.Generators {
		file, content := "", []byte(text)
		if !strings.Contains(text, "\n") {
			file = path.Join(dir, text)
			content = files[file]
		}
		charts, rest := checkout.Inflations(content)
		for _, one := range charts {
			all = append(all, named{one, file, false})
		}
		switch {
		case len(charts) == 0:
			generators = append(generators, text)
		case len(rest) > 0:
			generators = append(generators, string(rest))
		}
	}
	return all, generators
}

// inflated is a kustomization whose charts were added.
type inflated struct {
	// namespace is that of the kustomizations around it, and matters says that a chart
	// has none of its own.
	namespace string
	matters   bool
}

// inflateOwn adds the charts that a kustomization names itself.
func (c *inputs) inflateOwn(k *checkout.KustomizationFile, t types.Kustomization, namespace string) (failed error) {
	if known, there := c.inflated[k.File]; there {
		if known.matters && known.namespace != namespace {
			return checkout.Errorf(checkout.Executes, "its charts are inflated for two namespaces, %s and %s, and kuniq supports one", dupcheck.QuoteAlways(known.namespace), dupcheck.QuoteAlways(namespace))
		}
		return nil
	}
	all, generators := chartsOf(k.Dir, t, c.Job.Files)
	if len(all) == 0 {
		return nil
	}
	c.inflated[k.File] = inflated{namespace, slices.ContainsFunc(all, func(n named) bool { return n.isField && n.Namespace == "" })}
	var files []string
	for n, one := range all {
		if one.isField {
			one.Namespace = cmp.Or(one.Namespace, namespace)
		}
		name := fmt.Sprintf("%d.yaml", n)
		files = append(files, name)
		chart, err := c.inflation(k, one.Inflation)
		chart.File, chart.By = path.Join(k.Dir, chartsDir, name), cmp.Or(one.by, k.File)
		c.Job.Charts = append(c.Job.Charts, chart)
		failed = checkout.Both(failed, err)
	}
	if failed != nil {
		return failed
	}
	return c.component(k, files, generators)
}

// component replaces charts by a component with their output. An empty helmGlobals keeps
// kustomize from treating a kustomization without anything else as empty.
func (c *inputs) component(k *checkout.KustomizationFile, files, generators []string) error {
	text, err := json.Marshal(types.Kustomization{
		TypeMeta: types.TypeMeta{Kind: types.ComponentKind, APIVersion: types.ComponentVersion}, Resources: files,
	})
	if err != nil {
		panic(err) // strings
	}
	file := path.Join(k.Dir, chartsDir, "kustomization.yaml")
	c.Job.Files[file] = text
	c.Job.Moved[file] = k.File
	return c.rewrite(k.File, func(t *types.Kustomization) error {
		t.HelmCharts, t.HelmGlobals, t.Generators = nil, &types.HelmGlobals{}, generators
		t.Components = slices.Concat([]string{chartsDir}, t.Components)
		return nil
	}, "")
}

// unpredictable matches functions in a nameTemplate that make another name each time,
// read the environment of helm, or ask a server. It also matches some others.
var unpredictable = regexp.MustCompile(`(?is)\{\{.*(?:env|host|rand|uuid|now|date|ago|gen|shuffle|htpasswd|crypt)`)

// inflation returns a chart as kustomize would have helm render it (kustomize v5.8.2,
// HelmChartInflationGenerator), with everything that this reads.
func (c *inputs) inflation(k *checkout.KustomizationFile, i checkout.Inflation) (out job.Chart, err error) {
	refused := func(format string, args ...any) (job.Chart, error) {
		return out, checkout.Errorf(checkout.Refused, "kustomize refuses it: "+format, args...)
	}
	switch {
	case i.Name == "":
		return refused("a chart has no name")
	case strings.HasPrefix(i.Name, "-"), strings.HasPrefix(i.ReleaseName, "-"):
		return refused("a chart or a release has a name that begins with a dash")
	case !slices.Contains([]string{"", mergeValues, overrideValues, replaceValues}, i.ValuesMerge):
		return refused("the valuesMerge of the chart %s is invalid", dupcheck.QuoteAlways(i.Name))
	case unpredictable.MatchString(i.NameTemplate):
		return out, checkout.Errorf(checkout.Executes, "the nameTemplate of the chart %s has a function with an unknown result", dupcheck.QuoteAlways(i.Name))
	}
	if out.Config, err = json.Marshal(i.HelmChart); err != nil {
		return refused("the chart %s has invalid values", dupcheck.QuoteAlways(i.Name))
	}
	if out.Dir, err = c.chart(k, i); err != nil {
		return out, err
	}
	out.Helm = job.Helm{
		Command: c.Job.Helm.Command, Release: i.ReleaseName, NameTemplate: i.NameTemplate, Namespace: i.Namespace,
		SkipCRDs: !i.IncludeCRDs, SkipTests: i.SkipTests, SkipHooks: i.SkipHooks,
		KubeVersion: cmp.Or(i.KubeVersion, c.Job.Helm.KubeVersion), APIVersions: i.ApiVersions,
	}
	if len(i.ApiVersions) == 0 {
		out.Helm.APIVersions = c.Job.Helm.APIVersions
	}
	if len(i.ValuesInline) == 0 || i.ValuesMerge != replaceValues {
		if out.Values, err = c.mainValues(k, i, out.Dir); err != nil {
			return out, err
		}
	}
	for _, name := range i.AdditionalValuesFiles {
		file, err := c.values(k, name)
		if err != nil {
			return out, err
		}
		out.Helm.Values = append(out.Helm.Values, file)
	}
	return out, nil
}

// needOfChart is what kustomize would have helm fetch.
func needOfChart(i checkout.Inflation) vendored.Need {
	return vendored.Need{Kind: vendored.Chart, URL: i.Repo, Name: i.Name, Version: i.Version}
}

// ask records the charts that would have to be fetched. helm renders none of them here,
// and Flux refuses them all.
func (c *inputs) ask(k *checkout.KustomizationFile, charts []checkout.Inflation) {
	for _, i := range charts {
		if c.Job.Kustomize.Flux == nil && i.Repo != "" && !checkout.HasChart(c.FS(), i.Dir(k.Dir)) {
			_, _ = c.Need(needOfChart(i), k.File) // the reason is that there is no helm
		}
	}
}

// chart adds a chart, and returns its directory among the files of the job. The directory
// of a fetched chart is elsewhere.
func (c *inputs) chart(k *checkout.KustomizationFile, i checkout.Inflation) (dir string, err error) {
	dir = i.Dir(k.Dir)
	shown := dupcheck.QuoteAlways(i.Name)
	if !fs.ValidPath(dir) {
		return "", checkout.Errorf(checkout.Outside, "the home of the chart %s is outside of what is checked", shown)
	}
	info, err := fs.Stat(c.FS(), dir)
	switch {
	case c.Linked(dir):
		return "", checkout.Errorf(checkout.Outside, "the chart %s is reached through a symbolic link", shown)
	case err == nil && info.IsDir():
		err = helm.CollectChart(c.Collector, dir)
	case i.Repo == "":
		err = checkout.Errorf(checkout.Missing, "the chart %s has no repo and is not there: %s", shown, checkout.Named(dir))
	default:
		var found vendored.Found
		found, err = c.Need(needOfChart(i), k.File)
		if err == nil {
			return helm.CollectFetched(c.Collector, found)
		}
		if checkout.CodeOf(err) == checkout.Remote {
			err = checkout.Errorf(checkout.Remote, "the chart %s is not in %s, and kuniq fetches nothing: helm pull gets it from %s", shown, checkout.Named(dir), dupcheck.QuoteBrief(i.Repo))
		}
	}
	return dir, err
}

// mainValues adds the file that a chart names for its values, or that of the chart in a
// directory of the job.
func (c *inputs) mainValues(k *checkout.KustomizationFile, i checkout.Inflation, dir string) (file string, err error) {
	const name = "values.yaml"
	if i.ValuesFile != "" {
		return c.values(k, i.ValuesFile)
	}
	file = path.Join(i.Dir(k.Dir), name)
	if !checkout.Below(file, k.Dir) {
		return "", valuesOutside(file)
	}
	if !job.IsElsewhere(dir) {
		return file, checkout.About(file, c.Add(file))
	}
	if file = path.Join(dir, name); c.Job.Files[file] == nil {
		err = checkout.Errorf(checkout.Missing, "the chart %s has no %s, and so kustomize refuses it", dupcheck.QuoteAlways(i.Name), name)
	}
	return file, err
}

func valuesOutside(file string) error {
	return checkout.Errorf(checkout.Refused, "kustomize refuses it: the values %s are not in or below the directory of the kustomization", checkout.Named(file))
}

// values adds a file with values, which has to be in or below the directory of the
// kustomization.
func (c *inputs) values(k *checkout.KustomizationFile, name string) (file string, err error) {
	if file, err = k.Resolve(checkout.Reference{Field: "helmCharts", Path: name}); err != nil {
		return "", err
	}
	if !checkout.Below(file, k.Dir) {
		return "", valuesOutside(file)
	}
	return file, checkout.About(file, c.Add(file))
}
