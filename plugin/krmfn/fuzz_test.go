package krmfn

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"sigs.k8s.io/kustomize/kyaml/kio"
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

// sameAsKyaml compares the items with those that kyaml sees. It reads less than
// YAML allows: then there is nothing to compare.
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
		if it := l.items[i]; it.single && n.GetName() != it.objects[0].Name {
			if _, ok := text_(it.objects[0].Name); ok {
				t.Fatalf("kyaml reads %q and not %q", n.GetName(), it.objects[0].Name)
			}
		}
	}
}

// text_ says whether a name is one about which YAML 1.1 and 1.2 agree.
func text_(name string) (string, bool) {
	return name, len(name) > 3 && !strings.ContainsAny(name, "0123456789\\")
}
