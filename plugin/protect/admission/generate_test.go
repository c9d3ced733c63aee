package admission_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden: people review the policies in the files.
func TestGolden(t *testing.T) {
	for name, o := range map[string]admission.Options{
		"all": {Guards: admission.Names()},
		"options": {
			Guards:  []string{"no-delete-state", "retain-class", "no-delete-claim"},
			Actions: map[string]admission.Action{"": admission.Audit, "retain": admission.Deny, "no-delete-state": admission.Deny},
			Kinds:   []dupcheck.GroupKind{{Group: "apps", Kind: "Deployment"}, {Group: "db.example.com", Kind: "RedisFailover"}},
			State:   []deploy.StateKind{{Pattern: "Queue.example.com"}},
			Exempt:  []string{"system:serviceaccount:storage:operator"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := generate(t, o)
			file := filepath.Join("testdata", name+".yaml")
			if *update {
				require.NoError(t, os.WriteFile(file, got, 0o666))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "go test ./plugin/protect/admission -update")
		})
	}
}

func generate(t *testing.T, o admission.Options) []byte {
	t.Helper()
	got, err := admission.Generate(o)
	require.NoError(t, err)
	return got
}

// written is as much of a policy or binding as the tests look at.
type written struct {
	Kind     string
	Metadata struct {
		Name        string
		Annotations map[string]string
	}
	Spec struct {
		FailurePolicy    string `yaml:"failurePolicy"`
		MatchConstraints struct {
			ResourceRules []struct {
				APIGroups []string `yaml:"apiGroups"`
			} `yaml:"resourceRules"`
		} `yaml:"matchConstraints"`
		ParamKind       any                                 `yaml:"paramKind"`
		MatchConditions []struct{ Name, Expression string } `yaml:"matchConditions"`
		Validations     []struct {
			Reason, Message   string
			MessageExpression string `yaml:"messageExpression"`
		}
		PolicyName        string   `yaml:"policyName"`
		ValidationActions []string `yaml:"validationActions"`
	}
}

func parse(t *testing.T, data []byte) (all []written) {
	t.Helper()
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var w written
		if d.Decode(&w) != nil {
			return all
		}
		all = append(all, w)
	}
}

// TestInvariants checks every policy, also those to come. A refusal with another
// reason, or with a text that Flux takes for that of a field that
// cannot be changed, has a client delete and recreate the object.
func TestInvariants(t *testing.T) {
	data := generate(t, admission.Options{Guards: admission.Names()})
	assert.NotContains(t, string(data), "immutable")
	for _, w := range parse(t, data) {
		if w.Kind == "ValidatingAdmissionPolicyBinding" {
			assert.Equal(t, w.Metadata.Name, w.Spec.PolicyName)
			continue
		}
		about := w.Metadata.Annotations["kubernetes.io/description"]
		assert.Contains(t, about, "Refuses ", w.Metadata.Name)
		assert.Contains(t, about, "kubectl delete validatingadmissionpolicybinding "+w.Metadata.Name)
		assert.Nil(t, w.Spec.ParamKind)
		for _, v := range w.Spec.Validations {
			assert.Equal(t, "Forbidden", v.Reason, w.Metadata.Name)
			assert.NotEmpty(t, v.Message)
			assert.Contains(t, v.MessageExpression, "metadata.name")
		}
		every := strings.Contains(strings.Join(w.Spec.MatchConstraints.ResourceRules[0].APIGroups, " "), "*")
		assert.False(t, every && w.Spec.FailurePolicy != "Ignore", "%s: an error must not stop a cluster", w.Metadata.Name)
	}
}

// TestChoose: guards are chosen by name or by group, and those that have to be
// named are not chosen otherwise.
func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		names string
		want  []string
	}{
		{"", []string{
			"no-takeover-argocd", "no-takeover-flux", "no-takeover-helm", "no-retarget-application", "no-retarget-applicationset",
			"no-delete-namespace", "no-delete-claim", "no-delete-volume", "no-delete-definition", "no-delete-statefulset",
			"no-delete-application", "no-delete-state", "retain-volume", "retain-class",
		}},
		{"retain no-retarget", []string{"no-retarget-application", "no-retarget-applicationset", "retain-volume", "retain-class"}},
		{"no-takeover", []string{"no-takeover-argocd", "no-takeover-flux", "no-takeover-helm"}},
		{"no-takeover no-takeover-argocd-label", []string{"no-takeover-argocd", "no-takeover-argocd-label", "no-takeover-flux", "no-takeover-helm"}},
		{"no-takeover-argocd-label", []string{"no-takeover-argocd-label"}},
	} {
		var got []string
		for _, w := range parse(t, generate(t, admission.Options{Guards: strings.Fields(tt.names)})) {
			if w.Kind == "ValidatingAdmissionPolicy" {
				got = append(got, strings.TrimPrefix(w.Metadata.Name, "kuniq-"))
			}
		}
		assert.Equal(t, tt.want, got, tt.names)
	}
}

