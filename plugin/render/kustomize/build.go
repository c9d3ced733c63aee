package kustomize

import (
	"cmp"
	"context"
	"path"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// inMemory is where the files of a build are.
const inMemory = "/checkout"

// Render implements job.Renderer.
func (Renderer) Render(ctx context.Context, j job.Job) job.Result {
	b := build{Job: j}
	if err := b.inflate(ctx); err != nil {
		return job.Failure(err)
	}
	var m resmap.ResMap
	var sources []string
	var err error
	if j.Origins {
		m, sources, err = b.traced()
	} else {
		m, err = b.run(j.Dir, nil)
	}
	if err != nil {
		return b.failure(err)
	}
	var r job.Result
	if j.Kustomize.Flux != nil {
		if err := finish(m, *j.Kustomize.Flux); err != nil {
			return job.Failure(err)
		}
	}
	take(&r, m, j.Origins)
	if j.Origins {
		r.Places = b.places(r.Objects, sources)
	}
	return r
}

// build builds the kustomizations of a job.
type build struct {
	job.Job
	charts map[string]*rendered // the output of charts, by their file in the job
}

// run builds the kustomization of a directory, with some files in place of those
// of the job.
func (b build) run(dir string, instead map[string][]byte) (resmap.ResMap, error) {
	files := kustomizer.NewMemory()
	for name := range b.Files {
		files.Add(path.Join(inMemory, name), b.Built(name))
	}
	for name, data := range instead {
		files.Add(path.Join(inMemory, name), data)
	}
	restrictions := types.LoadRestrictionsRootOnly
	if b.Kustomize.Flux != nil {
		restrictions = types.LoadRestrictionsNone // no other files are in memory
	}
	return kustomizer.Build(files, path.Join(inMemory, dir), restrictions)
}

// origin returns the file of the job that an object comes from, as a build in a directory
// has noted it, or nothing if there is none.
func (b build) origin(r *resource.Resource, dir string) (string, error) {
	origin, err := r.GetOrigin()
	if err != nil || origin == nil || origin.Repo != "" {
		return "", err
	}
	file := path.Join(dir, cmp.Or(origin.Path, origin.ConfiguredIn))
	if _, known := b.Files[file]; !known {
		return "", nil
	}
	return file, nil
}

// take takes in the output.
func take(r *job.Result, m resmap.ResMap, contents bool) {
	for i, made := range m.Resources() {
		for o, err := range rnode.Objects("", &made.RNode) {
			if err != nil {
				r.NotRead(err)
				continue
			}
			r.Objects = append(r.Objects, job.Bare(o, i))
		}
		if contents {
			text, err := made.MarshalJSON()
			if err != nil {
				text = nil
			}
			r.Contents = append(r.Contents, text)
		}
	}
}

// places returns where the objects are declared, by document.
func (b build) places(objects []dupcheck.Object, sources []string) []dupcheck.Position {
	out := make([]dupcheck.Position, len(sources))
	for _, o := range objects {
		if i := o.At.Document; sources[i] != "" {
			out[i] = b.place(sources[i], o)
		}
	}
	return out
}

// place returns where in a file of the tree an object is declared.
func (b build) place(file string, o dupcheck.Object) dupcheck.Position {
	if c, ok := b.charts[file]; ok {
		return c.place(b, o)
	}
	moved := b.Moved[file]
	switch {
	case job.IsElsewhere(moved):
		return b.Place(moved, o)
	case moved != "":
		return b.GeneratorLine(moved, o.Name)
	}
	at := b.Place(file, o)
	for _, config := range b.Rewrites[file].Configs {
		if at.Line == 0 {
			at = b.GeneratorLine(config, o.Name)
		}
	}
	return at
}
