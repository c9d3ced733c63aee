package argocd

import (
	"encoding/json"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"text/template"

	kjson "sigs.k8s.io/json"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/impact"
)

// Expander generates the Applications of ApplicationSets. What is in a checkout
// is a stranger's, so that there is a limit to what all of them together may
// cost; beyond it a set counts as not expanded.
type Expander struct {
	// Checkout is what generators that read git see, unless their URL is one
	// of Repositories.
	Checkout     fs.FS
	Repositories map[string]fs.FS
	// Namespace is that of Argo CD.
	Namespace string

	spent     int
	functions template.FuncMap
}

// Expanded is what an ApplicationSet generates. There are Applications or a
// Pattern of their names for each generator.
type Expanded struct {
	Applications []Application
	Patterns     []impact.Pattern
	Problems     []Problem
	// Template is set if there are Patterns: the Application that all of them
	// have in common, with a pattern for a name and parameters as they are
	// written.
	Template *Application
}

// The limits of expansion. No real set comes near to them.
const (
	mostSpent  = 100_000_000 // steps and bytes of all sets together
	mostParams = 20_000      // Applications of one set
	deepestSet = 3           // Argo CD allows a generator in a generator
)

var errTooMuch = errors.New("it generates too much")

// unexpandable is a generator whose parameters are not in the checkout.
type unexpandable struct{ reason string }

func (u unexpandable) Error() string { return u.reason }

// Expand returns the Applications that a set generates, as Argo CD would from
// the checkout: list, git directories and files, matrix and merge of these.
// Whatever else there is, or if Argo CD would refuse to apply the set, there is
// a pattern of the names instead.
func (e *Expander) Expand(set *ApplicationSet) (out Expanded) {
	var tmpl map[string]any
	if err := unmarshal(set.Spec.Template, &tmpl); err != nil || tmpl == nil {
		out.Problems = append(out.Problems, Problem{set.id(), set.At.Of("spec", "template"), "its template cannot be decoded"})
		return out
	}
	r := renderer{goTemplate: set.Spec.GoTemplate, options: set.Spec.GoTemplateOptions, spent: &e.spent}
	if r.goTemplate {
		if e.functions == nil {
			e.functions = r.allFunctions()
		}
		r.functions = e.functions
	}
	for i, raw := range set.Spec.Generators {
		apps, err := e.generate(set, tmpl, raw, r)
		if err == nil {
			out.Applications = append(out.Applications, apps...)
			continue
		}
		pattern := e.pattern(set, tmpl, i)
		pattern.Reason, pattern.Beyond = whyNot(err)
		out.Patterns = append(out.Patterns, pattern)
	}
	if len(out.Patterns) > 0 {
		out.Template = e.standIn(set, out.Patterns[0])
	}
	return out
}

// whyNot says why a set is not expanded, and whether that is for the limits here
// and not for Argo CD or the checkout.
func whyNot(err error) (reason string, beyond bool) {
	var other unexpandable
	switch {
	case errors.Is(err, errTooMuch):
		return "it generates more than is looked at here", true
	case errors.As(err, &other):
		return other.reason, false
	}
	return "Argo CD could not apply it: " + err.Error(), false
}

// standIn is the template as an Application. All of its generators decide which
// ones there are, so that they are fields of it, too.
func (e *Expander) standIn(set *ApplicationSet, p impact.Pattern) *Application {
	app := Application{Maker: set, Broken: unmarshal(set.Spec.Template, new(Application)) != nil}
	_ = unmarshal(set.Spec.Template, &app) // Broken says so
	app.Metadata.Name, app.Metadata.Namespace = p.Name, p.Namespace
	keeps := set.Spec.SyncPolicy != nil && set.Spec.SyncPolicy.PreserveResourcesOnDeletion
	if len(app.Metadata.Finalizers) == 0 && !keeps {
		app.Metadata.Finalizers = []string{finalizer}
	}
	app.settle(set)
	return &app
}