func TestErrors(t *testing.T) {
	for want, o := range map[string]admission.Options{
		`there is no guard "no-such"`:                                {Guards: []string{"no-such"}},
		`there is no guard "other"`:                                  {Actions: map[string]admission.Action{"other": admission.Deny}},
		`an action is given for "retain-class", which is not chosen`: {Guards: []string{"no-delete"}, Actions: map[string]admission.Action{"retain-class": admission.Deny}},
		`"a'b" is not a user name`:                                   {Exempt: []string{"a'b"}},
	} {
		_, err := admission.Generate(o)
		assert.ErrorContains(t, err, want)
	}
}

// TestActions: the defaults were measured; a name goes before its group, and that
// before all.
func TestActions(t *testing.T) {
	actions := func(o admission.Options) map[string]string {
		out := map[string]string{}
		for _, w := range parse(t, generate(t, o)) {
			if w.Kind == "ValidatingAdmissionPolicyBinding" {
				out[w.Metadata.Name] = strings.Join(w.Spec.ValidationActions, "+")
			}
		}
		return out
	}
	for name, action := range actions(admission.Options{}) {
		want := "Deny+Audit"
		if name == "kuniq-no-takeover-flux" || name == "kuniq-no-delete-state" || name == "kuniq-retain-class" {
			want = "Warn+Audit"
		}
		assert.Equal(t, want, action, name)
	}
	got := actions(admission.Options{Guards: []string{"no-retarget", "retain"}, Actions: map[string]admission.Action{
		"": admission.Audit, "retain": admission.Warn, "retain-volume": admission.Deny,
	}})
	assert.Equal(t, map[string]string{
		"kuniq-no-retarget-application": "Audit", "kuniq-no-retarget-applicationset": "Audit",
		"kuniq-retain-volume": "Deny+Audit", "kuniq-retain-class": "Warn+Audit",
	}, got)
}

func TestParseAction(t *testing.T) {
	for _, name := range admission.ActionNames() {
		a, err := admission.ParseAction(name)
		require.NoError(t, err)
		assert.Equal(t, name, a.String())
	}
	_, err := admission.ParseAction("Deny")
	assert.EqualError(t, err, `"Deny" is not audit, warn or deny`)
	assert.Equal(t, "Action(0)", admission.Action(0).String())
}

// TestState: the guard of kinds that hold state is about those of the table that
// are spelt out, and about those of a tree.
func TestState(t *testing.T) {
	holds := func(o admission.Options) string {
		o.Guards = []string{"no-delete-state"}
		for _, c := range parse(t, generate(t, o))[0].Spec.MatchConditions {
			if c.Name == "holds-state" {
				return c.Expression
			}
		}
		return ""
	}
	plain := holds(admission.Options{})
	for _, kind := range []string{"Cluster.postgresql.cnpg.io", "Kafka.kafka.strimzi.io", "VolumeSnapshot.snapshot.storage.k8s.io"} {
		assert.Contains(t, plain, "'"+kind+"'")
	}
	for _, kind := range []string{"Secret.", "Namespace.", "Application.argoproj.io", "*", "StorageClass", "Machine"} {
		assert.NotContains(t, plain, "'"+kind, "it has a guard of its own, or is deleted every day")
	}
	tree := []dupcheck.GroupKind{
		{Group: "apps", Kind: "Deployment"},
		{Kind: "Secret"},
		{Group: "db.example.com", Kind: "RedisCluster"},
		{Group: "x.example.com", Kind: "Widget"},
		{Group: "db.example.com", Kind: "Redis'] || true || ['"},
	}
	got := holds(admission.Options{Kinds: tree})
	assert.Contains(t, got, "'RedisCluster.db.example.com'")
	for _, kind := range []string{"Deployment", "Secret", "Widget", "true"} {
		assert.NotContains(t, got, kind)
	}
	got = holds(admission.Options{Kinds: tree, State: []deploy.StateKind{{Pattern: "*.x.example.com"}, {Pattern: "Secret."}, {Pattern: "Other.*"}}})
	assert.Contains(t, got, "'Widget.x.example.com'")
	assert.Contains(t, got, "'Secret.'", "the user has named it")
	assert.NotContains(t, got, "Other")
}

// TestPage: docs/admission.md has a row for each guard, with its default.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "admission.md"))
	require.NoError(t, err)
	for _, g := range admission.Guards() {
		_, row, found := strings.Cut(string(page), "\n| `"+g.Name+"` |")
		require.True(t, found, g.Name)
		row, _, _ = strings.Cut(row, "\n")
		if g.Name == "no-takeover-argocd-label" { // it has to be named
			assert.Contains(t, row, "| only by name |")
			continue
		}
		assert.Contains(t, row, "| "+g.Default.String()+" |", g.Name)
	}
}
