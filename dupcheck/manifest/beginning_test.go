package manifest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestBeginnings: documents that begin like the one before are read as if they stood
// alone, with every other document before and every continuation.
func TestBeginnings(t *testing.T) {
	begins := []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: \n",
		"apiVersion: v1\nkind: ConfigMap # c\nmetadata:\n",
		"apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n",
		"apiVersion: v1\nkind: 'ConfigMap'\nmetadata:\n",
		"apiVersion: v1\nkind: 17\nmetadata:\n",
		"apiVersion: v1\nkind: {{ .Kind }}\nmetadata:\n",
		"apiVersion: &a v1\nkind: ConfigMap\nmetadata:\n",
		"apiVersion: v1\nkind: SecretList\nmetadata:\n",
		"# c\napiVersion: v1\nmetadata:\n",
		"metadata:\n",
		"  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n",
		"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\nmetadata:\n",
		"apiVersion: " + strings.Repeat("v", 600) + "\nkind: ConfigMap\nmetadata:\n",
	}
	ends := []string{
		"", "  name: a\n", "  name: b\n  namespace: c\ndata:\n  name: d\n", "  name: a\nkind: Secret\n", "  name: a\ndata: *a\n", "    name: a\n    annotations:\n      helm.sh/hook: test\n",
		"- name: a\n", "name: a\n", "  text\n", "  name: *a\n", "    name: a\n  kind: Secret\n", "  # c\n\n  generateName: a-\n", "items:\n- a\n", "metadata:\n  name: a\n",
	}
	// These go on like each other for some lines, and then differ in a value or a key.
	goOn := []string{
		"  name: b\n  namespace: 'c'\ndata:\n", "  name: b\n  namespace: |\n    c\n", "  name: b\n  namespace:\n    c\n", "  name: b\n  namespace: c\n  name: d\n",
		"  name: b\n  namespace: c\n  uid: d\n  annotations:\n    helm.sh/hook: test\n", "  name: b\n  labels:\n    a: b\n  namespace: c\ndata: {}\n", "  name: b\n   c\n  namespace: d\n",
		"  name: b # c\n  namespace: c\n", "  name: b\n  namespace: ", "  name: b\n  namespace:", "  name: b\n  namespace: c\ndata:", "  name: b\n  namespace: c\ndata: e\n", "  name: b\n  namespace: c\nkind: e\n",
		"  name: b\nnamespace: c\ndata:\n", "  name: b\n  namespace: c\n" + strings.Repeat("x: y\n", 2), "  name: b\n  namespace: c\ndata:\nspec:\n  name: d\n  group: e\n" + manyKeys,
	}
	var all []string
	for _, end := range goOn {
		all = append(all, begins[0]+end)
	}
	for _, begin := range begins {
		for _, end := range ends {
			all = append(all, begin+end)
		}
	}
	all = append(all, "metadata:", "apiVersion: v1\nkind: ConfigMap\nmetadata:", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.b.c\nspec:\n  group: b.c\n  scope: Cluster\n  names:\n    kind: A\n    plural: as\n")
	alone := make([][]dupcheck.Object, len(all))
	for i, text := range all {
		outlined(t, "alone", []byte("---\n"+text))
		alone[i] = objectsOf("---\n" + text)
	}
	for i, first := range all {
		for k, second := range all {
			if !strings.HasSuffix(first, "\n") {
				continue
			}
			got := objectsOf("---\n" + first + "---\n" + second)
			for n := range got {
				if o := &got[n]; o.At.Document == 1 {
					o.At.Document, o.At.Line = 0, o.At.Line-1-strings.Count(first, "\n")
				}
				got[n].ReaderFindings = nil
			}
			require.Equal(t, slices.Concat(alone[i], alone[k]), got, "%q, then %q", first, second)
		}
	}
}

// TestOtherLines: the second document has a line at the same offset as the first one, but
// other lines before it. Nothing of the first one may be used for it.
func TestOtherLines(t *testing.T) {
	const begin = "kind: A\nmetadata:\n"
	const other = "kinds: {} #      \n" // as long
	require.Len(t, other, len(begin))
	long := "  " + strings.Repeat("k", 600) + ": v\n" // is not remembered
	for _, text := range []string{
		begin + "  name: a\n---\n" + other + "  name: b\n",
		begin + long + "  name: a\n---\n" + begin + "  name: b\n",
	} {
		outlined(t, "other", []byte("---\n"+text))
	}
}

// TestOneAfterTwo: of two documents that begin alike, the lines of the first that the second
// does not have make no difference to a third.
func TestOneAfterTwo(t *testing.T) {
	const begin = "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.b.c\n"
	all := []string{
		begin, begin + "spec:\n", begin + "  annotations:\n    scope: x\n    group: y\n", begin + "  annotations:\n",
		begin + "spec:\n    scope: Cluster\n    group: b.c\n    names:\n        kind: A\n        plural: as\n",
	}
	last := func(text string) dupcheck.Object {
		objects := objectsOf("---\nkind: Other\nmetadata:\n" + text) // another beginning, after which no line is known
		o := objects[len(objects)-1]
		o.At = dupcheck.Position{}
		return o
	}
	for _, third := range all {
		alone := last(third)
		for _, first := range all {
			for _, second := range all {
				require.Equal(t, alone, last(first+second+third), "%q, %q, then %q", first, second, third)
			}
		}
	}
}

// TestRandomLines: documents of random lines that follow each other are read as if each
// stood alone.
func TestRandomLines(t *testing.T) {
	lines := strings.SplitAfter(`  name: a
  name: 'b'
  name: c # c
  name: |
  name:
  namespace: d
  namespace: "e"
  namespace:
  namespace: 1
    name: f
    f
   f
  annotations:
    helm.sh/hook: test
    scope: g
    kind: g
    names:
  labels:
    name: h
  h: i
h: i
h:
spec:
  scope: Cluster
  group: b.c
  names:
    kind: A
    plural: as
    scope: Cluster
kind: j
kind:
items:
metadata:
  # k

`, "\n")
	endings := []string{"\n", "\n", "\r\n"}
	r := rand.New(rand.NewPCG(20, 26))
	for range 3000 {
		var all []string
		document := []string{"---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n"}
		for range 4 {
			document = slices.Clone(document[:1+r.IntN(len(document))]) // some lines of the document before, and others
			for range r.IntN(6) {
				document = append(document, lines[r.IntN(len(lines)-1)])
			}
			all = append(all, strings.Join(document, ""))
		}
		ending := endings[r.IntN(len(endings))]
		for i := range all {
			all[i] = strings.ReplaceAll(all[i], "\n", ending)
		}
		if r.IntN(2) == 0 {
			all[3] = strings.TrimSuffix(all[3], ending)
		}
		text := strings.Join(all, "")
		outlined(t, "random", []byte(text))
		got := objectsOf(text)
		for _, alone := range all {
			for _, want := range objectsOf("---\nkind: Other\nmetadata:\n" + alone) {
				require.NotEmpty(t, got, text)
				want.At = got[0].At
				require.Equal(t, want, got[0], text)
				got = got[1:]
			}
		}
		require.Empty(t, got, text)
	}
}

// manyKeys are more lines than are remembered.
var manyKeys = func() (s string) {
	for i := range 40 {
		s += fmt.Sprintf("k%d: v\n", i)
	}
	return s
}()

func objectsOf(text string) (all []dupcheck.Object) {
	for o, err := range Parse("f", []byte(text)) {
		if err == nil {
			o.Body, o.ReaderFindings = nil, nil
			all = append(all, o)
		}
	}
	return all
}