// settle fills in what an Application has from its set.
func (a *Application) settle(set *ApplicationSet) {
	a.At = set.At.below("spec", "template")
	at := a.At.Of("metadata", "name")
	at.Origin = shortSet(set)
	a.Object = dupcheck.Object{
		Set: set.Object.Set, APIVersion: group + "/v1alpha1", Kind: "Application",
		Name: a.Metadata.Name, Namespace: a.Metadata.Namespace, At: at,
	}
}

// withFinalizer gives a template the finalizer that Argo CD adds to it
// (applicationset/utils, RenderTemplateParams).
func withFinalizer(set *ApplicationSet, template map[string]any) {
	keeps := set.Spec.SyncPolicy != nil && set.Spec.SyncPolicy.PreserveResourcesOnDeletion
	metadata, ok := template["metadata"].(map[string]any)
	if own, _ := metadata["finalizers"].([]any); len(own) > 0 || keeps {
		return
	}
	if !ok {
		metadata = map[string]any{}
		template["metadata"] = metadata
	}
	metadata["finalizers"] = []any{finalizer}
}

// generate returns the Applications of one generator.
func (e *Expander) generate(set *ApplicationSet, template map[string]any, raw json.RawMessage, r renderer) ([]Application, error) {
	params, own, err := e.params(raw, r, nil, 0)
	if err != nil {
		return nil, err
	}
	template = overridden(template, own)
	var apps []Application
	for _, p := range params {
		app, err := e.application(set, template, p, r)
		if err != nil {
			return nil, err
		}
		apps = append(apps, app)
	}
	return apps, nil
}

// application renders the template (argo-cd v3.6
// applicationset/controllers/template, GenerateApplications).
func (e *Expander) application(set *ApplicationSet, template, params map[string]any, r renderer) (Application, error) {
	if len(params) == 0 {
		r.literal = true
	}
	rendered, err := r.all(template, params)
	if err != nil {
		return Application{}, err
	}
	value := rendered.(map[string]any)
	if len(params) > 0 {
		withFinalizer(set, value)
	}
	if set.Spec.TemplatePatch != nil {
		if value, err = r.patched(value, *set.Spec.TemplatePatch, params); err != nil {
			return Application{}, err
		}
	}
	data, err := json.Marshal(value)
	if err != nil {
		return Application{}, err
	}
	app := Application{Maker: set}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &app); err != nil {
		return Application{}, errors.New("its template has a field of a wrong type")
	}
	app.Metadata.Namespace = set.ID(e.Namespace).Namespace // whatever the template says
	app.settle(set)
	return app, nil
}

func shortSet(set *ApplicationSet) string {
	return "ApplicationSet " + dupcheck.Quote(set.Metadata.Name)
}

var placeholder = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// pattern is what the names look like.
func (e *Expander) pattern(set *ApplicationSet, template map[string]any, index int) impact.Pattern {
	metadata, _ := template["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	name = placeholder.ReplaceAllString(strings.ReplaceAll(name, "*", ""), "*")
	if strings.Contains(name, "{{") || name == "" {
		name = "*"
	}
	return impact.Pattern{
		Instance: set.Object.Set, ID: set.ID(e.Namespace), At: set.At.Of("spec", "generators", itoa(index)),
		Kind: "Application", Namespace: set.ID(e.Namespace).Namespace, Name: name,
	}
}

// overridden is the template with what a generator's own one says (mergo with
// override: what is empty there does not count).
func overridden(template, own map[string]any) map[string]any {
	out := make(map[string]any, len(template))
	for k, v := range template {
		out[k] = v
	}
	for k, v := range own {
		switch v := v.(type) {
		case map[string]any:
			old, _ := out[k].(map[string]any)
			out[k] = overridden(old, v)
		case nil:
		case string:
			if v != "" {
				out[k] = v
			}
		case bool:
			if v {
				out[k] = v
			}
		case float64:
			if v != 0 {
				out[k] = v
			}
		case []any:
			if len(v) > 0 {
				out[k] = v
			}
		default:
			out[k] = v
		}
	}
	return out
}

func unmarshal(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}
