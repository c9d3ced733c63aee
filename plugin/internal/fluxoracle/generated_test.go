package fluxoracle

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// maker makes random trees.
type maker struct {
	*rand.Rand
	t   *testing.T
	dir string
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m *maker, from ...T) T { return from[m.IntN(len(from))] }

func (m *maker) write(name, text string) {
	name = filepath.Join(m.dir, name)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(m.t, os.WriteFile(name, []byte(text), 0o600))
}

// name is a name of an object, often with a variable in it.
func (m *maker) name() string {
	plain := pick(m, "a", "b", "web", "42", "true", "x-y")
	return pick(m, plain, plain, plain, plain, "${name}", "${name}-"+plain, "${missing:-d}", "${num}", "${name:0:1}",
		"$${name}", "${name^^}", "${empty:-e}", "${missing:=z}", "${name/o/p}", "$name", "${#name}", "${nested:-${name}}")
}

var kinds = []string{
	"v1 ConfigMap", "v1 Service", "apps/v1 Deployment", "v1 Namespace", "rbac.authorization.k8s.io/v1 ClusterRole", "example.com/v1 Thing",
	"networking.k8s.io/v1 Ingress", "networking.k8s.io/v1beta1 Ingress", "v1 Secret",
}

// object is a manifest.
func (m *maker) object() string {
	version, kind, _ := strings.Cut(pick(m, kinds...), " ")
	name := m.name()
	if m.chance(70) {
		name = strconv.Quote(name)
	}
	metadata := "name: " + name
	if m.chance(60) {
		metadata += ", namespace: " + strconv.Quote(pick(m, "default", "n", "${ns}", "other", "${missing:-n}"))
	}
	switch m.IntN(14) {
	case 0:
		metadata += `, annotations: {config.kubernetes.io/local-config: "true"}`
	case 1:
		metadata += `, labels: {kustomize.toolkit.fluxcd.io/substitute: ` + pick(m, "disabled", "Disabled") + "}"
	case 2:
		metadata += `, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}`
	case 3:
		metadata = "generateName: x-"
	}
	data := pick(m, "", "data: {a: \"${name}\"}\n", "data: {a: '100%$', b: '$(name)'}\n", "data: {a: \"${missing}\"}\n", "data:\n  s: |\n    echo ${name-d}\n", "spec: {a: ${num}}\n")
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {%s}\n%s", version, kind, metadata, data)
}

// file is the text of a manifest.
func (m *maker) file() string {
	switch m.IntN(24) {
	case 0:
		return ""
	case 1:
		return "# nothing\n"
	case 2:
		return "a: 1\nb: {c: d}\n"
	case 3:
		return "{{ if .Values.x }}\na: b\n{{ end }}\n"
	case 4:
		return "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(m.object(), "\n", "\n  ") + "\n"
	case 5:
		return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: k}\n"
	}
	text := m.object()
	for m.chance(30) {
		text += "---\n" + m.object()
	}
	return text
}

// kustomization names some files of a directory.
func (m *maker) kustomization(files []string) string {
	field := pick(m, "resources", "resources", "resources", "resources", "resources", "resources", "resourcess", "Resources", "bases")
	text := field + ": [" + strings.Join(files, ", ") + "]\n"
	add := func(percent int, line string) {
		if m.chance(percent) {
			text += line + "\n"
		}
	}
	add(60, "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: "+pick(m, "Kustomization", "Kustomization", "Kustomization", "Component"))
	add(15, "namespace: "+pick(m, "n", "in"))
	add(15, "namePrefix: "+pick(m, "in-", "${name}-"))
	add(15, "nameSuffix: -in")
	add(10, "commonLabels: {x: y}")
	add(8, "unknown: true")
	add(8, "patches: [{patch: '- {op: replace, path: /metadata/name, value: p}', target: {kind: ConfigMap}}]")
	add(8, "configMapGenerator: [{name: gen, literals: [a=b]}]")
	add(4, "configMapGenerator: [{name: gen, literals: [a=c]}]")
	add(4, "components: [../part]")
	add(3, "helmCharts: [{name: x, repo: https://example.com}]")
	add(3, "images: [{name: x, newTag: '1'}]")
	return text
}

