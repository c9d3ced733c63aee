package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// reading is all that is read from a document.
type reading struct {
	objects []dupcheck.Object
	lines   []lines
	unread  []error
}

// readingOf reads a document through one of its views.
func readingOf(c Chunk, root view, doc *yamlDocument) (r reading) {
	x := extraction{file: "f", line: 1, left: 100 + 2*(c.End-c.Parse), emit: func(o dupcheck.Object, err error) bool {
		o.Body = nil
		if err != nil {
			r.unread = append(r.unread, err)
		} else {
			r.objects = append(r.objects, o)
		}
		return true
	}}
	x.body = func(v view, at within, _ *dupcheck.Object) dupcheck.Body {
		var l lines
		if len(at.items) > 0 {
			switch v := v.(type) {
			case yamlView:
				l = v.lines()
			case outlineView:
				l = v.lines(c.Parse)
			}
		}
		r.lines = append(r.lines, l)
		return nil
	}
	x.value(root, within{})
	x.finish(doc)
	return r
}

// shares counts documents: all, those with an outline, and those without one that the
// parser reads. The parser refuses the rest, too.
type shares struct{ documents, outlines, parsed int }

func (s *shares) add(n shares) {
	s.documents += n.documents
	s.outlines += n.outlines
	s.parsed += n.parsed
}

// outlined holds the outline of every document against what the parser says of
// it, and counts the documents.
func outlined(t testing.TB, name string, data []byte) (n shares) {
	t.Helper()
	var o outlineReader
	for c := range Chunks(data) {
		text := data[c.Parse:c.End]
		decodedPlain(t, name, text)
		if c.Bare || c.Doubtful || blankDocument(text) {
			continue
		}
		n.documents++
		end, ok := readAgain(t, &o, data[c.Parse:], false)
		if begin := beginsJSON(data[c.Start:c.End]); !ok && begin >= 0 {
			if _, json := jsonValues(data[c.Start:c.End], begin); !json {
				end, ok = readAgain(t, &o, text, true)
			}
		}
		if !ok {
			if doc, failed := parseYAML(text, 0, 1); failed == nil && doc.root != nil {
				n.parsed++
			}
			continue
		}
		require.Equal(t, c.End, c.Parse+end, "%s: where the document ends:\n%s", name, text)
		require.Equal(t, bytes.Count(text, []byte{'\n'})+1, o.NextLine()-1+btoi(end > 0 && text[end-1] == '\n'), "%s: lines", name)
		n.outlines++
		doc, failed := parseYAML(text, 0, 1)
		if failed != nil || doc.root == nil {
			t.Fatalf("the parser refuses what was outlined: %s: %+v\n%s", name, failed, text)
		}
		doc.offset = c.Parse
		want := readingOf(c, newYAMLView(doc, doc.root), doc)
		got := readingOf(c, outlineView{&o, 0}, nil)
		require.Equal(t, want, got, "%s:\n%s", name, text)
	}
	return n
}

// readAgain reads an outline, and then once more, when the reader knows how the document
// begins. Both readings must equal that of a reader without any document before.
func readAgain(t testing.TB, o *outlineReader, text []byte, noJSON bool) (end int, ok bool) {
	t.Helper()
	var first outline.Outline
	end, ok = first.Read(text, 1, noJSON)
	for range 2 {
		againEnd, againOK := o.Read(text, 1, noJSON)
		require.Equal(t, ok, againOK, "%s", text)
		if ok {
			require.Equal(t, end, againEnd, "%s", text)
			require.Equal(t, first.Nodes, o.Nodes, "%s", text)
			require.Equal(t, first.NextLine(), o.NextLine(), "%s", text)
		}
	}
	return end, ok
}

