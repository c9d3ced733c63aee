package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// testdata are the manifests that package manifest is tested with.
var testdata = filepath.Join("..", "..", "..", "dupcheck", "manifest", "testdata")

// kubectl returns the objects that kubectl would take from a file, as its
// resource builder reads it (k8s.io/cli-runtime v0.37.2 pkg/resource: StreamVisitor
// and FlattenListVisitor in visitor.go, infoForObject in mapper.go). It goes on as
// kubectl does: behind a document that is refused, but not behind one whose end is
// not found. Where kubectl would ask a server everything is accepted: any type
// exists, and metadata may have any form.
func kubectl(data []byte) (objects []*unstructured.Unstructured) {
	defer func() { _ = recover() }() // the parser is known to panic
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		var document runtime.RawExtension
		if d.Decode(&document) != nil {
			return objects
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		o, _, err := unstructured.UnstructuredJSONScheme.Decode(raw, nil, nil)
		if err != nil {
			continue
		}
		switch o := o.(type) {
		case *unstructured.Unstructured:
			objects = append(objects, o)
		case *unstructured.UnstructuredList:
			objects = append(objects, flatten(o)...)
		}
	}
}

// flatten returns the items of a list that kubectl would take. On an item that is
// a list itself meta.ExtractList fails, and nothing is taken.
func flatten(list *unstructured.UnstructuredList) (objects []*unstructured.Unstructured) {
	for i := range list.Items {
		o := &list.Items[i]
		if o.IsList() {
			return nil
		}
		if gvk := o.GroupVersionKind(); gvk.Kind != "" && gvk.Version != "" {
			objects = append(objects, o)
		}
	}
	return objects
}

// headerOf is the identity of an object as kubectl reads it.
func headerOf(o *unstructured.Unstructured) header {
	return header{o.GetAPIVersion(), o.GetKind(), o.GetNamespace(), o.GetName(), o.GetGenerateName()}
}

// ourHeader is that of an object that kuniq has read. Where a field is no string,
// which is an error of kuniq's, kubectl reads nothing, or for the type perhaps that
// of the list around it.
func ourHeader(t testing.TB, o *dupcheck.Object) (h header, untyped bool) {
	if !o.Unnamed {
		return header{o.APIVersion, o.Kind, o.Namespace, o.Name, o.GenerateName}, false
	}
	value, err := o.Body.Value()
	require.NoError(t, err)
	fields, _ := value.(map[string]any)
	h = headerOf(&unstructured.Unstructured{Object: fields})
	return h, h.APIVersion == "" || h.Kind == ""
}

var lineMarks = regexp.MustCompile("(?m)^\ufeff+")

// agrees makes sure that kuniq sees every object that kubectl would take from a
// file, or says that it could not read all of it; and does not pass over the file
// as no manifest if it is found in dir. Kuniq may see more: behind a "..." or text
// behind a separator, in a list in a list, in UTF-16, or the object that has items.
// Only of what has no name, and so is no object of any server, it may see less. A
// byte order mark at the beginning of a document is a part of the first key to
// kubectl, and nothing to kuniq.
func agrees(t testing.TB, dir, name string, data []byte) (taken int) {
	t.Helper()
	theirs := namedIn(data)
	if len(theirs) == 0 {
		return 0
	}
	ours, unread := map[header]int{}, false
	for o, err := range manifest.Parse("f", data) {
		switch {
		case err != nil:
			unread = true
		case !o.Placeholder:
			h, untyped := ourHeader(t, &o)
			if ours[h]++; untyped {
				h.APIVersion, h.Kind = "", ""
				ours[h]++
			}
		}
	}
	if unread && len(ours) == 0 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "x.yaml"), data, 0o600))
		tree := &manifest.Tree{Args: []string{dir}, Plain: true}
		for f := range tree.Files(t.Context()) {
			require.NotEmpty(t, f.Unread, "%s: passed over as %q:\n%q", name, f.Skipped, data)
		}
	}
	if h, ok := missing(theirs, ours); ok && !unread {
		_, ok = missing(namedIn(lineMarks.ReplaceAll(data, nil)), ours)
		require.False(t, ok, "%s: kubectl takes an object that kuniq does not see: %+v, of %v:\n%q", name, h, ours, data)
	}
	return len(theirs)
}

