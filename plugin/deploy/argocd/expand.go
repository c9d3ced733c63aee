package argocd

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// expander generates the Applications of ApplicationSets. A checkout is
// untrusted, so that there is a limit to the costs of all sets together; beyond it
// a set counts as not expanded.
type expander struct {
	repositories *repositories
	namespace    string // of Argo CD
	clusters     *clusters
	instance     string           // of the set in expansion
	asks         vendored.Request // how it asks for fetched sources

	spent     int
	functions template.FuncMap
}

// expansion has the Applications that an ApplicationSet generates, or a pattern of their
// names for each generator.
type expansion struct {
	applications []gitops.Application
	unexpanded   []deploy.UnexpandedSet
	problems     []gitops.Problem
	// template is set if there are patterns: the common part of all their Applications,
	// with a pattern for a name and parameters as written.
	template *gitops.Application
	// frozen says why Argo CD does nothing for the set: it neither makes nor
	// changes nor deletes an Application.
	frozen checkout.Reason
	// held says that it deletes none, because it cannot make another one.
	held bool
}

// The limits of expansion. No real set comes near to them.
const (
	mostSpent  = 100_000_000 // steps and bytes of all sets together
	mostParams = 20_000      // Applications of one set
)

var errTooMuch = errors.New("it generates too much")

// unexpandable is a generator whose parameters are not in the checkout.
type unexpandable struct{ reason checkout.Reason }

func (u unexpandable) Error() string { return u.reason.String() }

// expand returns the Applications that a set generates, as Argo CD would from the
// checkout: list, git directories and files, clusters, matrix and merge of these. If
// there is anything else, or if Argo CD would refuse to apply the set, it returns a
// pattern of the names instead.
func (e *expander) expand(set *gitops.ApplicationSet) (out expansion) {
	var tmpl map[string]any
	if err := gitops.Unmarshal(set.Spec.Template, &tmpl); err != nil || tmpl == nil {
		out.problems = append(out.problems, gitops.Problem{ID: set.ID(""), At: set.At.Of("spec", "template"), Reason: "its template cannot be decoded"})
		return out
	}
	e.instance, e.asks = set.Object.Set, asks(set.Head, e.namespace)
	r := e.renderer(set)
	for i, raw := range set.Spec.Generators {
		apps, err := e.generate(set, tmpl, raw, r)
		if err == nil {
			out.applications = append(out.applications, apps...)
			continue
		}
		pattern := e.pattern(set, tmpl, i)
		var known bool
		pattern.Reason, pattern.Beyond, known = whyNot(err)
		out.unexpanded = append(out.unexpanded, pattern)
		if !known { // then nothing of the set counts
			out.frozen = pattern.Reason
			out.applications, out.unexpanded = nil, []deploy.UnexpandedSet{pattern}
			break
		}
	}
	out.hold(set)
	if len(out.unexpanded) > 0 {
		out.template = e.standIn(set, out.unexpanded[0])
	}
	return out
}

// renderer is how the template of a set is rendered.
func (e *expander) renderer(set *gitops.ApplicationSet) renderer {
	r := renderer{goTemplate: set.Spec.GoTemplate, options: set.Spec.GoTemplateOptions, spent: &e.spent}
	if r.goTemplate {
		if e.functions == nil {
			e.functions = r.allFunctions()
		}
		r.functions = e.functions
	}
	return r
}

// whyNot says why a set is not expanded. beyond says that the reason is a limit of kuniq,
// and unknown that something is not known. Otherwise Argo CD refuses the set.
func whyNot(err error) (reason checkout.Reason, beyond, unknown bool) {
	var other unexpandable
	switch {
	case errors.Is(err, errTooMuch):
		return "it generates more than kuniq reads", true, true
	case errors.As(err, &other):
		return other.reason, false, true
	}
	return checkout.Reasonf("Argo CD could not apply it: %s", err), false, false
}

// hold looks for Applications with a name that no API server accepts. Argo CD continues
// with the others and deletes none, but not if several have the name: since 3.2 it does
// not try to make these (argo-cd v3.6
// applicationset/controllers/applicationset_controller.go, Reconcile).
func (out *expansion) hold(set *gitops.ApplicationSet) {
	times := map[string]int{}
	for _, app := range out.applications {
		times[app.Metadata.Name]++
	}
	for _, app := range out.applications {
		if isName(app.Metadata.Name) {
			continue
		}
		reason := "it generates an Application called " + dupcheck.QuoteBrief(app.Metadata.Name) + ", which every API server refuses"
		if times[app.Metadata.Name] == 1 {
			out.held = true
			reason += "; until that is fixed it deletes none"
		}
		out.problems = append(out.problems, gitops.Problem{ID: set.ID(""), At: app.Object.At, Reason: reason})
	}
}

// isName says whether an API server takes a name.
func isName(name string) bool { return len(validation.IsDNS1123Subdomain(name)) == 0 }

// standIn returns the template as an Application. All of its generators decide which
// Applications exist, so they are fields of it, too.
func (e *expander) standIn(set *gitops.ApplicationSet, p deploy.UnexpandedSet) *gitops.Application {
	app := set.Templates()[0]
	app.CreatedBy = set
	app.Metadata.Name, app.Metadata.Namespace = p.Name, p.Namespace
	keeps := set.Spec.SyncPolicy != nil && set.Spec.SyncPolicy.PreserveResourcesOnDeletion
	if len(app.Metadata.Finalizers) == 0 && !keeps {
		app.Metadata.Finalizers = []string{deploy.Finalizer}
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
	metadata["finalizers"] = []any{deploy.Finalizer}
}

// generate returns the Applications of one generator.
func (e *expander) generate(set *gitops.ApplicationSet, template map[string]any, raw json.RawMessage, r renderer) ([]gitops.Application, error) {
	kinds, err := e.params(raw, r, nil, 0)
	if err != nil {
		return nil, err
	}
	var apps []gitops.Application
	for _, kind := range kinds {
		own := overridden(template, kind.template)
		for _, p := range kind.params {
			app, err := e.application(set, own, p, r)
			if err != nil {
				return nil, err
			}
			apps = append(apps, app)
		}
	}
	return apps, nil
}

// application renders the template (argo-cd v3.6
// applicationset/controllers/template, GenerateApplications).
func (e *expander) application(set *gitops.ApplicationSet, template, params map[string]any, r renderer) (gitops.Application, error) {
	own := r
	own.literal = len(params) == 0
	rendered, err := own.all(template, params)
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

// pattern returns the pattern of the names.
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