// decodedPlain holds the value that is read line by line, if there is one, against that
// of the parser.
func decodedPlain(t testing.TB, name string, text []byte) (ok bool) {
	t.Helper()
	got, ok := decodePlain(text)
	if !ok {
		return false
	}
	doc, failed := parseYAML(text, 0, 1)
	if failed != nil || doc.root == nil {
		t.Fatalf("the parser refuses what was decoded: %s: %+v\n%s", name, failed, text)
	}
	repeats := mostRepeats
	want, err := decode(newYAMLView(doc, doc.root), &repeats)
	require.NoError(t, err)
	if !reflect.DeepEqual(want, got) { // or there is one that is not equal to itself
		require.Equal(t, fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", got), "%s:\n%s", name, text)
	}
	return true
}

// outlinedSeeds are documents at the edge of what is understood.
var outlinedSeeds = []string{
	"a: b\n", "a:\n- b\n- c: d\n  e: f\n", "a:\n  - b\n  -   c: d\n      e: f\n  -\n    - g\n",
	"a: |\n  b\n\n   c\n# d\ne: >-\n\n  f\n", "a: |2\n   b\n", "a: b\n  c\n\n  d # e\nf: g\n", "a: b\n  c: d\n",
	"a: 'b\n  c''d'\ne: \"f\\\"g\\u0041\n  h\" # i\n", "a: {b: [c, \"d\"], 'e': {}} # f\ng: []\n", "a:\n    b: text\n  more\n",
	"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n    annotations:\n      helm.sh/hook: test\n- kind: X\n-\n  - a\n- {}\n- text\n",
	"--- # x\n  apiVersion: apps/v1\n  kind: 'Deployment'\n  metadata:\n    namespace: \"shop\"\n    name: 1e3\n    generateName: x\n",
	"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a\nspec:\n  group: b\n  scope: Cluster\n  names:\n    kind: C\n    plural: cs\n",
	"kind: A\r\napiVersion: v1\r\nmetadata:\r\n  name: |\r\n    x\r\n", "a:\n  \"b\": c\n  'd e': f\n  g h: i\n  <<: j\n", "a:\n- |\n  b\n- >\n  c\n-  'd'\n- \"e\": f\n",
	"kind: Caf\u00e9\napiVersion: \u00e9/v1\nmetadata: \n  # \u00e9\n  \"name\": \u00e9\u00e9\n", "a: -b\nc: --d\ne: -\n", "a: b:c\nd: e#f #g\n? h\n", "a:\tb\n", "a: b\tc\n",
	"items: []\nkind: List\napiVersion: v1\n", "kind: RoleList\napiVersion: v1\nitems:\n  - metadata:\n      name: a\n    kind: null\n", "a: b\n\n\n# c\n  d\n", "-\n", "a:\n-\n-\nb:\n",
	"metadata:\n  name:\n    a: b\nkind: A\napiVersion: v1\n", "metadata: {}\nkind: A\napiVersion: v1\nspec: [a]\n", "a: \"b\"c\n", "a: [b\n", "a: 'b\nc'\n", "a: |-+\n b\n", "a: |\n    \n  b\n", "a: |\n\tb\n",
	"a: [-c, --d, -, - e]\n", "-a: b\n", "\"\": a\n'': b\n", "a: ?b\nc: :8\nd: ? e\n", "a:\n    b: 'c\n d'\n", "a:\n    b: 'c\nd'\n", "a: {}\nb: c\t\n",
	"a:\n- b\n- c: d\n  e:\x01f\n", "a:\n  b:\tc\n", "a:\n- b", "a:\n- -", "a:\n- -b", "a:\n  - c:d:e", "a: b:", "a: \"b\"\n  c\n", "a: it's\n  b\n", "a: 'b'", "a: \"", "a: #", "a:\n- b#c\n- d: e#f\n- \"g\": 'h'\n",
	"---\nkind: A\nkind: B\napiVersion: v1\n", "---\nkind: 'A'  \napiVersion: \"v1\" \nmetadata:\n  name: a  \n  namespace: b # c\n", "kind: A\n  b\napiVersion: v1\n",
	"kind: A\napiVersion: v1\nmetadata:\n   name: a\n  namespace: b\n", "kind: A\napiVersion: v1\nmetadata:\nname: a\n", "kind: A\napiVersion: v1\nmetadata:\n  name: a\n    b: c\n",
	"kind: A\napiVersion: v1\nmetadata:\n  name: a\n  metadata: b\n  generateName: c\n\n# d\n  labels:\n    e: f\n  namespace: g\nspec: h\n", "kind: A\nspec:\n  names:\n    kind: B\n  kind: C\n  group: d\napiVersion: v1\n",
	"\u00a0{a: b\n", "  \u3000{a: b\n  c: d}\n", "\u00a0a: b\n", "a: b\n---#c: d\ne: f\n", "a: b\n---\u00a0\nc: d\n", "a: |\n  b\n---#c: d\n", "a: b\n----: c\n---d: e\n",
	"kind:\n  A\napiVersion:\n  v1: a\nmetadata:\n  name:\n", "  kind: A\n  apiVersion: v1\n  metadata:\n    name: a\n kind: B\n", "kind: A\napiVersion: v1\n...\nmetadata:\n", "kind: A\napiVersion: v1\n.a: b\nmetadata:\n  .c: d\n  name: a", "kind: A\nmetadata:\n  name: 'a''b'\n  namespace: \"c\\td\"\napiVersion: v1\n",
	"kind: A\napiVersion: v1\nmetadata: {name: a, labels: {b: [c, d]}, annotations: {\"helm.sh/hook\": e}, }\n", "kind: A\napiVersion: v1\nmetadata: { # f\n  name: a, # g\n# h\n\n  \"namespace\" : 'b', generateName: ,\n  \"na\\x6de\": i }\n",
	"# c\n{apiVersion: v1, kind: A,\nmetadata: {name: 'a'}} # d\n", "[{apiVersion: v1, kind: A, metadata: {name: a}}, b, c\n d, [e]]\n", "{kind: A, kind: B}\n", "{kind: A\n B, apiVersion: v1}\n", "{\"kind\":\"A\",\t'apiVersion':v1}\n", "--- {a: b}\n---\n[c]\n",
	"{kind: List, apiVersion: v1, items: [{kind: A, apiVersion: v1,\n metadata: {name: a}},\n {kind: B, apiVersion: v1}, [], c, {}]}\n", "kind: List\napiVersion: v1\nitems: [\n  {kind: A, apiVersion: v1},\n  {kind: B, apiVersion: v1}\n]\n", "kind: List\napiVersion: v1\nitems:\n- {kind: A, apiVersion: v1}\n- &b {kind: B,\n  apiVersion: v1}\n",
	"kind: A\napiVersion: v1\nmetadata: &m\n  name: &n a\ndata: &d\n  b: *n\n  c: [*m, &e f, *e, *d]\n  <<: *m\n", "kind: &k A\napiVersion: *k\n", "a: *b\nc: &b d\n", "a: &b\n- *b\nc: &b\nd:\n  &e\n  f: g\nh: &i &j k\nl: *b\n", "metadata: &a {name: &b c}\nkind: A\napiVersion: v1\n", "a: &b\n  *b\n",
	"a: !!str 1\nb: !c {d: e}\nf: ! g\nh: !!int\ni: !j!k l\n", "a: &b !!map\n  c: d\ne: !f &g |\n h\n", "kind: !!str 1\napiVersion: v1\n", "- a\n- kind: A\n  apiVersion: v1\n  metadata:\n    name: a\n- - b\n", "  - a\n  - {b: c}\n",
	"--- a\n b\n", "--- a: b\n", "--- 'a'\n", "a\nb\n# c\n", "a\n\nb: c\n", "version https://git-lfs.github.com/spec/v1\nx\n", "'version https://git-lfs.github.com/spec/v1'", "version\n https://git-lfs.github.com/spec/v1\n", "--- !!str\n", "--- - a\n", "--- >\n a\n", "1\n", "--- ~\n", "kind : A\n'apiVersion' : v1\nmetadata :\n  name : a\n",
	"a: \"b\\\n  c\\x41\\'\"\n", "a: {b: c\n\n  d # e\n}\n", "a: {b: c\n# e\n  d}\n", "a: [b, # c\n  d,#e\n]\n", "a: [b\n--- c]\n", "a: {b:c, d: , -e: f#g, h?: i}\n", "a: {b: -, c: :d}\n", "a: [-\n b]\n", "a: 'b\n...c'\n",
	"... 0:", "...\ta: b\n", "... a: b\n", "--- a:", "---\n--- a: b\n", "---\n... a: b\n", ".... a: b\n", "---- a: b\n", "a:\n... b: c\n",
	"apiVersion: v1\n" + "kind: List\nitems:\n-" + nestedLists(29), "apiVersion: v1\nkind: List\nitems:\n-" + nestedLists(30), "apiVersion: v1\nkind: List\nitems:\n-" + nestedLists(31),
}

// nestedLists are lists inside of lists, about as deep as what is outlined.
func nestedLists(depth int) string {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, " kind: List\n%[1]s  apiVersion: v1\n%[1]s  items:\n%[1]s  -", strings.Repeat("  ", i))
	}
	in := strings.Repeat("  ", depth)
	return b.String() + fmt.Sprintf(" kind: A\n%[1]s  metadata:\n%[1]s    annotations:\n%[1]s      helm.sh/hook: b\n", in)
}

