package kustomize

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"sync"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/render/helm"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// The values of valuesMerge.
const (
	mergeValues    = "merge"
	overrideValues = "override"
	replaceValues  = "replace"
)

// valuesName is the file of the values that a kustomization gives to a chart. It is
// outside of the directories of charts.
const valuesName = ".kuniq-values.yaml"

// inflate lets helm render the charts of the job, and adds the output to the files of the
// job.
func (b *build) inflate(ctx context.Context) error {
	if len(b.Charts) == 0 {
		return nil
	}
	b.Files, b.charts = maps.Clone(b.Files), map[string]*rendered{}
	for _, c := range b.Charts {
		var chart types.HelmChart
		if err := json.Unmarshal(c.Config, &chart); err != nil {
			return job.About(c.By, checkout.Errorf(checkout.Failed, "its chart cannot be read"))
		}
		values, err := b.valuesOf(chart, c.Values)
		if err != nil {
			return job.About(c.By, err)
		}
		j := b.jobOf(c, values)
		text, err := helm.Renderer{}.Template(ctx, j)
		if err != nil {
			return job.About(c.By, err)
		}
		if b.Files[c.File], err = kustomizer.Annotated(text, kustomizer.HelmGenerated, "true"); err != nil {
			return job.About(c.By, refusalOf(err.Error()))
		}
		b.charts[c.File] = &rendered{job: j, printed: text, by: c.By, chart: chart.Name}
	}
	return nil
}

// jobOf is the rendering of a chart with nothing but its own files.
func (b *build) jobOf(c job.Chart, values []byte) job.Job {
	j := job.Job{
		Target: job.Target{Target: checkout.Target{Dir: c.Dir, Kind: checkout.Chart}, Helm: c.Helm},
		Files:  map[string][]byte{valuesName: values}, Moved: b.Moved, Timeout: b.Timeout, Temp: b.Temp,
	}
	for name, data := range b.Files {
		if checkout.Below(name, c.Dir) {
			j.Files[name] = data
		}
	}
	for _, name := range c.Helm.Values {
		j.Files[name] = b.Files[name]
	}
	j.Helm.Values = append([]string{valuesName}, c.Helm.Values...)
	return j
}

// valuesOf returns the values of a chart as kustomize gives them to helm, with those of a
// file.
func (b *build) valuesOf(chart types.HelmChart, file string) ([]byte, error) {
	if len(chart.ValuesInline) == 0 {
		return b.Files[file], nil
	}
	values := chart.ValuesInline
	if chart.ValuesMerge != replaceValues {
		var err error
		if values, err = kustomizer.MergeValues(b.Files[file], values, chart.ValuesMerge == mergeValues); err != nil {
			return nil, checkout.Errorf(checkout.Refused, "kustomize cannot merge the values of the chart %s", dupcheck.QuoteAlways(chart.Name))
		}
	}
	return yaml.Marshal(values)
}

// rendered is the output of a chart.
type rendered struct {
	job       job.Job
	printed   []byte
	by, chart string // the file that names it, and its name

	once sync.Once
	job.Result
}

// place returns where the chart declares an object, as kustomize built it.
func (r *rendered) place(b build, o dupcheck.Object) dupcheck.Position {
	r.once.Do(func() {
		r.job.Origins = true
		r.Result = helm.Renderer{}.Parse(r.job, r.printed)
	})
	var objects iter.Seq2[dupcheck.Object, error] = func(yield func(dupcheck.Object, error) bool) {
		for _, o := range r.Objects {
			if !yield(o, nil) {
				return
			}
		}
	}
	if best, onlyKind := job.Likeliest(objects, o); best.Kind != "" && !onlyKind && r.Places[best.At.Document].File != "" {
		return r.Places[best.At.Document]
	}
	return b.GeneratorLine(r.by, r.chart)
}