// namedIn returns the identities of the objects with a name that kubectl takes.
func namedIn(data []byte) (all []header) {
	for _, o := range kubectl(data) {
		if o.GetName() != "" || o.GetGenerateName() != "" {
			all = append(all, headerOf(o))
		}
	}
	return all
}

// missing returns one of some identities that is not among others as often.
func missing(some []header, others map[header]int) (h header, ok bool) {
	left := maps.Clone(others)
	for _, h := range some {
		untyped := h
		if untyped.APIVersion, untyped.Kind = "", ""; left[h] == 0 {
			h = untyped
		}
		if left[h]--; left[h] < 0 {
			return h, true
		}
	}
	return h, false
}

// blanks are all that Unicode has, and kubectl skips each before JSON.
var blanks = []string{"\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000", "\u0085", "\u2028", "\u2029", "\v", "\f", " \u00a0\t\u3000 ", "\u00a0\n", "\v\r\n\u3000", "\u2028\u00a0"}

func TestBlanksOfKubectl(t *testing.T) {
	dir := t.TempDir()
	for _, blank := range blanks {
		for _, text := range []string{
			js("a"), "{\n \"kind\": \"X\",\n \"apiVersion\": \"v1\",\n \"metadata\": {\"name\": \"a\"}\n}\n",
			"{apiVersion: v1, kind: X, metadata: {name: a}}\n", strings.TrimSuffix(js("a"), "}") + ",}", js("a") + " # c\n",
			`{"kind":"List","items":[` + js("a") + `]}`, js("b") + "\n---\n" + cm("a"),
		} {
			if !strings.Contains(strings.Trim(blank, "\n"), "\n") {
				assert.NotZero(t, agrees(t, dir, "before", []byte(blank+text)), "%q %s", blank, text)
			}
		}
		for _, text := range []string{js("a") + blank + js("b"), js("a") + blank + "\n---\n" + cm("b"), js("a") + blank + "\n" + cm("b")} {
			assert.NotZero(t, agrees(t, dir, "between", []byte(text)), "%q", text)
		}
	}
}