func (m *maker) directory(dir string, depth int) {
	var files []string
	for range m.IntN(4) {
		name := pick(m, "a", "b", "c", ".hidden", "_x") + pick(m, ".yaml", ".yaml", ".yaml", ".yml", ".json", ".txt")
		m.write(path(dir, name), m.file())
		files = append(files, name)
	}
	if depth < 3 {
		for range m.IntN(3) {
			name := pick(m, "one", "two", ".dot", "_under", "docs")
			m.directory(path(dir, name), depth+1)
			files = append(files, name)
		}
	}
	if m.chance(8) {
		files = append(files, pick(m, "../base", "../part/p.yaml", "missing.yaml", "https://example.com/x.yaml"))
	}
	if m.chance(45) && (depth > 0 || m.chance(70)) {
		m.write(path(dir, pick(m, "kustomization.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization")), m.kustomization(files))
	}
	if m.chance(3) {
		m.write(path(dir, "kustomization.yml"), m.kustomization(files))
	}
	if m.chance(8) {
		m.write(path(dir, ".sourceignore"), m.patterns())
	}
}

func path(dir, name string) string { return filepath.Join(dir, name) }

func (m *maker) patterns() string {
	text := ""
	for range 1 + m.IntN(3) {
		text += pick(m, "a.yaml", "/apps/one", "*.yml", "docs/", "!a.yaml", "# c", " a.yaml", "**/two/*", "/*", "!/apps", "!apps/**", "b*", "apps/one/*.yaml", "!apps/one/b.yaml", "") + "\n"
	}
	return text
}

// spec is that of a Kustomization.
func (m *maker) spec() map[string]any {
	spec := specFor(pick(m, "./apps", "./apps", "./apps", "apps/", "/apps", "./apps/one", "../apps", "./missing"))
	add := func(percent int, field string, value any) {
		if m.chance(percent) {
			spec[field] = value
		}
	}
	add(25, "targetNamespace", pick(m, "target", "${ns}"))
	add(15, "namePrefix", pick(m, "out-", "${name}-"))
	add(15, "nameSuffix", "-out")
	add(20, "components", []any{pick(m, "../part", "../part", "./none", "https://example.com/c")})
	add(30, "ignoreMissingComponents", true)
	add(15, "images", []any{map[string]any{"name": "x", "newTag": "2"}})
	add(20, "patches", []any{pick(m,
		map[string]any{"patch": "- {op: replace, path: /metadata/name, value: q}", "target": map[string]any{"kind": "ConfigMap", "name": "a"}},
		map[string]any{"patch": "$patch: delete\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n", "target": map[string]any{"kind": "Service"}},
		map[string]any{"patch": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {z: y}\n"},
		map[string]any{"patch": "- {op: add, path: /metadata/labels, value: {a: b}}", "target": map[string]any{"labelSelector": "x=y"}})})
	if m.chance(60) {
		post := map[string]any{}
		if m.chance(80) {
			post["substitute"] = map[string]any{"name": pick(m, "bob", "Bob\n", "x: y"), "num": "42", "empty": "", "ns": pick(m, "n", "42", "other")}
		}
		if m.chance(5) {
			post["substitute"] = map[string]any{"a-b": "c"}
		}
		if m.chance(40) {
			post["substituteFrom"] = []any{map[string]any{"kind": "ConfigMap", "name": "vars"}}
		}
		spec["postBuild"] = post
	}
	return spec
}

// TestGenerated compares random trees. KUNIQ_TREES_COUNT says how many.
func TestGenerated(t *testing.T) {
	count := 300
	if n, err := strconv.Atoi(os.Getenv("KUNIQ_TREES_COUNT")); err == nil {
		count = n
	}
	from, _ := strconv.Atoi(os.Getenv("KUNIQ_TREES_FROM"))
	for seed := from; seed < from+count; seed++ {
		m := &maker{rand.New(rand.NewPCG(uint64(seed), 1)), t, t.TempDir()}
		m.directory("apps", 0)
		m.write("part/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [p.yaml]\n"+pick(m, "", "namespace: part\n"))
		m.write("part/p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: part}\n")
		x := tree{dir: m.dir, files: checkout.NewCachingFS(os.DirFS(m.dir)), spec: m.spec()}
		if m.chance(10) {
			text := m.patterns()
			x.ignore = &text
		}
		if m.chance(90) {
			x.vars = map[string]string{"name": "cm", "ns": "cm-ns", "other": "1"}
		}
		if x.vars == nil {
			delete(x.spec, "postBuild") // a ConfigMap that is not in the checkout may still be there
		}
		if !agree(t, t, x) {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d trees", count)
}
