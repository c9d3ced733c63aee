package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/policy"
)

const full = `set: ["env/{cluster}/{ns}"]
namespace: team-{ns}
namespaces: {prod: shop}
together: true
skip: [vendor]
strict: true
openshift: true
cluster-scoped: [Tenant.example.com]
helm-values: [values.yaml]
clusters:
- name: prod
  server: https://prod01
  labels: {env: prod, "true": "1"}
  annotations: {a: "null"}
  set: hub
repos:
  https://git.example.com/other: other
vendor: .vendor
roots:
- file: bootstrap/root.yaml
  set: prod
- manifest:
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: root, namespace: argocd}
    spec:
      source: {repoURL: https://git.example.com/config, path: apps}
identical: warn
severity: [near-duplicate=off]
ignore: ["Secret *"]
baseline: debts.json
allow-unresolved:
- {path: charts/x, reason: "it needs the registry"}
- {deployer: "HelmRelease apps/podinfo", reason: "the chart is closed", cause: remote}
- {path: "**", everything: true, new: true, reason: "we begin"}
`

func TestEveryField(t *testing.T) {
	p, err := policy.Parse([]byte(full))
	require.NoError(t, err)
	assert.Equal(t, policy.Allowance{Path: "**", Reason: "we begin", Everything: true, New: true}, p.AllowUnresolved[2])
	assert.Equal(t, "prod", p.Roots[0].Set)
	assert.Contains(t, p.Roots[1].Text, "kind: Application")
	assert.Equal(t, []policy.Cluster{{Name: "prod", Server: "https://prod01", Labels: map[string]string{"env": "prod", "true": "1"}, Annotations: map[string]string{"a": "null"}, Set: "hub"}}, p.Clusters)
	assert.Equal(t, map[string]string{"https://git.example.com/other": "other"}, p.Repos)
	assert.Equal(t, []string{".vendor", "warn", "debts.json"}, []string{p.Vendor, p.Identical, p.Baseline})
	for _, field := range policy.Fields() {
		assert.Contains(t, "\n"+full, "\n"+field+":", "the test has every field")
	}
}

