package argocd

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"sigs.k8s.io/yaml"
)

// renderer puts parameters into strings, in one of the two ways of Argo CD.
type renderer struct {
	goTemplate bool
	options    []string
	functions  template.FuncMap // of goTemplate
	spent      *int
	// literal leaves all strings as they are, which Argo CD does if there are
	// no parameters at all (applicationset/utils, RenderTemplateParams).
	literal bool
}

// spend takes from what all sets may cost, and says whether there was enough.
func (r renderer) spend(n int) bool {
	*r.spent += n
	return *r.spent < mostSpent
}

// mostText is how long one rendered string may be.
const mostText = 64 << 10

// all renders every string in a value, and every key.
func (r renderer) all(v any, params map[string]any) (any, error) {
	switch v := v.(type) {
	case string:
		return r.text(v, params)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			rendered, err := r.all(inner, params)
			if err != nil {
				return nil, err
			}
			if k, err = r.text(k, params); err != nil {
				return nil, err
			}
			out[k] = rendered
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			rendered, err := r.all(inner, params)
			if err != nil {
				return nil, err
			}
			out[i] = rendered
		}
		return out, nil
	}
	return v, nil
}

func (r renderer) text(s string, params map[string]any) (string, error) {
	if r.literal || !strings.Contains(s, "{{") {
		return s, nil
	}
	if !r.spend(len(s)) {
		return "", errTooMuch
	}
	if r.goTemplate {
		return r.execute(s, params)
	}
	return r.replace(s, params)
}

// replace replaces only names. A name that is no parameter stays as it is
// (valyala/fasttemplate, and applicationset/utils, Replace).
func (r renderer) replace(s string, params map[string]any) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{{")
		tag, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			b.WriteString(s)
			break
		}
		b.WriteString(before)
		if value, ok := params[strings.TrimSpace(tag)].(string); ok {
			b.WriteString(value)
		} else {
			b.WriteString("{{" + tag + "}}")
		}
		if s = after; b.Len() > mostText || !r.spend(1) {
			return "", errTooMuch
		}
	}
	if b.Len() > mostText || !r.spend(b.Len()) {
		return "", errTooMuch
	}
	return b.String(), nil
}

// templateOptions are those that package text/template knows; for another one
// it panics.
var templateOptions = []string{"missingkey=default", "missingkey=invalid", "missingkey=zero", "missingkey=error"}

// execute renders a Go template. Its text is untrusted: every function and every turn of
// a loop costs, and nothing reaches the outside.
func (r renderer) execute(s string, params map[string]any) (string, error) {
	t := template.New("").Funcs(r.functions)
	for _, o := range r.options {
		if !slices.Contains(templateOptions, o) {
			return "", errors.New("an option of goTemplateOptions is unknown")
		}
		t = t.Option(o)
	}
	if len(s) > mostText {
		return "", errTooMuch
	}
	t, err := t.Parse(s)
	if err != nil {
		return "", errors.New("a template does not parse")
	}
	for _, defined := range t.Templates() {
		if defined.Tree != nil {
			meter(defined.Root)
		}
	}
	out := limited{left: mostText}
	err = t.Execute(&out, params)
	var other unexpandable
	switch {
	case errors.Is(err, errTooMuch):
		return "", errTooMuch
	case errors.As(err, &other):
		return "", other
	case err != nil:
		return "", errors.New("a template fails, for example because a parameter does not exist")
	case !r.spend(out.Len()):
		return "", errTooMuch
	}
	return out.String(), nil
}

// limited is a writer that takes only so much.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, errTooMuch
	}
	return l.Buffer.Write(p)
}

// tick is the function that meter has called in every loop and template.
const tick = "kuniqTick"

// ticked returns a call of it, as a node of a template.
func ticked() parse.Node {
	trees, err := parse.Parse("", "{{"+tick+"}}", "", "", map[string]any{tick: func() string { return "" }})
	if err != nil {
		panic(err) // it is constant
	}
	return trees[""].Root.Nodes[0]
}

// meter puts a call of tick before the body of each loop and template, because
// nothing else could end one.
func meter(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.RangeNode:
			meter(n.List)
			meter(n.ElseList)
		case *parse.IfNode:
			meter(n.List)
			meter(n.ElseList)
		case *parse.WithNode:
			meter(n.List)
			meter(n.ElseList)
		}
	}
	list.Nodes = append([]parse.Node{ticked()}, list.Nodes...)
}

// patched applies spec.templatePatch, a mapping that is merged into the Application. Argo
// CD merges strategically: of an Application's lists only its finalizers are merged and
// not replaced. A patch cannot change the project (argo-cd v3.6
// applicationset/controllers/template, applyTemplatePatch).
func (r renderer) patched(value map[string]any, patch string, params map[string]any) (map[string]any, error) {
	text, err := r.text(patch, params)
	if err != nil {
		return nil, err
	}
	var with map[string]any
	if err := yaml.Unmarshal([]byte(text), &with); err != nil {
		return nil, errors.New("its templatePatch is not a mapping")
	}
	data, err := json.Marshal(with) // one kind of numbers
	if err == nil {
		err = json.Unmarshal(data, &with)
	}
	if hasDirective(with) {
		return nil, unexpandable{"its templatePatch has a directive such as $patch"}
	}
	out := mergePatch(value, with)
	was, _ := value["spec"].(map[string]any)
	if spec, ok := out["spec"].(map[string]any); ok {
		if project, had := was["project"]; had {
			spec["project"] = project
		} else {
			delete(spec, "project")
		}
	}
	before, _ := value["metadata"].(map[string]any)
	after, _ := with["metadata"].(map[string]any)
	old, _ := before["finalizers"].([]any)
	if more, ok := after["finalizers"].([]any); ok {
		out["metadata"].(map[string]any)["finalizers"] = append(slices.Clone(old), more...)
	}
	return out, err
}

// hasDirective says whether some key of a patch is one of the strategic merge.
func hasDirective(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if strings.HasPrefix(k, "$") || hasDirective(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasDirective)
	}
	return false
}

func mergePatch(value, patch map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range value {
		out[k] = v
	}
	for k, v := range patch {
		inner, isMapping := v.(map[string]any)
		switch {
		case v == nil:
			delete(out, k)
		case isMapping:
			old, _ := out[k].(map[string]any)
			out[k] = mergePatch(old, inner)
		default:
			out[k] = v
		}
	}
	return out
}
