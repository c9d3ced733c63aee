package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// planted are two manifests of one object, with something that may deploy them.
type planted struct {
	files    [2]string
	deployed bool // Argo CD reads both as they are, whatever is beside them
}

const plantedName = "planted"

// grower adds random files to the working directory, and replaces none.
type grower struct {
	*rand.Rand
	t    testing.TB
	dirs []string
}

func newGrower(t testing.TB, seed uint64) *grower {
	return &grower{rand.New(rand.NewPCG(seed, 17)), t, []string{".", "prod", "prod/x", "prod/x/y", "base", "z", "prod/templates", "charts/c", "testdata", "docs"}}
}

func pick[T any](g *grower, from ...T) T { return from[g.IntN(len(from))] }

func (g *grower) dir() string { return pick(g, g.dirs...) }

// write makes a file, unless there is one or something is in the way.
func (g *grower) write(name, text string) {
	if _, err := os.Lstat(name); err == nil || os.MkdirAll(filepath.Dir(name), 0o777) != nil {
		return
	}
	require.NoError(g.t, os.WriteFile(name, []byte(text), 0o666))
}

// object is a manifest of a ConfigMap.
func object(name, value string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: shop}\ndata: {a: \"" + value + "\"}\n"
}

// plant makes the collision, and perhaps an Application over it.
func (g *grower) plant() planted {
	p := planted{}
	dirs := []string{"prod", "prod/x", "prod/x/y", "prod/templates", "base", "z"}
	for i := range p.files {
		p.files[i] = path.Join(pick(g, dirs...), pick(g, "a", "b", "c")+fmt.Sprint(i)+pick(g, ".yaml", ".yml", ".json"))
		text := object(plantedName, fmt.Sprint(i))
		if path.Ext(p.files[i]) == ".json" {
			text = fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":%q,"namespace":"shop"},"data":{"a":"%d"}}`, plantedName, i)
		}
		g.write(p.files[i], text)
	}
	if pick(g, true, false) {
		source := pick(g, "path: ., directory: {recurse: true}", "path: prod, directory: {recurse: true}")
		g.write("argo/app.yaml", application("argo", source))
		p.deployed = strings.HasPrefix(source, "path: .,") || strings.HasPrefix(p.files[0], "prod/") && strings.HasPrefix(p.files[1], "prod/")
	}
	return p
}

func application(name, source string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + ", namespace: argocd}\n" +
		"spec: {project: default, source: {repoURL: https://git.example.com/c, " + source + "}, destination: {server: 'https://prod', namespace: shop}}\n"
}

