package krmfn

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"sigs.k8s.io/kustomize/kyaml/kio"

	"github.com/kuniq/kuniq/dupcheck"
)

// FuzzRun: whatever comes, standard output is nothing or a ResourceList of as
// many items, which kyaml reads as we do, and a clean list goes back unchanged.
func FuzzRun(f *testing.F) {
	sample, err := os.ReadFile("testdata/kpt.yaml")
	if err != nil {
		f.Fatal(err)
	}
	a := configMap("a", "x.yaml", 0, "v")
	for _, seed := range []string{
		"", "[]", "{}", "x: \"\n", string(sample), listOf(a, a), header + "items:\n" + indent(a+a), withConfig(listOf(a), uniqueSpec("identical: warn")),
		withConfig(listOf(a, configMap("b", "x.yaml", 1, "v")), filesSpec("{}")), withConfig(listOf(a), uniqueSpec("emit: none")),
		header + "items:\n- kind: \"x\nfunctionConfig: {}\n- y\"\n  apiVersion: v1\n", header + "items:\n- &a {kind: x}\n- *a\n", header + "items:\n- |\n a\n- >\n",
		`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}},{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}],"results":[]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		out := Run(input, Env{})
		assert.True(t, strings.HasSuffix(out.Log, "\n"), "a last line")
		lines := strings.Split(strings.TrimSuffix(out.Log, "\n"), "\n")
		assert.True(t, strings.HasPrefix(lines[len(lines)-1], "kuniq: "), "the last line is ours")
		if len(out.Output) == 0 {
			assert.NotEqual(t, Clean, out.Code, "emit: none needs a directory")
			return
		}
		assert.LessOrEqual(t, out.Code, Findings)
		l, err := read(out.Output)
		if !assert.NoError(t, err) {
			return
		}
		files := bytes.Contains(input, []byte(kindFiles))
		if out.Code == Clean && !files {
			assert.Equal(t, input, out.Output)
		}
		sameAsKyaml(t, out.Output, l)
	})
}

// FuzzCut: what is cut line by line is what a parser sees in all of it.
func FuzzCut(f *testing.F) {
	a, b := configMap("a", "x.yaml", 0, "v"), configMap("b", "x.yaml", 1, "v")
	for _, items := range []string{
		a + b, "- kind: \"x\nfunctionConfig: {}\n- y\"\n", "- &a {kind: x}\n- *a\n", "- |\n a\n- >\n", "- a: |\n   b\n\n  c: >-\n    d\n# e\n",
		"- a: {\n}\n- b: [\n c]\n", "- {\"a\": \"\\ud83d\\ude00\"}\n", "- ? a\n  : b\n", "-\n  a: b\n- # c\n  a: b\n", "- a: 'x\n\n  y'\n  b: x\n   y\n",
		"-\ta: b\n", "- a: b\n c: d\n", "- - a\n  - b\n", "- !!map {a: b}\n", "- a: b\nresults:\n- c\n",
	} {
		f.Add([]byte(header + "items:\n" + items))
		f.Add([]byte(header + "items:\n" + indent(items)))
		f.Add([]byte("functionConfig: {a: b}\nitems:\n" + items + header))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			return
		}
		b, ok := cutBlocks(text)
		if !ok {
			return
		}
		cut, err := b.read()
		if cut == nil || err != nil {
			return
		}
		whole, err := readWhole(text)
		if err != nil {
			t.Fatalf("only the cut reads it: %v", err)
		}
		if len(cut.items) != len(whole.items) || (cut.config == nil) != (whole.config == nil) {
			t.Fatalf("%d items and not %d", len(cut.items), len(whole.items))
		}
		for i := range cut.items {
			x, y := cut.items[i], whole.items[i]
			if len(x.objects) != len(y.objects) || x.from != y.from {
				t.Fatalf("%s: %v and not %v", ordinal(i), x, y)
			}
			left := mostValues
			for n := range x.objects {
				if p, q := &x.objects[n], &y.objects[n]; p.At != q.At || !sameObject(p, q, &left) && contents(p) && contents(q) {
					t.Fatalf("%s: %v and not %v", ordinal(i), p, q)
				}
			}
		}
	})
}

// contents says whether an object has contents that can be compared.
func contents(o *dupcheck.Object) bool {
	if o.Body == nil {
		return false
	}
	v, err := o.Body.Value()
	if err == nil {
		_, err = json.Marshal(v)
	}
	return err == nil
}

// sameAsKyaml compares the items with those that kyaml sees. It reads less than
// YAML allows: then there is nothing to compare. Of a key that is written twice it takes
// the first, and kuniq the last, with a finding.
func sameAsKyaml(t *testing.T, text []byte, l *list) {
	defer func() { _ = recover() }() // kyaml panics on some input
	r := &kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true}
	nodes, err := r.Read()
	if err != nil || r.WrappingKind != "ResourceList" {
		return
	}
	if len(nodes) != len(l.items) {
		t.Fatalf("kyaml sees %d items, not %d", len(nodes), len(l.items))
	}
	if (r.FunctionConfig == nil || isNull(r.FunctionConfig.YNode())) != (l.config == nil) {
		t.Fatal("kyaml sees another functionConfig")
	}
	for i, n := range nodes {
		if it := l.items[i]; it.single && n.GetName() != it.objects[0].Name && !hasDuplicateKey(&it.objects[0]) {
			if _, ok := text_(it.objects[0].Name); ok {
				t.Fatalf("kyaml reads %q and not %q", n.GetName(), it.objects[0].Name)
			}
		}
	}
}

func hasDuplicateKey(o *dupcheck.Object) bool {
	return slices.ContainsFunc(o.ReaderFindings, func(d dupcheck.Diagnostic) bool { return d.Rule == dupcheck.DuplicateKey })
}

// text_ says whether a name is one about which YAML 1.1 and 1.2 agree.
func text_(name string) (string, bool) {
	return name, len(name) > 3 && !strings.ContainsAny(name, "0123456789\\")
}