func TestEntriesRefused(t *testing.T) {
	for data, want := range map[string]string{
		"allow-unresolved: [charts/x]\n":                               `line 1: an allowance names one part and says why: {path: "charts/x", reason: ...}`,
		"allow-unresolved: charts/x\n":                                 "line 1: a list of mappings is expected",
		"allow-unresolved:\n- {path: a, reason: [b]}\n":                "line 2: a string is expected",
		"allow-unresolved:\n- {path: a}\n":                             `line 2: the allowance of "a" has no reason`,
		"allow-unresolved:\n- {path: a, reason: ' '}\n":                `line 2: the allowance of "a" has no reason`,
		"allow-unresolved:\n- {reason: b}\n":                           "line 2: an allowance needs a path or a deployer",
		"allow-unresolved:\n- {path: a, deployer: b c/d, reason: b}\n": "line 2: an allowance needs a path or a deployer",
		"allow-unresolved:\n- {deployer: apps/podinfo, reason: b}\n":   `line 2: the deployer "apps/podinfo" is not of the form KIND NAMESPACE/NAME`,
		"allow-unresolved:\n- {path: a, reason: b, path: c}\n":         `line 2: "path" appears twice`,
		"allow-unresolved:\n- {path: a, why: b}\n":                     `line 2: there is no field "why"`,
		"allow-unresolved:\n- {path: a, reason: b, new: yes}\n":        "line 2: true or false is expected",
		"allow-unresolved:\n- {path: a, reason: b, cause: none}\n":     `line 2: there is no cause "none"`,
		"clusters: {a: b}\n":                                           "line 1: a list of mappings is expected",
		"clusters: [prod]\n":                                           "line 1: a mapping with name and server is expected",
		"clusters:\n- {name: a}\n":                                     "line 2: a cluster needs a name and a server",
		"clusters:\n- {name: a, server: b, labels: [c]}\n":             "line 2: a mapping of strings is expected",
		"clusters:\n- {name: a, server: b, labels: {c: 1}}\n":          "line 2: a string is expected: quote it",
		"clusters:\n- {name: a, server: b, labels: {c: d, c: e}}\n":    `line 2: "c" appears twice`,
		"clusters:\n- {name: a, server: b, token: c}\n":                `line 2: there is no field "token"`,
		"repos: [a]\n":                    "line 1: a mapping of strings is expected",
		"repos: {a: b, a: c}\n":           `line 1: "a" appears twice`,
		"repos: {a: 1}\n":                 "line 1: a string is expected: quote it",
		"vendor: [a]\n":                   "line 1: a string is expected",
		"namespaces: shop\n":              "line 1: a mapping of strings is expected",
		"namespaces: {prod: 1}\n":         "line 1: a string is expected: quote it",
		"roots: {file: a}\n":              "line 1: a list of mappings is expected",
		"roots: [a]\n":                    "line 1: a mapping with file or manifest is expected",
		"roots:\n- {}\n":                  "line 2: a root needs a file or a manifest",
		"roots:\n- {file: ../a}\n":        `line 2: the file "../a" has to be below the working directory`,
		"roots:\n- {file: /etc/passwd}\n": `line 2: the file "/etc/passwd" has to be below the working directory`,
		"roots:\n- {manifest: a}\n":       "line 2: a manifest is expected",
		"roots:\n- {path: a}\n":           `line 2: there is no field "path"`,
		"roots:\n- manifest:\n    apiVersion: v1\n    kind: ConfigMap\n":                                             "line 3: a root is an object of Argo CD or Flux",
		"roots:\n- manifest:\n    apiVersion: argoproj.io/v1alpha1\n    kind: Aplication\n    metadata: {name: a}\n": "line 3: a root is an object of Argo CD or Flux",
		"roots:\n- manifest:\n    a: &x b\n    c: *x\n":                                                              "line 3: anchors and aliases are not allowed",
		"roots:\n- manifest:\n    a: {b: c, b: d}\n":                                                                 `line 3: "b" appears twice`,
	} {
		_, err := policy.Parse([]byte(data))
		if assert.Error(t, err, data) {
			assert.True(t, strings.HasPrefix(err.Error(), want), "%q, not %q", err.Error(), want)
		}
	}
}

func TestEverything(t *testing.T) {
	for glob, want := range map[string]bool{
		"path: '**'": true, "path: '*'": true, "path: .": true, "path: ./": true, "path: '**/*'": true, "path: '*/*'": true, "path: ./**": true,
		"path: '{a,*}'": true, "path: '?*'": true, "path: '*/**'": true, "path: '[!/]*'": true, "path: '{,**/}*'": true, "path: '**/**/*'": true,
		"deployer: Application *": true, "deployer: Application */*": true, "deployer: '* */*'": true, "deployer: '* **'": true,
		"path: charts/*": false, "path: '**/chart'": false, "path: charts": false, "path: '*-chart'": false,
		"deployer: Application argocd/*": false, "deployer: '* argocd/shop'": false, "deployer: 'Application */shop'": false,
	} {
		_, err := policy.Parse([]byte("allow-unresolved:\n- {" + glob + ", reason: b}\n"))
		if want {
			assert.ErrorContains(t, err, "allows every part to be unresolved", glob)
		} else {
			assert.NoError(t, err, glob)
		}
		_, err = policy.Parse([]byte("allow-unresolved:\n- {" + glob + ", reason: b, everything: true}\n"))
		assert.NoError(t, err, glob)
	}
}

