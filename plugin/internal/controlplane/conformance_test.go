package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// A truth is a case of dupcheck/testdata/groundtruth.tsv with its manifest, as
// package dupcheck writes it.
type truth struct {
	ID, Case, Command, Exit, YAML, Namespace, Silent, Undecided string
}

// TestConformance asks the server every measured case of its release again, and
// holds it against what kuniq says: which objects there are, and whether
// something is wrong with them. No case is left out silently: those that no tool
// can decide from manifests are named in exceptions.
func TestConformance(t *testing.T) {
	p := live(t)
	truths := readTruths(t)
	for _, namespace := range []string{"team-a", "team-b"} {
		makeNamespace(t, p, namespace)
	}
	m := newMaker(t, p)
	r := &replay{plane: p}
	counts := map[string]int{}
	for i, tt := range truths {
		switch {
		case exceptions[tt.ID].why != "":
			counts["exception"]++
			t.Run(tt.ID, func(t *testing.T) { r.except(t, tt, exceptions[tt.ID]) })
		case tt.Command == "POST+GET+POST":
			counts["versions"]++
			t.Run(tt.ID, func(t *testing.T) { m.testVersions(t, tt) })
		default:
			counts["replayed"]++
			if tt.Silent != "" {
				counts["silent"]++
			}
			require.NotEmpty(t, tt.YAML, "%s has neither a manifest nor a reason", tt.ID)
			t.Run(tt.ID, func(t *testing.T) { r.test(t, tt) })
		}
		if i == len(truths)-1 || !strings.HasPrefix(truths[i+1].ID, "K") {
			r.removeDefinitions(t)
		}
	}
	t.Log(len(truths), counts)
	assert.Equal(t, map[string]int{"exception": 12, "versions": 58, "replayed": 141, "silent": 9}, counts)
	assert.Len(t, truths, 211)
}

// testVersions makes an object in one version, reads it in another, and tries
// to make it there again.
func (m *maker) testVersions(t *testing.T, tt truth) {
	form := regexp.MustCompile(`^(\w+): created via (\S+), read via (\S+)$`).FindStringSubmatch(tt.Case)
	require.NotNil(t, form, tt.Case)
	made := m.served(t, schema.FromAPIVersionAndKind(form[2], form[1]).GroupKind(), form[2])
	read := m.served(t, schema.FromAPIVersionAndKind(form[3], form[1]).GroupKind(), form[3])
	o := m.as(t, made, m.number(), "team-a")
	first := m.do(t, http.MethodPost, made.path("team-a", ""), o)
	require.Equal(t, http.StatusCreated, first.Status, string(first.Body))
	second := m.do(t, http.MethodGet, read.path("team-a", nameOf(o)), nil)
	assert.Equal(t, uid(first), uid(second))
	again := m.do(t, http.MethodPost, read.path("team-a", ""), second.with("resourceVersion", "uid"))
	assert.Equal(t, tt.Exit, strconv.Itoa(again.Status), string(again.Body))
	assert.Equal(t, identity(t, made, "team-a", nameOf(o)), identity(t, read, "team-a", nameOf(o)))
}

// readTruths has package dupcheck write its cases.
func readTruths(t *testing.T) []truth {
	t.Helper()
	name := filepath.Join(t.TempDir(), "truths.json")
	cmd := exec.Command("go", "test", "-C", filepath.Join("..", "..", ".."), "-count=1", "-run", "^TestWriteTruths$", "./dupcheck")
	cmd.Env = append(os.Environ(), "GOWORK=", "KUNIQ_TRUTHS="+name)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var truths []truth
	require.NoError(t, json.Unmarshal(data, &truths))
	return truths
}

// makeNamespace makes a namespace that stays for all tests.
func makeNamespace(t *testing.T, p *Plane, name string) {
	t.Helper()
	answer, err := p.Do(t.Context(), http.MethodPost, "/api/v1/namespaces", "application/yaml", []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: "+name+"}\n"))
	require.NoError(t, err)
	require.Contains(t, []int{http.StatusCreated, http.StatusConflict}, answer.Status, string(answer.Body))
}

