package flux_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIdentities has what decides about the identity of objects beside the fields of
// TestSpec: each row adds to the files of a Kustomization, whose fields at base and at
// head it has as well.
func TestIdentities(t *testing.T) {
	const (
		header     = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
		both       = header + "resources: [v.yaml, c.yaml]\n"
		definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, names: {kind: Thing, plural: things}, scope: Namespaced}\n"
		role       = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
		component  = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
		ingress    = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: i, namespace: x}\n"
		secret     = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: x}\nstringData: {a: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x, encrypted_regex: ^(data|stringData)$}\n"
		encrypts   = "patches: [{path: p.yaml}]\n"
		patch      = "apiVersion: ENC[AES256_GCM,data:x]\nkind: ENC[AES256_GCM,data:x]\nmetadata: {name: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x}\n"
	)
	patched := func(patch string) string {
		return "patches: [{target: {kind: PersistentVolumeClaim}, patch: '" + patch + "'}]"
	}
	for _, tt := range []struct {
		name        string
		before, now string   // fields of the spec
		at          []string // files at base and at head
		files       []string // files at head
		want        string
	}{
		// The kustomization of the path, and its names.
		{"kustomization.yml", "", "", nil, []string{"a/kustomization.yml", header + "resources: [c.yaml]\n"}, "data pruned"},
		{"Kustomization", "", "", nil, []string{"a/Kustomization", header + "resources: [c.yaml]\n"}, "data pruned"},
		{"another name", "", "", nil, []string{"a/kustomize.txt", header + "resources: [c.yaml]\n"}, ""},
		{"yml", "", "", nil, []string{"a/v.yaml", "", "a/v.yml", volume}, ""},
		{"below", "", "", nil, []string{"a/v.yaml", "", "a/_x/v.yaml", volume}, ""},
		{"a list of a kind", "", "", nil, []string{"a/v.yaml", "apiVersion: v1\nkind: PersistentVolumeClaimList\nitems:\n- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: x}}\n"}, ""},
		{"a generated name", "", "", nil, []string{"a/g.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: g-, namespace: x}\n"}, "not-applied"},
		{"words of YAML 1.1", "", "", nil, []string{"a/kustomization.yaml", both + "commonLabels: {x: y}\n"}, ""},
		// Changes that the spec makes to the kustomization.
		{"its suffix", "", "nameSuffix: -s", nil, nil, "data pruned, config pruned"},
		{"its suffix in place of that of the kustomization", "", "nameSuffix: -s", []string{"a/kustomization.yaml", both + "nameSuffix: -s\n"}, nil, ""},
		{"the prefix of a base", "", "namePrefix: p-", []string{"a/kustomization.yaml", "resources: [../b]\n", "b/kustomization.yaml", "namePrefix: in-\nresources: [v.yaml]\n", "b/v.yaml", volume}, nil, "in-data pruned"},
		{"the prefix of a base stays", "namePrefix: p-", "namePrefix: p-", nil, []string{"a/kustomization.yaml", "resources: [v.yaml, ../b]\n", "b/kustomization.yaml", "namePrefix: p-\nresources: [c.yaml]\n", "b/c.yaml", config}, "p-config pruned"},
		{"a component in a namespace", "", "components: [../part]", []string{"part/kustomization.yaml", component + "namespace: other\n"}, nil, "data pruned, config pruned"},
		{"a component that adds", "", "components: [../part]", []string{"part/kustomization.yaml", component + "resources: [o.yaml]\n", "part/o.yaml", strings.Replace(config, "config", "other", 1)}, nil, ""},
		{"a patch of what a component adds", "components: [../part]", "components: [../part]\n  patches: [{target: {name: other}, patch: '- {op: replace, path: /metadata/name, value: more}'}]", []string{"part/kustomization.yaml", component + "resources: [o.yaml]\n", "part/o.yaml", strings.Replace(config, "config", "other", 1)}, nil, "other pruned"},
		{"a patch that renames", "", patched("- {op: replace, path: /metadata/name, value: other}"), nil, nil, "data pruned"},
		{"a patch that moves to a namespace", "", patched("- {op: replace, path: /metadata/namespace, value: other}"), nil, nil, "data pruned"},
		{"a patch that changes no identity", "", patched("- {op: add, path: /metadata/labels, value: {a: b}}"), nil, nil, ""},
		{"a patch with a target that matches nothing", "", "patches: [{target: {name: none}, patch: '- {op: remove, path: /x}'}]", nil, nil, ""},
		{"a patch without one that matches nothing", "", "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: none}}'}]", nil, nil, "not-applied"},
		{"two Namespaces in its namespace", "", "targetNamespace: other", []string{"a/n.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: m}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"}, nil, "not-applied"},
		{"a definition", "", "namePrefix: p-", []string{"a/v.yaml", definition}, nil, "config pruned"},
		{"a definition that goes", "", "", []string{"a/v.yaml", definition}, []string{"a/v.yaml", ""}, "things.example.com pruned"},
		{"a kind that is in no namespace", "", "targetNamespace: x", []string{"a/v.yaml", role}, nil, ""},
		{"an unknown kind", "", "targetNamespace: z", []string{"a/v.yaml", unknownKind, "a/c.yaml", ""}, nil, "data pruned"},
		{"labels that are substituted", "postBuild: {substitute: {P: disabled}}\n  commonMetadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: '${P}'}}", "targetNamespace: other", nil, nil, "data pruned, config pruned"},
		// One object twice.
		{"none and the default namespace", "", "", nil, []string{"a/w.yaml", strings.Replace(config, ", namespace: x", "", 1) + "---\n" + strings.Replace(config, "x", "default", 1)}, "not-applied"},
		{"one namespace for two", "", "targetNamespace: x", []string{"a/w.yaml", strings.Replace(volume, "namespace: x", "namespace: y", 1)}, nil, "not-applied"},
		{"one object by its variables", "postBuild: {substitute: {A: o}}", "postBuild: {substitute: {A: config}}", []string{"a/w.yaml", strings.Replace(config, "config", "'${A}'", 1)}, nil, "not-applied"},
		{"another group", "", "", []string{"a/i.yaml", ingress}, []string{"a/i.yaml", strings.Replace(ingress, "extensions/v1beta1", "networking.k8s.io/v1", 1)}, ""}, // they are stored as one
		{"another version", "", "", []string{"a/i.yaml", ingress}, []string{"a/i.yaml", strings.Replace(ingress, "v1beta1", "v1", 1)}, ""},
		{"another group of a kind of its own", "", "", []string{"a/i.yaml", unknownKind}, []string{"a/i.yaml", strings.Replace(unknownKind, "example.com", "example.org", 1)}, "data pruned"},
		// Objects that are dropped.
		{"a name that is true", "", patched("- {op: replace, path: /metadata/name, value: true}"), nil, nil, "data pruned"},
		{"a namespace that is a number", "", patched("- {op: replace, path: /metadata/namespace, value: 42}"), nil, nil, "not-applied"},
		{"a kustomization of kustomize", "", "", nil, []string{"a/k.yaml", header + "metadata: {name: k}\n"}, ""},
		// Builds that kuniq does not do.
		{"outside of the checkout", "", "", nil, []string{"a/kustomization.yaml", "resources: [../../x.yaml, c.yaml]\n"}, "unresolved-change"},
		{"charts", "", "", nil, []string{"a/kustomization.yaml", both + "helmCharts: [{name: x, repo: 'https://example.com', version: 1.0.0}]\n"}, "not-applied"},
		// SOPS.
		{"a Secret that is encrypted", "", "", []string{"a/s.yaml", secret}, []string{"a/s.yaml", ""}, "s pruned"},
		{"a Secret that is encrypted again", "", "", []string{"a/s.yaml", secret}, []string{"a/s.yaml", strings.Replace(secret, "data:x", "data:y", 1)}, ""},
		{"a name that is encrypted", "", "", []string{"a/s.yaml", strings.Replace(secret, "name: s", "name: 'ENC[AES256_GCM,data:x]'", 1)}, []string{"a/s.yaml", strings.Replace(secret, "name: s", "name: 'ENC[AES256_GCM,data:y]'", 1)}, "unresolved-change"},
		{"a generator that reads what is encrypted", "", "", []string{"a/kustomization.yaml", both + "secretGenerator: [{name: g, namespace: x, files: [k.yaml]}]\n", "a/k.yaml", "k: ENC[AES256_GCM,data:x]\nsops: {mac: x}\n"}, []string{"a/k.yaml", "k: ENC[AES256_GCM,data:y]\nsops: {mac: x}\n"}, "g-5d29598fg7 pruned"},
		{"a generator that goes", "", "", []string{"a/kustomization.yaml", both + "secretGenerator: [{name: g, namespace: x, files: [k.yaml]}]\n", "a/k.yaml", "k: ENC[AES256_GCM,data:x]\nsops: {mac: x}\n"}, []string{"a/kustomization.yaml", both}, "g-5d29598fg7 pruned"},
		{"a patch that is encrypted", "", "", []string{"a/kustomization.yaml", both}, []string{"a/kustomization.yaml", both + encrypts, "a/p.yaml", patch}, "unresolved-change"},
		{"beside a patch that is encrypted", "", "", []string{"a/kustomization.yaml", both + encrypts, "a/p.yaml", patch}, []string{"a/kustomization.yaml", "resources: [c.yaml]\n" + encrypts}, "unresolved-change"},
		{"beside a patch that is encrypted, nothing", "", "", []string{"a/kustomization.yaml", both + encrypts, "a/p.yaml", patch}, []string{"README.md", "Hello.\n"}, ""},
		{"a patch that is encrypted goes", "", "", []string{"a/kustomization.yaml", both + encrypts, "a/p.yaml", patch}, []string{"a/kustomization.yaml", both}, "unresolved-change"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := append(append([]string{}, built...), tt.at...)
			base := tree(append(files, "flux.yaml", kustomization("a", "./a", tt.before))...)
			head := tree(append(append(files, tt.files...), "flux.yaml", kustomization("a", "./a", tt.now))...)
			assert.Equal(t, tt.want, happened(t, base, head))
		})
	}
}
