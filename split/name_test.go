package split_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/split"
)

// subject makes a subject as a plan would: identified by dupcheck.
func subject(apiVersion, kind, namespace, name string) split.Subject {
	s := split.Subject{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}
	s.ID, _ = dupcheck.NewID(dupcheck.Rules{}, apiVersion, kind, namespace, name)
	s.Value = func() (any, error) {
		metadata := map[string]any{"name": name}
		if namespace != "" {
			metadata["namespace"] = namespace
		}
		return map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}, nil
	}
	return s
}

// functions are some that a caller might have for its templates.
var functions = template.FuncMap{
	"lower": strings.ToLower,
	"list":  func(all ...any) []any { return all },
	"fail":  func(why string) (string, error) { return "", errors.New(why) },
	"default": func(otherwise, given any) any {
		if given == nil || given == "" {
			return otherwise
		}
		return given
	},
}

func layout(t *testing.T, s string) split.Layout {
	l, err := split.ParseLayout(s, functions)
	require.NoError(t, err)
	return l
}

func TestNames(t *testing.T) {
	long := strings.Repeat("a", 253)
	tests := []struct {
		layout  string
		subject split.Subject
		want    string
	}{
		{"flat", subject("v1", "Service", "shop", "web"), "v1.Service-shop.web.yaml"},
		{"flat", subject("apps/v1", "Deployment", "shop", "web"), "apps-v1.Deployment-shop.web.yaml"},
		{"flat", subject("/v1", "Service", "shop", "web"), "v1.Service-shop.web.yaml"},
		{"flat", subject("v1", "Namespace", "", "shop"), "v1.Namespace-shop.yaml"},
		{"flat", subject("v1", "Namespace", "ignored", "shop"), "v1.Namespace-shop.yaml"},
		{"flat", subject("v1", "ConfigMap", "", "web"), "v1.ConfigMap-web.yaml"},
		{"flat", subject("rbac.authorization.k8s.io/v1", "ClusterRole", "", "system:node"), "rbac.authorization.k8s.io-v1.ClusterRole-system%3Anode.yaml"},
		{"flat", subject("rbac.authorization.k8s.io/v1", "Role", "a.b", "c d"), "rbac.authorization.k8s.io-v1.Role-a%2Eb.c%20d.yaml"},
		{"flat", subject("rbac.authorization.k8s.io/v1", "Role", "n", "é~"), "rbac.authorization.k8s.io-v1.Role-n.%C3%A9%7E.yaml"},
		{"flat", subject("v1", "ConfigMap", "x", long), "v1.ConfigMap-x." + strings.Repeat("a", 240-len("v1.ConfigMap-x.")-len("~3b31a406.yaml")) + "~3b31a406.yaml"},
		{"flat", subject("con", "ConfigMap", "x", "a"), "%63on.ConfigMap-x.a.yaml"},
		{"kubecfg", subject("apps/v1", "Deployment", "shop", "web"), "apps-v1.Deployment-shop.web.yaml"},
		{"kubecfg", subject("v1", "Namespace", "", "shop"), "v1.Namespace-default.shop.yaml"},
		{"kubecfg", subject("rbac.authorization.k8s.io/v1", "ClusterRole", "", "system:node"), "rbac.authorization.k8s.io-v1.ClusterRole-default.system:node.yaml"},
		{"kpt", subject("v1", "ConfigMap", "shop", "web"), "shop/configmap_web.yaml"},
		{"kpt", subject("v1", "Namespace", "", "shop"), "namespace_shop.yaml"},
		{"namespaces", subject("apps/v1", "Deployment", "shop", "web"), "shop/apps-v1.Deployment-web.yaml"},
		{"namespaces", subject("v1", "Namespace", "", "shop"), "v1.Namespace-shop.yaml"},
		{"namespaces", subject("v1", "ConfigMap", "nul", "a"), "%6Eul/v1.ConfigMap-a.yaml"},
		{`{{.metadata.namespace | default "cluster"}}/{{.kind | lower}}-{{.metadata.name}}`, subject("v1", "Service", "shop", "web"), "shop/service-web.yaml"},
		{`{{.apiVersion}}/{{.metadata.name}}`, subject("apps/v1", "Deployment", "shop", "a:b"), "apps-v1/a%3Ab.yaml"},
		{`../{{.metadata.name}}.`, subject("v1", "Service", "shop", "web"), "%2E%2E/web%2E.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			names, refusals := split.Name([]split.Subject{tt.subject}, layout(t, tt.layout), "")
			require.Empty(t, refusals)
			require.Equal(t, []string{tt.want}, names)
		})
	}
}

func TestNamesThatWouldBeEqualGetHashes(t *testing.T) {
	subjects := []split.Subject{
		subject("v1", "ConfigMap", "", "a.b"),
		subject("v1", "ConfigMap", "a", "b"),
		subject("rbac.authorization.k8s.io/v1", "ClusterRole", "", "Admin"),
		subject("rbac.authorization.k8s.io/v1", "ClusterRole", "", "admin"),
		subject("v1", "Service", "shop", "web"),
	}
	names, refusals := split.Name(subjects, split.Layout{}, "")
	require.Empty(t, refusals)
	require.Regexp(t, `^v1\.ConfigMap-a\.b~[0-9a-f]{8}\.yaml$`, names[0])
	require.Regexp(t, `^v1\.ConfigMap-a\.b~[0-9a-f]{8}\.yaml$`, names[1])
	require.Regexp(t, `ClusterRole-Admin~[0-9a-f]{8}\.yaml$`, names[2])
	require.Regexp(t, `ClusterRole-admin~[0-9a-f]{8}\.yaml$`, names[3])
	require.Equal(t, "v1.Service-shop.web.yaml", names[4])
	slices.Reverse(subjects)
	reversed, _ := split.Name(subjects, split.Layout{}, "")
	slices.Reverse(reversed)
	require.Equal(t, names, reversed, "names do not depend on the order")
}