// replay asks the server the cases one after the other. Each leaves nothing
// behind but CRDs, on which the cases after it stand.
type replay struct{ plane *Plane }

func (r *replay) test(t *testing.T, tt truth) {
	kinds, err := r.plane.discover(t.Context())
	require.NoError(t, err)
	before := r.stored(t, kinds)
	code := r.ask(t, tt, kinds)
	assert.Equal(t, tt.Exit, strconv.Itoa(code), "%s: %s", tt.Case, tt.Command)
	after := r.stored(t, kinds)
	for uid := range before {
		delete(after, uid)
	}
	defer r.remove(t, after)

	ids, found := kuniqSays(t, tt)
	accepted := code == 0 || code/100 == 2
	switch {
	case !accepted:
		assert.True(t, len(found) > 0 || tt.Silent != "", "%s: refused, and kuniq finds nothing wrong", tt.Case)
	case strings.Contains(tt.Command, "--dry-run"):
		assert.Empty(t, after)
	case len(ids) == 0: // each is a new object, with a name of the server's
		assert.Len(t, after, strings.Count(tt.YAML, "generateName"), tt.Case)
	default:
		assert.Equal(t, ids, places(after), "%s: the objects of kuniq, and of the server", tt.Case)
	}
}

// kuniqSays returns the objects that kuniq sees, except CRDs, and what it finds.
func kuniqSays(t *testing.T, tt truth) (ids []string, found []dupcheck.Diagnostic) {
	t.Helper()
	c := dupcheck.Checker{Rules: dupcheck.Rules{DefaultNamespace: tt.Namespace}}
	for o, err := range manifest.Parse(tt.ID+".yaml", []byte(tt.YAML)) {
		require.NoError(t, err)
		c.Add(o)
	}
	report := c.Report()
	for _, id := range c.IDs() {
		place := id.GroupKind().String() + " " + id.Namespace + "/" + id.Name
		if id.Name != "" && id.Kind != "CustomResourceDefinition" && !slices.Contains(ids, place) {
			ids = append(ids, place)
		}
	}
	slices.Sort(ids)
	return ids, report.Diagnostics
}

// ask puts a case to the server by its command, and returns the exit code or
// the HTTP status.
func (r *replay) ask(t *testing.T, tt truth, kinds []served) int {
	t.Helper()
	yaml := complete(tt)
	verb, rest, _ := strings.Cut(tt.Command, " ")
	if verb == "POST" {
		return r.post(t, tt, yaml, kinds)
	}
	args := strings.Fields(strings.TrimSuffix(rest, " -f -"))
	out, err := r.plane.Kubectl(t.Context(), yaml, append(args, "-f", "-")...)
	require.NoError(t, err)
	if out.Code == 0 && strings.Contains(yaml, "kind: CustomResourceDefinition") {
		r.established(t)
	}
	return out.Code
}

// left are what the manifests of some cases leave out, because no
// identity depends on it, and what the server or kubectl asks for.
var left = map[string]string{
	"V20": "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n",
	"C09": "  labels: {p: x}\n", // kubectl takes only what -l selects
	"C11": "spec: {maxReplicas: 1, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}\n",
}

// complete returns the manifest of a case with what it leaves out.
func complete(tt truth) string {
	documents := strings.Split(tt.YAML, "---\n")
	for i, d := range documents {
		documents[i] = strings.TrimRight(d, "\n") + "\n" + left[tt.ID]
	}
	return strings.ReplaceAll(strings.Join(documents, "---\n"), "versions: []", `versions: [`+servedVersion("v1", true)+`, `+servedVersion("v1beta1", false)+`]`)
}

func servedVersion(name string, storage bool) string {
	return fmt.Sprintf("{name: %s, served: true, storage: %t, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}", name, storage)
}