// kubectlSeeds are files about which the two may be of different minds.
var kubectlSeeds = []string{
	js("a") + "---\n" + block("b"), js("a") + "\n" + block("b"), js("a") + js("b") + js("c") + "\n---\n" + block("d"), "{}\n---\n" + block("b"),
	block("a") + "---#c\n" + block("b"), block("a") + "--- # c\n" + block("b"), block("a") + "--- {a: b}\n", block("a") + "...\n" + block("b"), "%YAML 1.1\n---\n" + block("a"),
	"\ufeff" + block("a"), block("a") + "\ufeff---\n" + block("b"), "\ufeff---\n" + block("a"), block("a") + "\r---\r" + block("b"), block("a") + "\u0085---\n" + block("b"),
	"# c\n--- # c\r" + block("a"), "a: b\n--- # c\u0085" + block("a"), "# c\n--- \r" + block("a"), "x: &x {name: a}\u0085apiVersion: v1\u0085kind: X\u0085metadata: {<<: *x}\u0085--- # c\u0085",
	js("a") + ":", js("a\u0085b") + "\n# c\n", js("a\u2028b") + " # c\n", js("a") + "\n# c\n", "{" + js("a") + ": b}", "[" + js("a") + "]: b",
	"{}" + block("a")[1:], "{}kind: X\nmetadata:\n  name: a\ndata:\n  message: b",
	"apiVersion: v1\r\r\n  \"\"\nkind: X\nmetadata: {name: a}\n", "? kind\n: X{{ x }}\n? apiVersion\n: v1\n? metadata\n: {name: a}\n", block("a") + "---#cname: a\n" + block("b"), "a: b\n---#c: d\n" + block("b"),
	"kind: List\nitems:\n- " + cm("a") + "- " + cm("b"), "kind: List\napiVersion: null\nitems: &x\n- " + cm("a") + "more: *x\n", "kind: X\nitems: [" + js("a") + "]\n",
	"kind: List\nitems:\n- kind: List\n  items:\n  - " + cm("a") + "- " + cm("b"), "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata: {name: 1}\n",
	"x: &x {name: a}\napiVersion: v1\nkind: X\nmetadata: {<<: *x}\n", "? kind\n: X\n? apiVersion\n: v1\n? metadata\n: {name: a}\n", "\"\\u006bind\": X\napiVersion: v1\nmetadata: {\"n\\x61me\": a}\n",
	"kind: X\nkind: Y\napiVersion: v1\nmetadata:\n  name: a\n  name: b\n", "apiVersion: v1\nkind: X\nmetadata:\n  name: !!str 1\n  namespace: ! 2\n", "apiVersion: v1\nkind: X\nmetadata:\n  name: ~\n  generateName: a\n",
	"apiVersion: v1\nkind: X\nmetadata: {name: a}\nitems:\n", "apiVersion: v1\nkind: X\nmetadata: {name: a}\nitems: [{metadata: {name: b}}, {apiVersion: v1, kind: Y, metadata: {name: c}}]\n", "kind: X\nmetadata: {name: a}\n",
	"# c\n\n" + block("a"), "---\n---\n" + block("a"), "--- \n\n--- # x\n" + block("a") + "\n---", "null\n---\n" + block("a"), "- a\n---\n" + block("a"), "a\n---\n" + block("a"), "!!map {apiVersion: v1, kind: X, metadata: {name: a}}\n",
	block("a") + "---\n" + block("b"), cm("a") + "...\n" + cm("b"), js("a") + js("b"), js("a") + "\n" + js("é"), "\ufeff" + js("a"), "[" + js("a") + "]",
	"apiVersion: v1\nkind: List\nitems:\n- " + cm("a") + "- kind: X\n- apiVersion: v1\n  kind: List\n  items: [" + cm("b") + "]\n",
	"kind: ConfigMapList\napiVersion: v1\nitems:\n- metadata: &m\n    name: a\n- metadata: *m\n- metadata: {<<: *m, namespace: b}\n",
	`{"kind":"List","apiVersion":"v1","items":[` + js("a") + `,{"items":[]}]}`, block("a") + "metadata: {name: b}\n", block("123") + "items: []\n",
	"\xff\xfea\x00", "a\x00b\x00", "--- |\n x\n", "'a' b", block("{{ x }}"), block("! 1"), block("&a ! 1"), "kind: X\rmetadata: {name: a}\u2028b: c\n", block("\"\\n\""), block("|\n  a"), "a: &a [*a]\nitems: *a\n",
	"? {a: b}\n: c\n", "%YAML 1.2\n---\n" + block("a"), block("ENC[a]"), "- " + cm("a"),
}

// FuzzKubectl holds kuniq against kubectl. Besides what the fuzzer does, a number
// other than 0 says how to mutate the lines of a file.
func FuzzKubectl(f *testing.F) {
	for _, text := range kubectlSeeds {
		f.Add([]byte(text), uint64(0))
	}
	for i, name := range realManifests(f, 16<<10) {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data, uint64(i))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		if seed != 0 {
			data = mutated(rand.New(rand.NewPCG(seed, 3)), data)
		}
		agrees(t, dir, "fuzz", data)
	})
}

// realManifests are the cases, and the manifests in the directories that
// KUNIQ_MANIFESTS names, as the tests of package manifest take them.
func realManifests(t testing.TB, most int64) (names []string) {
	for _, dir := range append([]string{testdata}, filepath.SplitList(os.Getenv("KUNIQ_MANIFESTS"))...) {
		require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name)) {
				return nil
			}
			if info, err := e.Info(); err == nil && info.Size() <= most {
				names = append(names, name)
			}
			return nil
		}))
	}
	return names
}

// TestKubectlAgrees holds kuniq against kubectl on real manifests, each as it is
// and mutated. KUNIQ_LONG=1 mutates each of them a hundred times.
func TestKubectlAgrees(t *testing.T) {
	mutations := 5
	if os.Getenv("KUNIQ_LONG") != "" {
		mutations = 100
	}
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(20, 26))
	files, objects := 0, 0
	for _, name := range realManifests(t, 64<<10) {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		objects += agrees(t, dir, name, data)
		for range mutations {
			objects += agrees(t, dir, name, mutated(r, data))
		}
		files++
	}
	r = rand.New(rand.NewPCG(20, 26)) // so that the seeds do not depend on the files of this machine
	for _, text := range kubectlSeeds {
		for range 40 * mutations {
			objects += agrees(t, dir, "seed", mutated(r, []byte(text)))
		}
	}
	t.Logf("%d files, %d objects that kubectl takes", files, objects)
	assert.NotZero(t, objects)
}