func TestNamespace(t *testing.T) {
	for _, test := range []struct{ policy, file, set, want string }{
		{"{set: ['env/{cluster}/{ns}'], namespace: '{ns}'}", "env/prod/shop/a.yaml", "prod", "shop"},
		{"{set: ['env/{cluster}/{ns}'], namespace: 'team-{ns}'}", "env/prod/shop/a.yaml", "prod", "team-shop"},
		{"{set: ['env/{cluster}/{ns}'], namespace: '{ns}'}", "env/a.yaml", "", ""},
		{"{set: ['namespaces/{ns}'], namespace: '{ns}'}", "namespaces/shop/a.yaml", "namespaces", "shop"},
		{"{set: ['{ns}'], namespace: '{ns}'}", "shop/a.yaml", ".", "shop"},
		{"{set: ['**/{ns}.d'], namespace: '{ns}'}", "x/y/shop.d/a.yaml", "x/y", "shop"},
		{"{set: ['env/{cluster}', 'ns/{ns}'], namespace: '{ns}'}", "env/prod/a.yaml", "prod", ""},
		{"{set: ['env/{cluster}'], namespaces: {prod: shop}}", "env/prod/a.yaml", "prod", "shop"},
		{"{set: ['env/{cluster}'], namespaces: {prod: shop}, namespace: '{cluster}'}", "env/test/a.yaml", "env", "test"},
		{"{set: ['env/{cluster}'], namespaces: {prod: shop}}", "env/test/a.yaml", "test", ""},
	} {
		p, err := policy.Parse([]byte(test.policy))
		require.NoError(t, err)
		paths, err := p.Paths()
		require.NoError(t, err)
		assert.Equal(t, test.set, paths.Set(test.file), "%+v", test)
		assert.Equal(t, test.want, paths.Namespace(test.file), "%+v", test)
	}
	_, err := policy.Policy{Namespace: "{ns}", Set: []string{"env/{cluster}"}}.Paths()
	assert.ErrorContains(t, err, "has the placeholder {ns}, which no set has")
}

func TestAllowances(t *testing.T) {
	p, err := policy.Parse([]byte(full))
	require.NoError(t, err)
	p.AllowUnresolved = append(p.AllowUnresolved[:2:2], policy.Allowance{Path: "apps/*", Deployer: "apps/*"})
	paths, err := p.Paths()
	require.NoError(t, err)
	a, err := p.Allowances(paths)
	require.NoError(t, err)
	got, ok := a.Part("./charts/x/", "no helm")
	assert.True(t, ok)
	assert.Equal(t, "allow-unresolved charts/x", got.Setting)
	assert.Equal(t, "it needs the registry", got.Because)
	_, ok = a.Part("charts/x/y", "no helm")
	assert.False(t, ok)
	_, ok = a.Deployer("HelmRelease", "apps/podinfo", "no chart", "remote")
	assert.True(t, ok)
	assert.Len(t, a.UnusedParts(), 1)
	assert.Len(t, a.UnusedDeployers(), 1)
	_, ok = a.Deployer("Kustomization", "apps/podinfo", "no source")
	assert.True(t, ok, "the flag names no kind")
	assert.Empty(t, a.UnusedParts())
	_, ok = a.Deployer("Kustomization", "other/podinfo", "no source")
	assert.False(t, ok)
	_, ok = (*policy.Allowances)(nil).Part("a", "b")
	assert.False(t, ok)
}

// TestAllowanceOfOneCause: the part may have no other cause.
func TestAllowanceOfOneCause(t *testing.T) {
	p, err := policy.Parse([]byte("allow-unresolved: [{path: a, cause: remote, reason: b}, {deployer: Application argocd/a, cause: remote, reason: b}]"))
	require.NoError(t, err)
	paths, err := p.Paths()
	require.NoError(t, err)
	a, err := p.Allowances(paths)
	require.NoError(t, err)
	for _, part := range []func(...dupcheck.Code) (dupcheck.Allowed, bool){
		func(causes ...dupcheck.Code) (dupcheck.Allowed, bool) { return a.Part("a", "why", causes...) },
		func(causes ...dupcheck.Code) (dupcheck.Allowed, bool) {
			return a.Deployer("Application", "argocd/a", "why", causes...)
		},
	} {
		for _, causes := range [][]dupcheck.Code{{"executes"}, {"remote", "executes"}, {"executes", "remote"}} {
			got, ok := part(causes...)
			assert.False(t, ok)
			assert.Contains(t, got.Reason, "is about the cause remote alone, and this has executes")
		}
		got, ok := part("")
		assert.False(t, ok)
		assert.Contains(t, got.Reason, "and this has another one")
		_, ok = part("remote", "remote")
		assert.True(t, ok)
	}
}
