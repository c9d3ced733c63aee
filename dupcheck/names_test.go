package dupcheck_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// probes are the names by which the columns of names.tsv were measured.
var probes = map[string]string{
	"upper": "Id-A", "colon": "id:a", "dot": "id.a", "underscore": "id_a", "leading_digit": "1id",
	"long64": strings.Repeat("a", 64), "long254": strings.Repeat("a", 254),
}

// lenient are the cells in which the server refuses a name and we do not: the
// kind must be called after what is in its spec, so that every probe was
// refused, and of the spec we see nothing. Without it these names may be right.
var lenient = map[string][]string{
	"CustomResourceDefinition": {"dot", "leading_digit", "long64"}, // PLURAL.GROUP; see TestCRDName
	"APIService":               {"dot", "leading_digit", "long64"}, // VERSION.GROUP
	"StorageVersion":           {"leading_digit", "long64"},        // GROUP.RESOURCE
}

// TestNames holds rule invalid-name to every cell of names.tsv, which
// kube-apiserver 1.37.2 answered.
func TestNames(t *testing.T) {
	rows := table(t, "data/names.tsv")
	assert.Len(t, rows, 71)
	for _, r := range rows {
		t.Run(r["group"]+"/"+r["kind"], func(t *testing.T) {
			for column, name := range probes {
				refused := r[column] == "REJECT"
				require.True(t, refused || strings.HasPrefix(r[column], "ok"), column)
				for _, c := range lenient[r["kind"]] {
					refused = refused && c != column
				}
				got := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object(apiVersion(r["group"]), r["kind"], "", name)})
				if refused {
					assert.Equal(t, []string{"invalid-name warning"}, rulesOf(got), column)
				} else {
					assert.Empty(t, got.Diagnostics, column)
				}
			}
		})
	}
}

func TestInvalidNames(t *testing.T) {
	const warning, anError = "invalid-name warning", "invalid-name error"
	tests := []struct {
		apiVersion, kind, name string
		want                   string
		message                string
	}{
		// No server stores these, whatever the kind (R04, R05, R06).
		{"rbac.authorization.k8s.io/v1", "Role", "a/b", anError, `metadata.name "a/b" of Role.rbac.authorization.k8s.io may not contain "/"`},
		{"rbac.authorization.k8s.io/v1", "Role", "a%b", anError, `metadata.name "a%b" of Role.rbac.authorization.k8s.io may not contain "%"`},
		{"rbac.authorization.k8s.io/v1", "Role", ".", anError, `metadata.name "." of Role.rbac.authorization.k8s.io may not be "."`},
		{"rbac.authorization.k8s.io/v1", "Role", "..", anError, `metadata.name ".." of Role.rbac.authorization.k8s.io may not be ".."`},
		{"rbac.authorization.k8s.io/v1", "Role", "...", "", ""},
		{"rbac.authorization.k8s.io/v1", "Role", " \t\u00e9\n", "", ""},
		{"rbac.authorization.k8s.io/v1", "Role", strings.Repeat("a", 1000), "", ""},
		// DNS subdomains.
		{"v1", "ConfigMap", "a-b.c", "", ""},
		{"v1", "ConfigMap", "-a", warning, ""},
		{"v1", "ConfigMap", "a-", warning, ""},
		{"v1", "ConfigMap", "a..b", warning, ""},
		{"v1", "ConfigMap", "a.-b", warning, ""},
		{"v1", "ConfigMap", "a.", warning, ""},
		{"v1", "ConfigMap", "id-\u00e9", warning, ""},
		{"v1", "ConfigMap", strings.Repeat("a", 253), "", ""},
		{"v1", "ConfigMap", "Id-A", warning, `metadata.name "Id-A" of ConfigMap must be lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part`},
		// DNS labels.
		{"v1", "Service", strings.Repeat("a", 63), "", ""},
		{"v1", "Service", "-a", warning, ""},
		{"v1", "Service", strings.Repeat("a", 64), warning, `metadata.name "` + strings.Repeat("a", 64) + `" of Service must be no more than 63 characters`},
		// Kinds that were not measured, and custom resources (K03).
		{"example.com/v1", "Widget", "Id-W", warning, ""},
		{"example.com/v1", "Widget", "id.w", "", ""},
		// pkg/apis/batch/validation, pkg/apis/coordination/validation and
		// pkg/apis/networking/validation of Kubernetes.
		{"batch/v1", "CronJob", strings.Repeat("a", 52), "", ""},
		{"batch/v1", "CronJob", strings.Repeat("a", 53), warning, ""},
		{"batch/v2alpha1", "ScheduledJob", strings.Repeat("a", 53), warning, ""},
		{"coordination.k8s.io/v1beta1", "LeaseCandidate", "-_.A", "", ""},
		{"coordination.k8s.io/v1beta1", "LeaseCandidate", "..a", warning, ""},
		{"coordination.k8s.io/v1beta1", "LeaseCandidate", "a b", warning, ""},
		{"networking.k8s.io/v1", "IPAddress", "10.0.0.1", "", ""},
		{"networking.k8s.io/v1", "IPAddress", "2001:db8::1", "", ""},
		{"networking.k8s.io/v1", "IPAddress", "2001:DB8::1", warning, ""},
		{"networking.k8s.io/v1", "IPAddress", "010.0.0.1", warning, ""},
		// The group as written counts, and not the canonical one.
		{"events.k8s.io/v1", "Event", "Id-A", warning, ""},
		{"extensions/v1beta1", "Deployment", "Id-A", warning, ""},
	}
	for _, tt := range tests {
		r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object(tt.apiVersion, tt.kind, "", tt.name)})
		if tt.want == "" {
			assert.Empty(t, r.Diagnostics, "%s %.80q", tt.kind, tt.name)
			continue
		}
		assert.Equal(t, []string{tt.want}, rulesOf(r), "%s %.80q", tt.kind, tt.name)
		assert.NotEmpty(t, only(t, r).ID.Name, "the identity is clear all the same")
		if tt.message != "" {
			assert.Equal(t, tt.message, only(t, r).Message)
		}
	}
}

func TestInvalidNamespacesAndPrefixes(t *testing.T) {
	for namespace, want := range map[string]string{
		"team-a": "", "1": "", "Team-A": "invalid-name warning", "default ": "invalid-name warning", "a.b": "invalid-name warning",
		strings.Repeat("a", 64): "invalid-name warning", "a/b": "invalid-name error", "..": "invalid-name error",
	} {
		got := rulesOf(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object("v1", "ConfigMap", namespace, "x")}))
		assert.Equal(t, want, strings.Join(got, ", "), namespace)
	}
	for prefix, want := range map[string]string{"job-": "", ".": "", "a/": "invalid-name error", "%": "invalid-name error"} {
		o := object("v1", "ConfigMap", "", "")
		o.GenerateName = prefix
		got := rulesOf(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{o}))
		assert.Equal(t, want, strings.Join(got, ", "), prefix)
	}
}

// TestCRDName is K08: must be spec.names.plural+"."+spec.group.
func TestCRDName(t *testing.T) {
	for name, want := range map[string]string{
		"widgets.example.com": "",
		"foo.example.com":     `metadata.name "foo.example.com" of CustomResourceDefinition.apiextensions.k8s.io must be "widgets.example.com", made of spec.names.plural and spec.group`,
	} {
		o := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name)
		o.CRD = &dupcheck.CRD{Group: "example.com", Kind: "Widget", Plural: "widgets", Scope: "Cluster"}
		r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{o})
		if want == "" {
			assert.Empty(t, r.Diagnostics)
		} else {
			assert.Equal(t, want, only(t, r).Message)
		}
	}
}
