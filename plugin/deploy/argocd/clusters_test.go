package argocd_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// clusterSecret is the Secret of a cluster.
func clusterSecret(name, server, labels string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Secret
metadata:
  name: cluster-%s
  namespace: argocd
  labels: {argocd.argoproj.io/secret-type: cluster, %s}
  annotations: {region: eu, kubectl.kubernetes.io/last-applied-configuration: hunter2}
stringData: {name: %s, server: '%s', project: p, config: '{"bearerToken": "hunter2"}'}
`, name, labels, name, server)
}

// clusterSet is a set of all clusters that a selector takes.
func clusterSet(generator, name string, more ...string) string {
	return strings.Replace(appSet("set", "[{clusters: {"+generator+"}}]", name, more...), "apps/{{cluster}}", "apps", 1)
}

// TestClusters has what the generator clusters makes of Secrets.
func TestClusters(t *testing.T) {
	prod, dev := clusterSecret("prod", "https://prod01/", "env: prod"), clusterSecret("dev", "https://dev01", "env: dev")
	own := clusterSecret("main", "https://kubernetes.default.svc", "env: prod")
	encode := base64.StdEncoding.EncodeToString
	encoded := fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: x, labels: {argocd.argoproj.io/secret-type: cluster}}\ndata: {name: %s, server: %s, config: %s}\n",
		encode([]byte("coded")), encode([]byte("https://coded")), encode([]byte("hunter2")))
	const elsewhere = "the checkout has Secrets of some clusters"
	for _, tt := range []struct {
		name, set string
		secrets   []string
		want      []string
		unknown   string
	}{
		{"all", clusterSet("", "{{name}}"), []string{prod, dev}, []string{"dev", "in-cluster", "prod"}, ""},
		{"by a label", clusterSet("selector: {matchLabels: {env: prod}}", "{{name}}"), []string{prod, dev}, []string{"prod"}, ""},
		{"by an expression", clusterSet("selector: {matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}", "{{name}}"), []string{prod, dev}, []string{"dev"}, ""},
		{"by an expression of values", clusterSet("selector: {matchExpressions: [{key: env, operator: In, values: [prod, x]}]}", "{{name}}"), []string{prod, dev}, []string{"prod"}, ""},
		{"by a label that is there", clusterSet("selector: {matchExpressions: [{key: env, operator: Exists}]}", "{{name}}"), []string{prod, dev}, []string{"dev", "prod"}, ""},
		{"by a label and an expression", clusterSet("selector: {matchLabels: {env: dev}, matchExpressions: [{key: env, operator: DoesNotExist}]}", "{{name}}"), []string{prod, dev}, nil, ""},
		{"an operator that does not exist", clusterSet("selector: {matchExpressions: [{key: env, operator: in, values: [prod]}]}", "{{name}}"), []string{prod}, nil, "the selector of its clusters is not valid"},
		{"by its type", clusterSet("selector: {matchLabels: {argocd.argoproj.io/secret-type: cluster}}", "{{name}}"), []string{prod}, []string{"prod"}, ""},
		{"a selector that takes none", clusterSet("selector: {matchLabels: {env: x}}", "{{name}}"), []string{prod, dev}, nil, ""},
		{"a selector that is not valid", clusterSet("selector: {matchLabels: {env: 'a b'}}", "{{name}}"), []string{prod}, nil, "the selector of its clusters is not valid"},
		{"its own, by a Secret", clusterSet("", "{{name}}"), []string{prod, own}, []string{"main", "prod"}, ""},
		{"encoded", clusterSet("", "{{name}}"), []string{encoded}, []string{"coded", "in-cluster"}, ""},
		{"parameters", clusterSet("values: {x: 'v-{{name}}'}, selector: {matchLabels: {env: prod}}", "{{nameNormalized}}-{{metadata.labels.env}}-{{metadata.annotations.region}}-{{project}}-{{values.x}}"), []string{prod}, []string{"prod-prod-eu-p-v-prod"}, ""},
		{"parameters, go", clusterSet("values: {x: '{{.name}}'}, selector: {matchLabels: {env: prod}}", "{{.metadata.labels.env}}-{{.metadata.annotations.region}}-{{.values.x}}", goTemplate), []string{prod}, []string{"prod-eu-prod"}, ""},
		{"no credentials", clusterSet("selector: {matchLabels: {env: prod}}", `x{{ index .metadata.annotations "kubectl.kubernetes.io/last-applied-configuration" }}{{ .config }}`, goTemplate), []string{prod}, nil, "name"},
		{"labels that its own cluster lacks", clusterSet("", "{{.metadata.labels.env}}", goTemplate, `goTemplateOptions: ["missingkey=error"]`), []string{prod}, nil, "Argo CD could not apply it"},
		{"one list", clusterSet("flatList: true", "x{{ range .clusters }}-{{ .name }}{{ end }}", goTemplate), []string{prod, dev}, []string{"x-in-cluster-dev-prod"}, ""},
		{"one list of none", clusterSet("flatList: true, selector: {matchLabels: {env: x}}", "x{{ range .clusters }}-{{ .name }}{{ end }}", goTemplate), []string{prod}, []string{"x"}, ""},
		{"no Secrets", clusterSet("", "{{name}}"), nil, nil, "the Secrets of its clusters are not in the checkout"},
		{"encrypted", clusterSet("", "{{name}}"), []string{prod, strings.Replace(dev, "{name: dev", "{name: 'ENC[AES256_GCM,data:x]'", 1)}, nil, "is encrypted, or made elsewhere"},
		{"made elsewhere", clusterSet("", "{{name}}"), []string{prod, "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: dev}\nspec: {target: {template: {metadata: {labels: {argocd.argoproj.io/secret-type: cluster}}}}}\n"}, nil, "is encrypted, or made elsewhere"},
		{"two of one name", clusterSet("", "{{name}}"), []string{prod, clusterSecret("prod", "https://other", "a: b")}, nil, "two clusters are called"},
		{"in another namespace", clusterSet("", "{{name}}"), []string{prod, strings.Replace(dev, "namespace: argocd", "namespace: x", 1)}, []string{"in-cluster", "prod"}, ""},
		{"no cluster", clusterSet("", "{{name}}"), []string{prod, strings.Replace(dev, "secret-type: cluster", "secret-type: repository", 1)}, []string{"in-cluster", "prod"}, ""},
		{"an Application on another cluster", clusterSet("", "{{name}}"), []string{prod, app{name: "x", server: "https://other"}.String()}, []string{"x"}, elsewhere},
		{"an Application on one of them", clusterSet("", "{{name}}"), []string{prod, app{name: "x", server: "https://prod01"}.String()}, []string{"in-cluster", "prod", "x"}, ""},
		{"an Application beside Argo CD", clusterSet("", "{{name}}"), []string{prod, app{name: "x", server: "https://kubernetes.default.svc"}.String()}, []string{"in-cluster", "prod", "x"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stateOf(t, tree("set.yaml", tt.set, "clusters.yaml", strings.Join(tt.secrets, "---\n"), "apps/c.yaml", config), argocd.Options{})
			var got []string
			for _, d := range s.Deployers {
				if !d.Template {
					got = append(got, d.ID.Name)
				}
			}
			slices.Sort(got)
			assert.Equal(t, tt.want, got)
			for _, u := range s.Unexpanded {
				assert.Contains(t, u.Reason.String(), tt.unknown)
				assert.NotEmpty(t, tt.unknown)
				assert.NotContains(t, u.Message(), "hunter2")
			}
		})
	}
}

// TestClusterNames: by its Secret the name and the server of a cluster are one.
func TestClusterNames(t *testing.T) {
	byName := strings.Replace(app{name: "b"}.String(), "server: https://prod01", "name: prod", 1)
	files := []string{"a.yaml", app{name: "a"}.String(), "b.yaml", byName, "a/c.yaml", config}
	shared := func(more ...string) int {
		return deploy.Check(stateOf(t, tree(append(more, files...)...), argocd.Options{}), deploy.CheckOptions{}).Count(dupcheck.Error)
	}
	secret := clusterSecret("prod", "https://prod01/", "a: b")
	assert.Equal(t, 0, shared())
	assert.Equal(t, 1, shared("s.yaml", secret))
	assert.Equal(t, 0, shared("s.yaml", clusterSecret("prod", "https://prod02", "a: b")))
	assert.Equal(t, 0, shared("s.yaml", clusterSecret("other", "https://prod01", "a: b")))

	twice := stateOf(t, tree("s.yaml", secret+"---\n"+strings.Replace(clusterSecret("prod", "https://prod02", "a: b"), "cluster-prod", "second", 1), "b.yaml", byName, "a/c.yaml", config), argocd.Options{})
	assert.Equal(t, `there are several clusters called "prod", which Argo CD refuses`, twice.Deployers[0].Desired.Unresolved.String())

	base, head := tree("s.yaml", secret, "a.yaml", app{name: "a"}.String(), "a/c.yaml", config), tree("s.yaml", secret, "a.yaml", strings.Replace(byName, "name: b", "name: a", 1), "a/c.yaml", config)
	got := trees2(t, base, head, argocd.Options{})
	assert.Empty(t, outcomes(got))
	assert.Empty(t, got.Deployers)
}

// TestClusterChanges: the labels of a cluster decide which Applications there are.
func TestClusterChanges(t *testing.T) {
	set := strings.Replace(clusterSet("selector: {matchLabels: {env: prod}}", "{{name}}"), "path: 'apps'", "path: 'apps/{{name}}'", 1)
	at := func(secrets ...string) []string {
		return []string{"set.yaml", set, "clusters.yaml", strings.Join(secrets, "---\n"), "apps/one/pvc.yaml", claimFile("one", ""), "apps/two/pvc.yaml", claimFile("two", "")}
	}
	one, two := clusterSecret("one", "https://one", "env: prod"), clusterSecret("two", "https://two", "env: prod")
	for _, tt := range []struct {
		name string
		head []string
		want []string
	}{
		{"a label", at(one, strings.Replace(two, "env: prod", "env: dev", 1)), []string{"two PersistentVolumeClaim/two: deleted"}},
		{"one goes", at(one), []string{"two PersistentVolumeClaim/two: deleted"}},
		{"one more", at(one, two, clusterSecret("three", "https://three", "env: dev")), nil},
		{"another annotation", at(one, strings.Replace(two, "region: eu", "region: us", 1)), nil},
		{"other credentials", at(one, strings.Replace(two, `"bearerToken": "hunter2"`, `"bearerToken": "x"`, 1)), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tree(at(one, two)...), tree(tt.head...), argocd.Options{})
			assert.Equal(t, tt.want, outcomes(got))
			assert.Equal(t, tt.want != nil, got.Fails())
		})
	}
}
