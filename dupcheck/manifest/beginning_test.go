package manifest

import (
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
	var all []string
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

func objectsOf(text string) (all []dupcheck.Object) {
	for o, err := range Parse("f", []byte(text)) {
		if err == nil {
			o.Body, o.ReaderFindings = nil, nil
			all = append(all, o)
		}
	}
	return all
}