// pieces are what mutations put into a file.
var pieces = []string{
	"---", "--- ", "--- # c", "---#c", "--- a", "...", "... # c", "\ufeff", "\u00a0", "\u3000", "\u0085", "\u2028", "\r", "\t", "\v", "\x00", "\xff", "{", "}", "[", "]", ", ", ": ", ":", "- ", "? ", "# c", "\"", "'", "|", ">-", "|2",
	"&x ", "*x", "<<: *x", "!!str ", "! ", "!!binary ", "~", "null", "\"\"", "items:", "items: []", "\"items\": [", "kind: List", "kind: ConfigMapList", "apiVersion:", "apiVersion: null", "kind: X", "apiVersion: v1", "metadata:", "metadata: {name: z}", "name: a", "name: 1", "name: no",
	"generateName: a", "namespace: b", "{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"a\"}}", "{apiVersion: v1, kind: X, metadata: {name: a}}", "%YAML 1.1", "%TAG ! x", "{{ x }}", "${X}", "\\u006b", "1e3", "0x1f", "2020-01-01", ".inf", "=",
}

// mutated returns a file with some changes of the kinds that people and programs
// make.
func mutated(r *rand.Rand, data []byte) []byte {
	for range 1 + r.IntN(3) {
		lines := strings.SplitAfter(string(data), "\n")
		at := r.IntN(len(lines))
		piece := pieces[r.IntN(len(pieces))]
		switch line := &lines[at]; r.IntN(12) {
		case 0: // a line more
			*line = strings.Repeat(" ", r.IntN(5)) + piece + "\n" + *line
		case 1: // something in a line
			i := r.IntN(len(*line) + 1)
			*line = (*line)[:i] + piece + (*line)[i:]
		case 2: // at the beginning of it
			i := len(*line) - len(strings.TrimLeft(*line, " "))
			*line = (*line)[:i] + piece + (*line)[i:]
		case 3: // at its end
			*line = strings.TrimSuffix(*line, "\n") + piece + "\n"
		case 4:
			*line = ""
		case 5:
			*line += lines[r.IntN(len(lines))]
		case 6: // in or out
			if r.IntN(2) == 0 {
				*line = strings.Repeat(" ", 1+r.IntN(3)) + *line
			} else {
				*line = strings.TrimPrefix(*line, strings.Repeat(" ", 1+r.IntN(2)))
			}
		case 7: // a value for a value
			if key, _, ok := strings.Cut(*line, ": "); ok {
				*line = key + ": " + piece + "\n"
			}
		case 8: // all of it as JSON, or behind JSON
			return asJSON(r, data)
		case 9:
			lines = []string{strings.ReplaceAll(string(data), "\n", []string{"\r\n", "\r", "\n\n", "\u0085", "\u2028"}[r.IntN(5)])}
		case 10: // as an item of a list
			indented := strings.ReplaceAll(strings.TrimSuffix(string(data), "\n"), "\n", "\n  ")
			lines = []string{[]string{"", "apiVersion: v1\n", "apiVersion:\n"}[r.IntN(3)], "kind: ", []string{"List", "X", "XList", "ConfigMap"}[r.IntN(4)], "\nitems:\n- ", indented, "\n"}
		case 11: // quoted
			if key, value, ok := strings.Cut(strings.TrimSuffix(*line, "\n"), ": "); ok {
				*line = key + ": " + strconv.Quote(value) + "\n"
			}
		}
		data = []byte(strings.Join(lines, ""))
	}
	return data
}

// asJSON returns the documents of a file as JSON, with something between them.
func asJSON(r *rand.Rand, data []byte) []byte {
	var out bytes.Buffer
	for d := range manifest.Documents("f", data) {
		var value any
		if yaml.Unmarshal(data[d.Start:d.End], &value) != nil {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			continue
		}
		out.Write(text)
		out.WriteString([]string{"", "\n", "\n---\n", " ", "\u00a0", "\n# c\n", ",", "\ufeff", pieces[r.IntN(len(pieces))]}[r.IntN(9)])
	}
	if r.IntN(3) == 0 {
		fmt.Fprintf(&out, "\n%s", data)
	}
	return out.Bytes()
}