// post sends the first document of a case to the URL of its kind.
func (r *replay) post(t *testing.T, tt truth, yaml string, kinds []served) int {
	t.Helper()
	var id dupcheck.Object
	for o, err := range manifest.Parse("", []byte(yaml)) {
		require.NoError(t, err)
		id = o
		break
	}
	at := slices.IndexFunc(kinds, func(s served) bool { return s.apiVersion() == id.APIVersion && s.Kind == id.Kind })
	require.GreaterOrEqual(t, at, 0, "%s %s is not served", id.APIVersion, id.Kind)
	path := kinds[at].path(tt.Namespace, "")
	for _, validation := range []string{"Ignore", "Warn", "Strict"} {
		if strings.HasSuffix(tt.ID, validation) {
			path += "?fieldValidation=" + validation
		}
	}
	contentType := "application/yaml"
	if strings.HasPrefix(yaml, "{") {
		contentType = "application/json"
	}
	documents := strings.Split(strings.TrimPrefix(yaml, "---\n"), "---\n")
	answer, err := r.plane.Do(t.Context(), http.MethodPost, path, contentType, []byte(documents[0]))
	require.NoError(t, err)
	return answer.Status
}

// A storedObject is one that the server keeps.
type storedObject struct{ path, place string }

// watched are the kinds that the cases are about, besides custom resources.
var watched = []schema.GroupKind{
	{Kind: "ConfigMap"},
	{Kind: "Secret"},
	{Kind: "Namespace"},
	{Kind: "Event"},
	{Group: "rbac.authorization.k8s.io", Kind: "Role"},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"},
	{Group: "apps", Kind: "Deployment"},
	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"},
}

// stored returns the objects of the watched kinds by uid: one that is served in
// two versions or groups is one object, of the group that comes first.
func (r *replay) stored(t *testing.T, kinds []served) map[string]storedObject {
	t.Helper()
	out := map[string]storedObject{}
	for _, s := range kinds {
		if !slices.Contains(watched, s.groupKind()) && !strings.HasSuffix(s.Group, ".example.com") {
			continue
		}
		var list struct {
			Items []struct {
				Metadata struct{ UID, Namespace, Name string }
			}
		}
		everywhere := s
		everywhere.Namespaced = false
		require.NoError(t, r.plane.get(t.Context(), everywhere.path("", ""), &list))
		for _, o := range list.Items {
			m := o.Metadata
			if _, again := out[m.UID]; again || m.Namespace == "kube-system" { // where the server has its own
				continue
			}
			out[m.UID] = storedObject{s.path(m.Namespace, m.Name), s.groupKind().String() + " " + m.Namespace + "/" + m.Name}
		}
	}
	return out
}

func places(objects map[string]storedObject) []string {
	var out []string
	for _, o := range objects {
		out = append(out, o.place)
	}
	slices.Sort(out)
	return out
}

// remove deletes what a case has made.
func (r *replay) remove(t *testing.T, objects map[string]storedObject) {
	t.Helper()
	for _, o := range objects {
		answer, err := r.plane.Do(t.Context(), http.MethodDelete, o.path, "", nil)
		require.NoError(t, err)
		assert.Equal(t, 2, answer.Status/100, string(answer.Body))
	}
}

// TestLastOneWins: of two declarations of one object the second stays, as
// Diagnostic.Wins says.
func TestLastOneWins(t *testing.T) {
	p := live(t)
	const yaml = `apiVersion: v1
kind: ConfigMap
metadata: {name: id-last}
data: {v: '1'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: id-last, namespace: default}
data: {v: '2'}
`
	c := dupcheck.Checker{Rules: dupcheck.Rules{DefaultNamespace: "default"}}
	for o, err := range manifest.Parse("a.yaml", []byte(yaml)) {
		require.NoError(t, err)
		c.Add(o)
	}
	found := c.Report().Diagnostics
	require.Len(t, found, 1)
	wins, ok := found[0].Wins()
	require.True(t, ok)
	out, err := p.Kubectl(t.Context(), yaml, "apply", "-f", "-")
	require.NoError(t, err)
	require.Zero(t, out.Code, out.Stderr)
	out, err = p.Kubectl(t.Context(), "", "get", "configmap", "id-last", "-o", "jsonpath={.data.v}")
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(wins+1), out.Stdout)
}
