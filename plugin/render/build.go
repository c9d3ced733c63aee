package render

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// inMemory is where the files of a build are.
const inMemory = "/checkout"

// build builds a kustomization from what is in memory.
func (j Job) build() Result {
	files := kustomizer.NewMemory()
	annotated := true
	for name := range j.Files {
		data := j.file(name)
		if name == j.File && j.Origins {
			var err error
			if data, annotated, err = withOrigins(data); err != nil {
				return Result{Reason: "its kustomization cannot be read"}
			}
		}
		files.Add(path.Join(inMemory, name), data)
	}
	m, err := kustomizer.Build(files, path.Join(inMemory, j.Dir), types.LoadRestrictionsRootOnly)
	if err != nil {
		r := failure(err)
		if isDuplicate(err) {
			if r.Collision = j.collision(); len(r.Collision.Objects) > 0 {
				o := r.Collision.Objects[0]
				r.Reason = "kustomize refuses it: " + dupcheck.Quote(o.Kind+" "+o.Name) + " is there twice"
			}
		}
		return r
	}
	var r Result
	var origins []string
	if j.Origins {
		if origins, err = j.origins(m); err == nil && !annotated {
			err = m.RemoveOriginAnnotations()
		}
		if err != nil {
			return Result{Reason: "kustomize does not say where its objects come from"}
		}
	}
	r.objects(m, j.Origins)
	if j.Origins {
		r.Places = j.places(r.Objects, origins)
	}
	return r
}

// withOrigins asks kustomize to say where each object comes from. annotated
// says that the kustomization does so already.
func withOrigins(data []byte) (out []byte, annotated bool, err error) {
	var k types.Kustomization
	if err := k.Unmarshal(data); err != nil {
		return nil, false, err
	}
	if slices.Contains(k.BuildMetadata, types.OriginAnnotations) {
		return data, true, nil
	}
	k.BuildMetadata = append(k.BuildMetadata, types.OriginAnnotations)
	out, err = json.Marshal(k)
	return out, false, err
}

// origins returns the file that each object comes from.
func (j Job) origins(m resmap.ResMap) ([]string, error) {
	var out []string
	for _, r := range m.Resources() {
		file, err := j.origin(r, j.Dir)
		if err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

// origin returns the file of the job that an object comes from, as a build in a
// directory has noted it, or nothing if it is none.
func (j Job) origin(r *resource.Resource, dir string) (string, error) {
	origin, err := r.GetOrigin()
	if err != nil || origin == nil || origin.Repo != "" {
		return "", err
	}
	file := path.Join(dir, cmp.Or(origin.Path, origin.ConfiguredIn))
	if _, known := j.Files[file]; !known {
		return "", nil
	}
	return file, nil
}

// objects takes in the output.
func (r *Result) objects(m resmap.ResMap, contents bool) {
	for i, made := range m.Resources() {
		for o, err := range rnode.Objects("", &made.RNode) {
			if err != nil {
				r.notRead(err)
				continue
			}
			r.Objects = append(r.Objects, bare(o, i))
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
func (j Job) places(objects []dupcheck.Object, origins []string) []dupcheck.Position {
	out := make([]dupcheck.Position, len(origins))
	for _, o := range objects {
		if i := o.At.Document; origins[i] != "" {
			out[i] = j.place(origins[i], o)
		}
	}
	return out
}

// place is Place in a file of the tree.
func (j Job) place(file string, o dupcheck.Object) dupcheck.Position {
	if moved := j.Moved[file]; moved != "" {
		return generatorLine(moved, j.Files[moved], o.Name)
	}
	at := j.Place(file, o)
	for _, config := range j.Rewrites[file].Configs {
		if at.Line == 0 {
			at = generatorLine(config, j.Files[config], o.Name)
		}
	}
	return at
}
