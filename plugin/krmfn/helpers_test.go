package krmfn

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const header = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

// configMap is an item as kpt sends it.
func configMap(name, file string, index int, value string) string {
	return fmt.Sprintf(`- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: %[1]s
    namespace: shop
    annotations:
      config.kubernetes.io/index: '%[3]d'
      config.kubernetes.io/path: '%[2]s'
      internal.config.kubernetes.io/index: '%[3]d'
      internal.config.kubernetes.io/path: '%[2]s'
      internal.config.kubernetes.io/seqindent: 'compact'
  data: {key: %[4]s}
`, name, file, index, value)
}

func listOf(items ...string) string {
	if len(items) == 0 {
		return header + "items: []\n"
	}
	return header + "items:\n" + strings.Join(items, "")
}

// withConfig adds a functionConfig.
func withConfig(list, config string) string {
	return list + "functionConfig:\n" + indent(config)
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n  ") + "\n"
}

func uniqueSpec(spec string) string {
	return "apiVersion: kuniq.dev/v1alpha1\nkind: UniqueObjects\nmetadata: {name: unique}\nspec:\n" + indent(spec)
}

func filesSpec(spec string) string {
	return "apiVersion: kuniq.dev/v1alpha1\nkind: OneObjectPerFile\nmetadata: {name: files}\nspec:\n" + indent(spec)
}

// kyamlRead reads a list as orchestrators do.
func kyamlRead(t testing.TB, text []byte) *kio.ByteReader {
	t.Helper()
	r := &kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true}
	_, err := r.Read()
	require.NoError(t, err, "%s", text)
	require.Equal(t, "ResourceList", r.WrappingKind)
	return r
}

// resultsOf decodes the results of a list.
func resultsOf(t testing.TB, text []byte) []map[string]any {
	t.Helper()
	r := kyamlRead(t, text)
	require.NotNil(t, r.Results)
	var out []map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(r.Results.MustString()), &out))
	return out
}
