package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A policyObject is a policy as far as it is mutated.
type policyObject struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec policySpec `json:"spec"`
}

type policySpec struct {
	FailurePolicy    string       `json:"failurePolicy"`
	MatchConstraints any          `json:"matchConstraints"`
	MatchConditions  []named      `json:"matchConditions,omitempty"`
	Variables        []named      `json:"variables,omitempty"`
	Validations      []validation `json:"validations"`
}

type named struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

type validation struct {
	Expression        string `json:"expression"`
	Reason            string `json:"reason,omitempty"`
	MessageExpression string `json:"messageExpression"`
	Message           string `json:"message"`
}

// A mutant is a policy with one expression broken, in ways of which the server takes
// one: it depends on the type of the expression.
type mutant struct {
	name string
	ways []policyObject
}

// mutants breaks each expression of a policy once: it becomes its opposite, or says
// something else. Each condition, and each part of what lets a request pass, is also
// taken away.
func mutants(p policyObject) (all []mutant) {
	add := func(name string, at func(*policySpec) *string, expressions ...string) {
		m := mutant{name: name}
		for _, e := range expressions {
			way := p
			way.Spec.MatchConditions = slices.Clone(p.Spec.MatchConditions)
			way.Spec.Variables = slices.Clone(p.Spec.Variables)
			way.Spec.Validations = slices.Clone(p.Spec.Validations)
			*at(&way.Spec) = e
			m.ways = append(m.ways, way)
		}
		all = append(all, m)
	}
	for i, c := range p.Spec.MatchConditions {
		condition := func(s *policySpec) *string { return &s.MatchConditions[i].Expression }
		add(c.Name, condition, "!("+c.Expression+")")
		if !sparing[c.Name] {
			add("without "+c.Name, condition, "true")
		}
	}
	for i, v := range p.Spec.Variables {
		add(v.Name, func(s *policySpec) *string { return &s.Variables[i].Expression },
			"!("+v.Expression+")", "("+v.Expression+") + 'x'", "("+v.Expression+") + ['x']")
	}
	v := p.Spec.Validations[0]
	ofValidation := func(s *policySpec) *string { return &s.Validations[0].Expression }
	add("validation", ofValidation, "!("+v.Expression+")")
	add("message", func(s *policySpec) *string { return &s.Validations[0].MessageExpression }, "'no'")
	parts := strings.Split(v.Expression, " ||\n")
	for i := range parts {
		if len(parts) > 1 {
			add(fmt.Sprint("validation without part ", i+1), ofValidation, strings.Join(slices.Delete(slices.Clone(parts), i, i+1), " ||\n"))
		}
	}
	return all
}

// sparing are conditions that leave out requests which pass in any case, or on which
// the next expression fails, which an owner policy takes for a pass.
var sparing = map[string]bool{"spec-changed": true, "annotated": true, "labelled": true, "owner-changed": true}

const policiesPath = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"

// put replaces the spec of a policy, in the first way that the server takes.
func (g *guarded) put(t *testing.T, ways ...policyObject) {
	t.Helper()
	var answer Answer
	for _, p := range ways {
		data, err := json.Marshal(map[string]any{"spec": p.Spec})
		require.NoError(t, err)
		answer, err = g.Do(t.Context(), http.MethodPatch, policiesPath+"/"+p.Metadata.Name, "application/merge-patch+json", data)
		require.NoError(t, err)
		if answer.Status == http.StatusOK {
			return
		}
	}
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
}

// TestMutations: no expression of a policy can be broken without a test that tells.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some minutes")
	}
	g := newGuarded(t, Config{})
	g.guard(t)
	g.wait = 20 * time.Second
	var list struct{ Items []policyObject }
	require.NoError(t, g.get(t.Context(), policiesPath, &list))
	survived := 0
	for _, p := range list.Items {
		guard := strings.TrimPrefix(p.Metadata.Name, "kuniq-")
		whole := g.verdict(guard)
		require.False(t, whole.failed, "%s as it is: %s", guard, whole.last)
		for _, m := range mutants(p) {
			t.Run(guard+"/"+m.name, func(t *testing.T) {
				g.put(t, m.ways...)
				time.Sleep(time.Second) // the server has taken it over then; measured
				v := g.verdict(guard)
				if !v.failed {
					survived++
				}
				assert.True(t, v.failed, "nothing tells that the expression is broken")
				t.Log(v.last)
			})
		}
		g.put(t, p)
	}
	assert.Zero(t, survived)
}

// verdict runs the script of a guard, and says whether it fails.
func (g *guarded) verdict(guard string) *verdictT {
	v := &verdictT{}
	v.Run(guard, func(t testscript.T) { g.script(t, guard) })
	return v
}

// verdictT is a test that only says whether it has failed, and what it said last.
type verdictT struct {
	failed bool
	last   string
}

// Run runs a part in a goroutine, which FailNow ends.
func (v *verdictT) Run(_ string, f func(testscript.T)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(v)
	}()
	<-done
}

// FailNow ends the part that runs.
func (v *verdictT) FailNow() {
	v.failed = true
	runtime.Goexit()
}

// Fatal says why a part fails, and ends it.
func (v *verdictT) Fatal(args ...any) {
	v.Log(args...)
	v.FailNow()
}

// Log keeps the last line.
func (v *verdictT) Log(args ...any) {
	lines := strings.Split(strings.TrimSpace(fmt.Sprint(args...)), "\n")
	v.last = lines[len(lines)-1]
}

// Skip ends the part that runs.
func (v *verdictT) Skip(...any) { runtime.Goexit() }

// Parallel does nothing.
func (v *verdictT) Parallel() {}

// Verbose is for a part that says all.
func (v *verdictT) Verbose() bool { return false }

// TestNaiveReason is why every refusal has the reason Forbidden. With the default,
// Invalid, kubectl apply --force takes it for a change of a field that cannot be
// changed, deletes the object and creates it: the guard destroys what it guards. So
// do Argo CD with Force=true, and Flux with force: true.
func TestNaiveReason(t *testing.T) {
	g := newGuarded(t, Config{})
	g.guard(t)
	require.False(t, g.verdict("no-takeover-argocd").failed, "%s", "the guard as it is")
	name := "/kuniq-no-takeover-argocd"
	var p policyObject
	require.NoError(t, g.get(t.Context(), policiesPath+name, &p))
	p.Spec.Validations[0].Reason = ""
	g.put(t, p)
	object := func(app string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default, annotations: {argocd.argoproj.io/tracking-id: '" + app + ":/ConfigMap:default/c'}}\ndata: {owner: " + app + "}\n"
	}
	uid := func() string {
		return g.must(t, "", "get", "configmap", "c", "-n", "default", "-o", "jsonpath={.metadata.uid}")
	}
	g.must(t, object("app1"), "apply", "-f", "-")
	before := uid()
	g.until(t, func() bool { // the server takes the policy over
		out, err := g.Kubectl(t.Context(), object("app2"), "apply", "--force", "-f", "-")
		require.NoError(t, err)
		return out.Code == 0
	})
	assert.NotEqual(t, before, uid(), "the object is another one")
	assert.Equal(t, "app2", g.must(t, "", "get", "configmap", "c", "-n", "default", "-o", "jsonpath={.data.owner}"), "the taker owns it")
	assert.True(t, g.verdict("no-takeover-argocd").failed, "and the script of the guard tells")
}