// grow adds something.
func (g *grower) grow(p planted) {
	dir := g.dir()
	file := func(name string) string { return path.Join(dir, name) }
	switch g.IntN(14) {
	case 0, 1, 2, 3:
		g.write(file(pick(g, "kustomization.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization")), g.kustomization(dir, p))
	case 4:
		g.write(file("Chart.yaml"), pick(g, "", "apiVersion: v2\nname: c\nversion: 0.1.0\n", "apiVersion: v2\nname: c\nversion: 0.1.0\ntype: library\n", "apiVersion: v1\nname: c\n")+
			pick(g, "", "dependencies: [{name: c, version: 0.1.0, repository: 'file://"+g.relative(dir, g.dir())+"'}]\n",
				"dependencies: [{name: d, version: 1, repository: https://example.com}]\n", "---\n"+object("later", "1")))
		g.write(file(".helmignore"), pick(g, "*", "*.yaml", ""))
		g.write(file("templates/t.yaml"), pick(g, "", "{{ .Values.x }}\n", object("template", "1")))
	case 5:
		g.write(file("main.jsonnet"), pick(g, "{}", "error 'x'", "{a: importstr '"+g.relative(dir, p.files[g.IntN(2)])+"'}", "import '"+g.relative(dir, p.files[g.IntN(2)])+"'", "// tanka.dev/\n{}"))
		g.write(file("spec.json"), pick(g, "{}", "{\"spec\": {\"namespace\": \"x\"}}", ""))
		g.write(pick(g, "tkrc.yaml", file("jsonnetfile.json")), "{}")
	case 6:
		g.write(file("go.mod"), "module x\n")
		g.write(file(pick(g, "main.go", "x_test.go", "test/x.go")), "package main\n")
	case 7:
		g.write(file(pick(g, ".gitattributes", ".gitignore", ".sourceignore", ".argocd-source.yaml", ".krmignore", ".helmignore", ".sops.yaml")),
			pick(g, "* filter=lfs diff=lfs merge=lfs -text\n", "*\n", "/*\n!/z\n", "*.yaml export-ignore\n", "creation_rules: []\n"))
	case 8:
		g.write(file(".gitmodules"), "[submodule \"x\"]\n\tpath = "+g.relative(dir, g.dir())+"\n\turl = https://example.com/x\n")
	case 9:
		hidden := path.Join(dir, pick(g, ".x", "node_modules", ".github/workflows", "testdata"))
		g.write(path.Join(hidden, pick(g, "a.yaml", "kustomization.yaml")), pick(g, object("hidden", "1"), "resources: [../"+path.Base(p.files[0])+"]\n"))
	case 10:
		list := pick(g, "apiVersion: v1\nkind: List\n", "kind: List\n", "apiVersion: v1\nkind: ConfigMapList\n", "apiVersion: null\nkind: XList\n")
		g.write(file("list.yaml"), list+"items:\n- "+strings.ReplaceAll(strings.TrimSuffix(object(pick(g, "other", plantedName), "9"), "\n"), "\n", "\n  ")+"\n")
	case 11:
		target := pick(g, p.files[0], p.files[1], path.Dir(p.files[0]), "/etc/hostname", "../..", "nowhere")
		if !path.IsAbs(target) {
			target = g.relative(dir, target)
		}
		name := file(pick(g, "link.yaml", "linked", "link.json"))
		if os.MkdirAll(filepath.Dir(name), 0o777) == nil {
			_ = os.Symlink(target, name) // there may be one
		}
	case 12:
		g.write(file(pick(g, "app.yaml", "set.yaml", "ks.yaml")), pick(g,
			application(fmt.Sprint("a", g.IntN(9)), "path: "+g.dir()+pick(g, "", ", directory: {recurse: true}", ", kustomize: {namePrefix: x-}")),
			"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s"+fmt.Sprint(g.IntN(9))+", namespace: argocd}\nspec: {generators: [{git: {directories: [{path: '*'}]}}], template: {spec: {source: {path: '{{path}}'}}}}\n",
			"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k"+fmt.Sprint(g.IntN(9))+", namespace: flux-system}\nspec: {path: ./"+g.dir()+", prune: true}\n"))
	default:
		g.write(file(pick(g, "more.yaml", "values.yaml", "x.txt", "data.json", "broken.yaml")), pick(g,
			object("more", "1"), "a: b\n", "", "{", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n", "%TAG ! x\n---\n", object("${VAR}", "1")))
	}
}

// relative returns a path as it is seen from a directory.
func (g *grower) relative(dir, target string) string {
	out, err := filepath.Rel(dir, target)
	require.NoError(g.t, err)
	return filepath.ToSlash(out)
}

// kustomization is the text of one, valid or not.
func (g *grower) kustomization(dir string, p planted) string {
	some := func() string {
		targets := []string{p.files[0], p.files[1], path.Dir(p.files[0]), path.Dir(p.files[1]), g.dir(), "z", path.Join(dir, "more.yaml"), path.Join(dir, "list.yaml")}
		var out []string
		for range 1 + g.IntN(3) {
			out = append(out, "'"+g.relative(dir, pick(g, targets...))+"'")
		}
		if g.IntN(8) == 0 {
			out = append(out, "'https://example.com/x.yaml'")
		}
		slices.Sort(out)
		return strings.Join(slices.Compact(out), ", ")
	}
	text := pick(g, "", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n")
	for range 1 + g.IntN(3) {
		field := pick(g, "resources", "resources", "resources", "components", "crds", "generators", "transformers", "configurations", "patchesStrategicMerge", "bases")
		line := field + ": [" + some() + "]\n"
		switch g.IntN(6) {
		case 0:
			field, line = "patches", "patches: [{path: "+some()+"}]\n"
		case 1:
			field, line = "configMapGenerator", "configMapGenerator: [{name: g, files: ["+some()+"]}]\n"
		case 2:
			field = pick(g, "namePrefix", "namespace", "nameSuffix")
			line = field + ": x\n"
		case 3:
			field, line = "helmCharts", pick(g, "", "helmCharts: [{name: c}]\n", "nonsense: 1\n")
		}
		if !strings.Contains(text, field+":") {
			text += line
		}
	}
	return text + pick(g, "", "", "---\n"+object("later", "2"))
}

// strictReport is what a strict check of the working directory says.
func strictReport(t *testing.T) (int, contractReport) {
	t.Helper()
	got := run(t, "", "check", "--strict", "-o", "json", "--files", ".")
	var r contractReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r), got.stdout+got.stderr)
	return got.code, r
}

// told says whether a report still tells of the collision: as a finding, by naming
// one of the files as unread, or by naming the targets that were rendered from both
// of them, unless Argo CD deploys both as they are.
func (p planted) told(r contractReport) bool {
	rendered := 0
	for _, d := range r.Diagnostics {
		if d.ID != nil && strings.Contains(d.ID.Name, plantedName) && d.Severity == "error" {
			return true
		}
	}
	for _, s := range r.FileStates {
		if !slices.Contains(p.files[:], s.File) {
			continue
		}
		if s.State == "unread" {
			return true
		}
		if s.Target != "" && s.State != "left-out" {
			rendered++
		}
	}
	return rendered == 2 && !p.deployed
}

// monotony grows a tree around a collision.
func monotony(t *testing.T, seed uint64, steps uint8) {
	t.Chdir(t.TempDir())
	g := newGrower(t, seed)
	p := g.plant()
	for range steps % 4 {
		g.grow(p)
	}
	code, r := strictReport(t)
	before := code == exitFindings && slices.ContainsFunc(r.Diagnostics, func(d contractDiagnostic) bool { return d.ID != nil && d.ID.Name == plantedName })
	if steps%4 == 0 {
		require.True(t, before, "the collision is found where there is nothing else")
	}
	if !before {
		return
	}
	for range 1 + g.IntN(6) {
		g.grow(p)
	}
	code, r = strictReport(t)
	if !p.told(r) || code == exitClean && p.deployed {
		_ = filepath.WalkDir(".", func(name string, e os.DirEntry, _ error) error {
			if !e.IsDir() {
				text, _ := os.ReadFile(name)
				t.Logf("-- %s --\n%s", name, text)
			}
			return nil
		})
		states, err := json.MarshalIndent(r.FileStates, "", " ")
		require.NoError(t, err)
		t.Fatalf("seed %d, %d steps: exit %d, and the collision of %v (deployed: %v) is not told any more: %s", seed, steps, code, p.files, p.deployed, states)
	}
}

// TestLongMonotony: under strict, adding files to a tree never makes a finding
// disappear.
func TestLongMonotony(t *testing.T) {
	assertion.Long(t)
	for seed := range uint64(120) {
		monotony(t, seed, uint8(seed%4))
	}
}

func FuzzMonotony(f *testing.F) {
	f.Add(uint64(1), uint8(0))
	f.Fuzz(monotony)
}
