package argocd

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// expander generates the Applications of ApplicationSets. A checkout is
// untrusted, so that there is a limit to the costs of all sets together; beyond it
// a set counts as not expanded.
type expander struct {
	// checkout is read by generators that read git, unless their URL is one of
	// repositories.
	checkout     fs.FS
	repositories map[string]fs.FS
	namespace    string // of Argo CD

	spent     int
	functions template.FuncMap
}

// expansion is what an ApplicationSet generates. There are Applications or a
// pattern of their names for each generator.
type expansion struct {
	applications []gitops.Application
	unexpanded   []deploy.UnexpandedSet
	problems     []gitops.Problem
	// template is set if there are patterns: the Application that all of them
	// have in common, with a pattern for a name and parameters as they are
	// written.
	template *gitops.Application
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

// expand returns the Applications that a set generates, as Argo CD would from
// the checkout: list, git directories and files, matrix and merge of these.
// Whatever else there is, or if Argo CD would refuse to apply the set, there is
// a pattern of the names instead.
func (e *expander) expand(set *gitops.ApplicationSet) (out expansion) {
	var tmpl map[string]any
	if err := gitops.Unmarshal(set.Spec.Template, &tmpl); err != nil || tmpl == nil {
		out.problems = append(out.problems, gitops.Problem{ID: set.ID(""), At: set.At.Of("spec", "template"), Reason: "its template cannot be decoded"})
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
			out.applications = append(out.applications, apps...)
			continue
		}
		pattern := e.pattern(set, tmpl, i)
		pattern.Reason, pattern.Beyond = whyNot(err)
		out.unexpanded = append(out.unexpanded, pattern)
	}
	if len(out.unexpanded) > 0 {
		out.template = e.standIn(set, out.unexpanded[0])
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
func (e *expander) standIn(set *gitops.ApplicationSet, p deploy.UnexpandedSet) *gitops.Application {
	app := set.Templates()[0]
	app.CreatedBy = set
	app.Metadata.Name, app.Metadata.Namespace = p.Name, p.Namespace
	keeps := set.Spec.SyncPolicy != nil && set.Spec.SyncPolicy.PreserveResourcesOnDeletion
	if len(app.Metadata.Finalizers) == 0 && !keeps {
		app.Metadata.Finalizers = []string{Finalizer}
	}
	inherit(&app, set)
	return &app
}

// inherit fills in the fields that an Application has from its set.
func inherit(a *gitops.Application, set *gitops.ApplicationSet) {
	a.At = set.At.Below("spec", "template")
	at := a.At.Of("metadata", "name")
	at.Origin = "ApplicationSet " + dupcheck.Quote(set.Metadata.Name)
	a.Object = dupcheck.Object{
		Set: set.Object.Set, APIVersion: gitops.ArgoGroup + "/v1alpha1", Kind: "Application",
		Name: a.Metadata.Name, Namespace: a.Metadata.Namespace, At: at,
	}
}

// withFinalizer gives a template the finalizer that Argo CD adds to it
// (applicationset/utils, RenderTemplateParams).
func withFinalizer(set *gitops.ApplicationSet, template map[string]any) {
	keeps := set.Spec.SyncPolicy != nil && set.Spec.SyncPolicy.PreserveResourcesOnDeletion
	metadata, ok := template["metadata"].(map[string]any)
	if own, _ := metadata["finalizers"].([]any); len(own) > 0 || keeps {
		return
	}
	if !ok {
		metadata = map[string]any{}
		template["metadata"] = metadata
	}
	metadata["finalizers"] = []any{Finalizer}
}

// generate returns the Applications of one generator.
func (e *expander) generate(set *gitops.ApplicationSet, template map[string]any, raw json.RawMessage, r renderer) ([]gitops.Application, error) {
	params, own, err := e.params(raw, r, nil, 0)
	if err != nil {
		return nil, err
	}
	template = overridden(template, own)
	var apps []gitops.Application
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
func (e *expander) application(set *gitops.ApplicationSet, template, params map[string]any, r renderer) (gitops.Application, error) {
	if len(params) == 0 {
		r.literal = true
	}
	rendered, err := r.all(template, params)
	if err != nil {
		return gitops.Application{}, err
	}
	value := rendered.(map[string]any)
	if len(params) > 0 {
		withFinalizer(set, value)
	}
	if set.Spec.TemplatePatch != nil {
		if value, err = r.patched(value, *set.Spec.TemplatePatch, params); err != nil {
			return gitops.Application{}, err
		}
	}
	data, err := json.Marshal(value)
	if err != nil {
		return gitops.Application{}, err
	}
	app := gitops.Application{CreatedBy: set}
	if err := gitops.Unmarshal(data, &app); err != nil {
		return gitops.Application{}, errors.New("its template has a field of a wrong type")
	}
	app.Metadata.Namespace = set.ID(e.namespace).Namespace // whatever the template says
	inherit(&app, set)
	return app, nil
}

var placeholder = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// pattern is what the names look like.
func (e *expander) pattern(set *gitops.ApplicationSet, template map[string]any, index int) deploy.UnexpandedSet {
	metadata, _ := template["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	name = placeholder.ReplaceAllString(strings.ReplaceAll(name, "*", ""), "*")
	if strings.Contains(name, "{{") || name == "" {
		name = "*"
	}
	return deploy.UnexpandedSet{
		Instance: set.Object.Set, ID: set.ID(e.namespace), At: set.At.Of("spec", "generators", strconv.Itoa(index)),
		Kind: "Application", Namespace: set.ID(e.namespace).Namespace, Name: name,
	}
}

// overridden is the template with the fields of a generator's own one that are not
// empty (mergo with override).
func overridden(template, own map[string]any) map[string]any {
	out := maps.Clone(template)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range own {
		if inner, ok := v.(map[string]any); ok {
			old, _ := out[k].(map[string]any)
			out[k] = overridden(old, inner)
		} else if list, ok := v.([]any); v != nil && v != "" && v != false && v != 0.0 && (!ok || len(list) > 0) {
			out[k] = v
		}
	}
	return out
}