func TestAnonymousNames(t *testing.T) {
	job := func(content string) split.Subject {
		return split.Subject{
			APIVersion: "batch/v1", Kind: "Job", Namespace: "x", GenerateName: "run-",
			ID:      dupcheck.ID{Group: "batch", Kind: "Job", Namespace: "x"},
			Content: sha256.Sum256([]byte(content)),
		}
	}
	names, refusals := split.Name([]split.Subject{job("a"), job("b"), job("a"), job("a")}, split.Layout{}, "")
	require.Empty(t, refusals)
	require.Equal(t, []string{
		"batch-v1.Job-x.run-~ca978112.yaml",
		"batch-v1.Job-x.run-~3e23e816.yaml",
		"batch-v1.Job-x.run-~ca978112-2.yaml",
		"batch-v1.Job-x.run-~ca978112-3.yaml",
	}, names)
}

func TestTemplateThatNamesTwoAlike(t *testing.T) {
	a, b := subject("v1", "Service", "shop", "web"), subject("apps/v1", "Deployment", "shop", "web")
	a.At, b.At = dupcheck.Position{File: "a.yaml", Line: 4}, dupcheck.Position{File: "b.yaml", Line: 7}
	_, refusals := split.Name([]split.Subject{a, b}, layout(t, "{{.metadata.name}}"), "")
	require.Len(t, refusals, 1)
	require.Equal(t, "b.yaml", refusals[0].At.File)
	require.Contains(t, refusals[0].Reason, "the one at a.yaml:4")
}

// TestTemplateSlashes: those of the template make directories, wherever it has
// them, and those of values do not.
func TestTemplateSlashes(t *testing.T) {
	for template, want := range map[string]string{
		`{{.kind}}/{{.apiVersion}}`:                            "Deployment/apps-v1.yaml",
		`{{"a/b}}/c"}}/{{/* / }} */}}x`:                        "a-b%7D%7D-c/x.yaml",
		`{{if .kind}}a/b{{else}}c/d{{end}}`:                    "a/b.yaml",
		`{{if .spec}}a/b{{else if .kind}}c/d{{end}}`:           "c/d.yaml",
		`{{with .metadata}}{{.name}}/x{{end}}`:                 "web/x.yaml",
		`{{range list 1 2}}a/{{end}}b`:                         "a/a/b.yaml",
		`{{define "x"}}a/b{{end}}{{template "x" .}}/{{.kind}}`: "a/b/Deployment.yaml",
	} {
		names, refusals := split.Name([]split.Subject{subject("apps/v1", "Deployment", "shop", "web")}, layout(t, template), "")
		require.Empty(t, refusals, template)
		require.Equal(t, []string{want}, names, template)
	}
	_, err := split.ParseLayout(`{{define "x"}}a/b{{end}}`, nil)
	require.NoError(t, err)
}

func TestTemplateErrors(t *testing.T) {
	for _, s := range []string{"{{", "{{ .x", "{{ .kind }}/{{ .x", "{{ .x }", "{{/* x", "nonsense", "{{nosuch .kind}}"} {
		_, err := split.ParseLayout(s, functions)
		require.NotNil(t, err, s)
	}
	for _, s := range []string{"{{.metadata.labels.app}}", "{{.spec.x.y}}", "a//{{.kind}}", "{{fail \"no\"}}"} {
		_, refusals := split.Name([]split.Subject{subject("v1", "Service", "shop", "web")}, layout(t, s), "")
		require.Len(t, refusals, 1, s)
	}
}

// FuzzNames: whatever objects are called, no two of them share a file.
func FuzzNames(f *testing.F) {
	f.Add("ns", "Name", "ns.name", "name", uint8(0))
	f.Add("", "a.b", "a", "b", uint8(1))
	f.Add("é", "x", "é", "X", uint8(2))
	f.Add("con", strings.Repeat("%", 300), "", strings.Repeat("%", 301), uint8(3))
	f.Fuzz(func(t *testing.T, ns1, name1, ns2, name2 string, which uint8) {
		if ns1 == ns2 && name1 == name2 || name1 == "" || name2 == "" || strings.Contains(ns1+name1+ns2+name2, "/") {
			return
		}
		all := split.LayoutNames()
		subjects := []split.Subject{subject("g/v1", "Kind", ns1, name1), subject("g/v1", "Kind", ns2, name2)}
		names, refusals := split.Name(subjects, layout(t, all[int(which)%len(all)]), "")
		if len(refusals) > 0 {
			return
		}
		require.NotEqual(t, fold.String(names[0]), fold.String(names[1]))
		slices.Reverse(subjects)
		reversed, _ := split.Name(subjects, layout(t, all[int(which)%len(all)]), "")
		slices.Reverse(reversed)
		require.Equal(t, names, reversed)
	})
}
