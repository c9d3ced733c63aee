package render

import (
	"encoding/json"
	"errors"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
)

// Result is what comes of a job.
type Result struct {
	// Reason says why there is nothing. It holds nothing of any file's
	// content but the identity of an object.
	Reason string
	// Twice is the object of which kustomize said that it is there twice, if
	// that is the reason.
	Twice dupcheck.Declaration
	// Objects are in the order of the output, which is the Document of their
	// positions. They have no file, no line and no Body.
	Objects []dupcheck.Object
	// Unread is what could not be understood in the output.
	Unread []string
	// Contents has, if origins were asked for, each document as JSON.
	Contents []json.RawMessage
	// Origins has in this case the file that each document comes from, by its
	// path from the top of the tree, or an empty string.
	Origins []string
}

// inMemory is where the files of a build are.
const inMemory = "/checkout"

// Run builds a root from what is in memory. kustomize's global state makes it
// unfit for concurrent use.
func (j Job) Run() Result {
	kustomizer.Reset()
	files := kustomizer.NewMemory()
	annotated := true
	for name, data := range j.Files {
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
		return failure(err)
	}
	var r Result
	if j.Origins {
		if r.Origins, err = j.origins(m); err == nil && !annotated {
			err = m.RemoveOriginAnnotations()
		}
		if err != nil {
			return Result{Reason: "kustomize does not say where its objects come from"}
		}
	}
	r.objects(m, j.Origins)
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
	for _, resource := range m.Resources() {
		origin, err := resource.GetOrigin()
		if err != nil {
			return nil, err
		}
		file := ""
		if origin != nil && origin.Repo == "" && origin.Path != "" {
			file = path.Join(j.Dir, origin.Path)
		} else if origin != nil && origin.Repo == "" && origin.ConfiguredIn != "" {
			file = path.Join(j.Dir, origin.ConfiguredIn)
		}
		if _, known := j.Files[file]; !known {
			file = ""
		}
		out = append(out, file)
	}
	return out, nil
}

// objects takes in the output.
func (r *Result) objects(m resmap.ResMap, contents bool) {
	for i, resource := range m.Resources() {
		for o, err := range rnode.Objects("", &resource.RNode) {
			if err != nil {
				var u *dupcheck.Unread
				if errors.As(err, &u) {
					r.Unread = append(r.Unread, u.Reason)
				} else {
					r.Unread = append(r.Unread, "an object cannot be understood")
				}
				continue
			}
			r.Objects = append(r.Objects, bare(o, i))
		}
		if contents {
			text, err := resource.MarshalJSON()
			if err != nil {
				text = nil
			}
			r.Contents = append(r.Contents, text)
		}
	}
}

// bare is an object without what is only true of kustomize's own output.
func bare(o dupcheck.Object, document int) dupcheck.Object {
	o.Body = nil
	o.At = dupcheck.Position{Document: document, Path: o.At.Path}
	for i := range o.Found {
		for k := range o.Found[i].Declarations {
			o.Found[i].Declarations[k].Position = o.At
		}
	}
	return o
}

// twice is how kustomize says that an object is there twice (v5.8.2,
// api/resmap/reswrangler.go and kyaml/resid ResId.String): kind, version,
// group, name, namespace.
var twice = regexp.MustCompile(`already registered id: ([A-Za-z0-9]+)\.([a-z0-9]+|\[noVer\])\.([a-z0-9.-]+|\[noGrp\])/([A-Za-z0-9.:_-]+)\.([a-z0-9-]+|\[noNs\])`)

// failures are errors of kustomize that can be told from their words, which
// themselves are not shown: they can hold whole objects.
var failures = []struct{ words, reason string }{
	{"produces ID conflict", "the namespace that it sets makes one object of two"},
	{"must merge or replace", "kustomize refuses it: a generator makes an object that is there already"},
	{"security; file", "kustomize refuses it: a file is not in or below the directory of the kustomization that names it"},
	{"no matches for Id", "kustomize refuses it: a patch has no object to change"},
	{"no resource matches", "kustomize refuses it: a patch has no object to change"},
	{"unable to find patch target", "kustomize refuses it: a patch has no object to change"},
	{"missing metadata.name", "kustomize refuses it: an object has no name"},
	{"kustomization.yaml is empty", "kustomize refuses it: the kustomization is empty"},
	{"kind should be", "kustomize refuses it: the kustomization is of another kind"},
	{"apiVersion for", "kustomize refuses it: the kustomization is of another version"},
	{"plugins disabled", "it has a plugin or a function, and kuniq executes none"},
	{"yaml:", "kustomize refuses it: a file is not valid YAML"},
	{"YAML", "kustomize refuses it: a file is not valid YAML"},
}

// failure is the result of a build that failed.
func failure(err error) Result {
	text := err.Error()
	if found := twice.FindStringSubmatch(text); found != nil {
		d := dupcheck.Declaration{APIVersion: absent(found[2]), Kind: found[1], Name: found[4], Namespace: absent(found[5])}
		if group := absent(found[3]); group != "" {
			d.APIVersion = group + "/" + d.APIVersion
		}
		return Result{Reason: "kustomize refuses it: " + d.Kind + " " + d.Name + " is there twice", Twice: d}
	}
	for _, f := range failures {
		if strings.Contains(text, f.words) {
			return Result{Reason: f.reason}
		}
	}
	return Result{Reason: "kustomize cannot build it; kustomize build says why"}
}

// absent returns nothing for what kustomize writes in place of nothing.
func absent(s string) string {
	if strings.HasPrefix(s, "[") {
		return ""
	}
	return s
}

// Names are the names of the files of a job, sorted.
func (j Job) Names() []string { return slices.Sorted(maps.Keys(j.Files)) }
