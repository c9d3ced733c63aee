package job_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// plain is a renderer of manifests that are deployed as they are.
type plain struct{}

func (plain) Collect(c *job.Collector) error {
	c.Note(c.Job.File, job.Source)
	return c.AddAll(c.Job.File)
}

func (plain) Render(_ context.Context, j job.Job) (r job.Result) {
	for o, err := range manifest.Parse("", j.Files[j.File]) {
		if err != nil {
			r.NotRead(err)
			continue
		}
		r.Objects = append(r.Objects, job.Bare(o, len(r.Objects)))
		r.Places = append(r.Places, dupcheck.Position{File: j.File, Line: o.At.Line})
	}
	return r
}

// A renderer first collects what it reads and then renders from memory.
func ExampleRenderer() {
	fsys := fstest.MapFS{"web.yaml": {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")}}
	var r job.Renderer = plain{}
	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
	c := job.NewCollector(tree, job.Target{Target: checkout.Target{Dir: ".", File: "web.yaml"}})
	fmt.Println(r.Collect(c), c.Job.Names())
	fmt.Println(r.Render(context.Background(), c.Job).Objects[0].Name)

	c = job.NewCollector(tree, job.Target{Target: checkout.Target{Dir: ".", File: "other.yaml"}})
	err := r.Collect(c)
	fmt.Println(err, checkout.CodeOf(err) == checkout.Missing)
	// Output:
	// <nil> [web.yaml]
	// web
	// other.yaml: there is no such file true
}
