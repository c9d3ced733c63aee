package argocd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	kjson "sigs.k8s.io/json"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// group is that of all of Argo CD's kinds.
const group = "argoproj.io"

// Parse reads the Applications, ApplicationSets and AppProjects of a stream of
// manifests. Other objects are passed over.
func Parse(file string, data []byte) (d Declared) {
	if !checkout.Mentions(data, group) {
		return d // most files
	}
	if text, changed, _ := manifest.Decode(data); changed {
		data = text
	}
	for doc := range manifest.Documents(file, data) {
		d.Unread = append(d.Unread, doc.Unread...)
		for _, o := range doc.Objects {
			if isOurs(o) {
				above := bytes.Count(data[:doc.Parse], []byte("\n"))
				d.take(o, NewLocator(o.At, data[doc.Parse:doc.End], above))
			}
		}
	}
	return d
}

// FromObjects reads objects that are rendered already, such as those of an
// Application that deploys Applications. All of their fields are where the
// object is.
func FromObjects(objects []dupcheck.Object) (d Declared) {
	for _, o := range objects {
		if isOurs(o) {
			d.take(o, Locator{object: o.At})
		}
	}
	return d
}

// Merge adds what others declare, behind what is there already.
func (d *Declared) Merge(other Declared) {
	d.Applications = append(d.Applications, other.Applications...)
	d.ApplicationSets = append(d.ApplicationSets, other.ApplicationSets...)
	d.AppProjects = append(d.AppProjects, other.AppProjects...)
	d.Problems = append(d.Problems, other.Problems...)
	d.Unread = append(d.Unread, other.Unread...)
}

// isOurs says whether the object is one of those that Parse reads.
func isOurs(o dupcheck.Object) bool {
	g, _, _ := strings.Cut(o.APIVersion, "/")
	if g != group {
		return false
	}
	switch o.Kind {
	case "Application", "ApplicationSet", "AppProject":
		return true
	}
	return false
}

func (d *Declared) take(o dupcheck.Object, at Locator) {
	head := Head{Object: o, At: at}
	var problems []Problem
	switch o.Kind {
	case "Application":
		app := Application{Head: head}
		problems = Decode(o, at, &app)
		app.Broken = len(problems) > 0
		d.Applications = append(d.Applications, app)
	case "ApplicationSet":
		set := ApplicationSet{Head: head}
		problems = Decode(o, at, &set)
		d.ApplicationSets = append(d.ApplicationSets, set)
	case "AppProject":
		project := AppProject{Head: head}
		problems = Decode(o, at, &project)
		d.AppProjects = append(d.AppProjects, project)
	}
	d.Problems = append(d.Problems, problems...)
}

// content is the object as JSON.
func content(o dupcheck.Object) (value []byte, problem string) {
	if o.Body == nil {
		return nil, "its content is not known"
	}
	v, err := o.Body.Value()
	if err != nil {
		return nil, "its content cannot be read"
	}
	if value, err = json.Marshal(v); err != nil {
		return nil, "its content is no JSON"
	}
	return value, ""
}

// Decode reads the content of an object as an API server does: the case of keys
// counts, unknown fields are ignored, and one of a wrong type is
// refused, which is a Problem at its place. It is there for the adapters of
// other tools.
func Decode(o dupcheck.Object, at Locator, into any) []Problem {
	id := Head{Object: o}.id()
	value, problem := content(o)
	if problem != "" {
		return []Problem{{id, o.At, problem}}
	}
	err := kjson.UnmarshalCaseSensitivePreserveInts(value, into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return []Problem{{id, at.Of(strings.Split(wrong.Field, ".")...), fmt.Sprintf(
			"%s is not %s, so that no API server takes it", dupcheck.Quote(wrong.Field), typeName(wrong.Type))}}
	}
	return []Problem{{id, o.At, "its content cannot be decoded"}}
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "a mapping"
	}
	return "of the right type"
}

// InvalidField is the rule of problems.
const InvalidField dupcheck.Rule = "invalid-field"

// Diagnostics returns the problems as findings.
func (d Declared) Diagnostics() []dupcheck.Diagnostic { return Diagnostics(d.Problems) }

// Diagnostics returns problems as findings.
func Diagnostics(problems []Problem) (all []dupcheck.Diagnostic) {
	for _, p := range problems {
		all = append(all, dupcheck.Diagnostic{
			Rule: InvalidField, Severity: dupcheck.Error, ID: p.ID,
			Message:      p.ID.String() + ": " + p.Reason,
			Declarations: []dupcheck.Declaration{{Position: p.At, Kind: p.ID.Kind, Namespace: p.ID.Namespace, Name: p.ID.Name}},
		})
	}
	return all
}

// id is the object as it is declared.
func (h Head) id() dupcheck.ID {
	g, _, _ := strings.Cut(h.Object.APIVersion, "/")
	return dupcheck.ID{Group: g, Kind: h.Object.Kind, Namespace: h.Object.Namespace, Name: h.Object.Name}
}