func TestOutlineAgreesWithTheParser(t *testing.T) {
	for _, text := range outlinedSeeds {
		outlined(t, "seed", []byte(text))
	}
	outlines := 0
	for _, dir := range append([]string{"testdata", filepath.Join("..", "..", "examples"), filepath.Join("..", "..", "split")}, filepath.SplitList(os.Getenv("KUNIQ_MANIFESTS"))...) {
		files, all := 0, shares{}
		require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") {
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil || len(data) > 64<<20 {
				return nil
			}
			files++
			all.add(outlined(t, name, data))
			return nil
		}))
		t.Logf("%s: %d files, %d documents, %d outlined, %d of the others are read by the parser", dir, files, all.documents, all.outlines, all.parsed)
		outlines += all.outlines
	}
	require.NotEmpty(t, outlines)
}

// FuzzOutline: what is outlined is what the parser says. Its corpus is what
// fuzzing found interesting so far, a quoted string in each line.
func FuzzOutline(f *testing.F) {
	for _, text := range outlinedSeeds {
		f.Add([]byte(text))
	}
	corpus, err := os.ReadFile(filepath.Join("testdata", "outline.corpus"))
	require.NoError(f, err)
	for line := range strings.Lines(string(corpus)) {
		text, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		require.NoError(f, err, line)
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { outlined(t, "fuzz", data) })
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestYAMLSuite walks the public YAML test suite in the directory that
// KUNIQ_YAML_SUITE names, one directory a case: every stream that the parser
// reads to its end has as many documents as it says, and whatever has an outline
// means to the parser what it means to us.
func TestYAMLSuite(t *testing.T) {
	dir := os.Getenv("KUNIQ_YAML_SUITE")
	if dir == "" {
		t.Skip("KUNIQ_YAML_SUITE names no directory; .ci/run does")
	}
	cases, outlines, compared := 0, 0, 0
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "in.yaml" {
			return err
		}
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		cases, outlines = cases+1, outlines+outlined(t, name, data).outlines
		if want, ok := decoded(data); ok {
			compared++
			assert.Equal(t, want, documents(name, data), "%s:\n%s", name, data)
		}
		return nil
	}))
	t.Logf("%d cases, %d of them with an outline, the documents counted in %d", cases, outlines, compared)
	require.Greater(t, cases, 300)
}

// documents counts the documents of a stream.
func documents(name string, data []byte) (n int) {
	for d := range Documents(name, data) {
		if !d.Bare {
			n++
		}
	}
	return n
}

// decoded counts the documents that the parser reads. It returns false for a
// stream that it refuses.
func decoded(data []byte) (n int, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var node yaml.Node
		switch err := decoder.Decode(&node); {
		case errors.Is(err, io.EOF):
			return n, true
		case err != nil:
			return n, false
		}
		n++
	}
}
