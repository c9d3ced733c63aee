package kustomize

import (
	"encoding/json"
	"maps"
	"path"
	"regexp"

	"github.com/fluxcd/pkg/envsubst"
	"github.com/fluxcd/pkg/envsubst/parse"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// flux adds the files of a build that begins with the text of a deployer.
func (c *inputs) flux() error {
	file, text := c.Job.File, c.Job.Kustomize.Flux.Text
	c.Job.Rewrites[file] = job.Rewrite{Text: []byte(text)}
	k := c.Texts.Kustomization(file, []byte(text))
	if !checkout.IsFile(c.FS(), file) { // Flux generates it
		c.Job.Files[file] = []byte(text)
	}
	c.done[path.Dir(file)] = false // it is no base of itself
	return c.add(k)
}

// refusedByFlux reports whether an error is also one of Flux, which runs neither plugins
// nor helm (fluxcd/pkg kustomize, Build).
func refusedByFlux(err error) error {
	switch checkout.CodeOf(err) {
	case checkout.Executes, checkout.NeedsHelm:
		return checkout.Errorf(checkout.Refused, "%s, which Flux refuses", err)
	}
	return err
}

// finish does with built objects what kustomize-controller v1.9 does before it
// applies them (internal/controller, build and apply).
func finish(m resmap.ResMap, f job.Flux) error {
	for _, r := range m.Resources() {
		if r.GetName() == "" || r.GetKind() == "" || r.GetApiVersion() == "" {
			return checkout.Errorf(checkout.Refused, "Flux refuses it: an object has no name, kind or apiVersion")
		}
		if f.Substitution == nil {
			continue
		}
		if err := substitute(r, *f.Substitution); err != nil {
			return err
		}
		if _, err := m.Replace(r); err != nil { // it is one with another object now
			return checkout.Errorf(checkout.Refused, "Flux refuses it: two objects are one when variables are put into them")
		}
	}
	for _, r := range m.Resources() {
		if err := normalize(m, r); err != nil {
			return err
		}
		addTo(f.Labels, r.GetLabels, r.SetLabels)
		addTo(f.Annotations, r.GetAnnotations, r.SetAnnotations)
	}
	return nil
}

// addTo adds labels or annotations.
func addTo(more map[string]string, get func(...string) map[string]string, set func(map[string]string) error) {
	if len(more) == 0 {
		return
	}
	all := get()
	maps.Copy(all, more)
	_ = set(all) // it fails only for values that are no objects
}

// kustomizeGroup is the group of kustomizations, which are not objects of a cluster.
const kustomizeGroup = "kustomize.config.k8s.io"

// normalize reads an object as Flux's decoder does: it drops kustomizations and objects
// whose name is not a string, and reads a namespace that is not a string as none
// (fluxcd/pkg ssa/utils, ReadObjects).
func normalize(m resmap.ResMap, r *resource.Resource) error {
	if r.GetGvk().Group == kustomizeGroup && r.GetKind() == types.KustomizationKind {
		return m.Remove(r.CurId())
	}
	for o, err := range rnode.Objects("", &r.RNode) {
		if err == nil && (o.Unnamed || o.Name == "") {
			return retype(m, r)
		}
	}
	return nil
}

// retype is normalize for an object in which some field of its identity may not be a
// string.
func retype(m resmap.ResMap, r *resource.Resource) error {
	var object map[string]any
	text, err := r.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(text, &object)
	}
	if err != nil {
		return checkout.Errorf(checkout.Failed, "an object cannot be read")
	}
	metadata, _ := object["metadata"].(map[string]any)
	if _, named := metadata["name"].(string); !named {
		return m.Remove(r.CurId())
	}
	if _, ok := metadata["namespace"].(string); !ok {
		delete(metadata, "namespace")
	}
	if text, err = json.Marshal(object); err == nil {
		err = r.UnmarshalJSON(text)
	}
	return err
}

// substituteLabel takes an object out of the substitution.
const substituteLabel = "kustomize.toolkit.fluxcd.io/substitute"

// substitute puts variables into an object (fluxcd/pkg kustomize,
// SubstituteVariables). A variable that is not set is an error since Flux 2.9.
func substitute(r *resource.Resource, s job.Substitution) error {
	if r.GetLabels()[substituteLabel] == "disabled" || r.GetAnnotations()[substituteLabel] == "disabled" {
		return nil
	}
	for name := range s.Variables {
		if !variableName.MatchString(name) {
			return checkout.Errorf(checkout.Refused, "Flux refuses the variable %s, which is not a name", dupcheck.QuoteBrief(name))
		}
	}
	text, err := r.AsYAML()
	if err != nil {
		return checkout.Errorf(checkout.Failed, "an object cannot be read")
	}
	if opaque := measured(string(text), s); opaque != "" {
		return checkout.Errorf(checkout.NeedsObject, "the variable %s is not known, and only a part of its value is used", dupcheck.QuoteAlways(opaque))
	}
	missing := ""
	out, err := envsubst.Eval(string(text), func(name string) (string, bool) {
		value, ok := valueOf(s, name)
		if !ok {
			missing = name
		}
		return value, ok
	})
	switch {
	case err != nil && missing != "":
		return checkout.Errorf(checkout.NeedsObject, "the variable %s is not set, which Flux 2.9 refuses, and older versions replace with an empty string", dupcheck.QuoteAlways(missing))
	case err != nil:
		return checkout.Errorf(checkout.Refused, "Flux refuses it: an object has an invalid variable")
	}
	if text, err = yaml.YAMLToJSON([]byte(out)); err == nil {
		err = r.UnmarshalJSON(text)
	}
	if err != nil {
		return checkout.Errorf(checkout.Refused, "Flux refuses it: with its variables an object is not YAML")
	}
	return nil
}

// variableName matches valid names of variables (fluxcd/pkg kustomize, varsubRegex).
var variableName = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

// valueOf returns the value of a variable, which may be opaque.
func valueOf(s job.Substitution, name string) (value string, ok bool) {
	if value, ok = s.Variables[name]; !ok && s.Open != "" && variableName.MatchString(name) {
		return job.Opaque(name, s.Open), true
	}
	return value, ok
}

// measured returns an unknown variable from which a text takes a number of letters, or
// their number: no part of such a result is known.
func measured(text string, s job.Substitution) (opaque string) {
	tree, err := parse.Parse(text)
	if err != nil {
		return "" // it is reported when it is evaluated
	}
	var walk func(n parse.Node)
	walk = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			for _, child := range n.Nodes {
				walk(child)
			}
		case *parse.FuncNode:
			value, _ := valueOf(s, n.Param)
			if job.IsOpaque(value) && (n.Name == ":" || n.Name == "#" && len(n.Args) == 0) {
				opaque = n.Param
			}
			for _, child := range n.Args {
				walk(child)
			}
		}
	}
	walk(tree.Root)
	return opaque
}
