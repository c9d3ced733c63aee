package krmfn

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
)

// filesOf returns the files of the items of a list, by all four annotations.
func filesOf(t *testing.T, text []byte) (out []string) {
	t.Helper()
	nodes, err := (&kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true}).Read()
	require.NoError(t, err)
	for _, n := range nodes {
		a := n.GetAnnotations()
		assert.Equal(t, a[kioutil.PathAnnotation], a[legacyPathAnnotation])
		assert.Equal(t, a[kioutil.IndexAnnotation], a[legacyIndexAnnotation])
		out = append(out, a[kioutil.PathAnnotation]+"["+a[kioutil.IndexAnnotation]+"]")
	}
	return out
}

func TestOneObjectPerFile(t *testing.T) {
	items := []string{
		strings.Replace(configMap("a", "all.yaml", 0, "v"), "}\n", "} # kept\n", 1),
		configMap("b", "all.yaml", 1, "v"),
		strings.Replace(configMap("a", "sub/all.yaml", 0, "v"), "ConfigMap", "Secret", 1),
		"- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web}\n",
		strings.Replace(configMap("web-", "all.yaml", 2, "v"), "name:", "generateName:", 1),
	}
	for name, tt := range map[string]struct {
		spec string
		want []string
	}{
		"flat": {"{}", []string{
			"v1.ConfigMap-shop.a.yaml[0]", "v1.ConfigMap-shop.b.yaml[0]", "sub/v1.Secret-shop.a.yaml[0]",
			"apps-v1.Deployment-web.yaml[0]", "v1.ConfigMap-shop.web-~c2a71579.yaml[0]",
		}},
		"a directory": {"directory: out/", []string{
			"out/v1.ConfigMap-shop.a.yaml[0]", "out/v1.ConfigMap-shop.b.yaml[0]", "out/v1.Secret-shop.a.yaml[0]",
			"out/apps-v1.Deployment-web.yaml[0]", "out/v1.ConfigMap-shop.web-~c2a71579.yaml[0]",
		}},
		"kpt": {"layout: kpt\ndirectory: .", []string{
			"shop/configmap_a.yaml[0]", "shop/configmap_b.yaml[0]", "shop/secret_a.yaml[0]",
			"deployment_web.yaml[0]", "shop/configmap_web-~c2a71579.yaml[0]",
		}},
		"a template": {"layout: '{{.kind}}/{{or .metadata.name .metadata.generateName}}'\ndirectory: .", []string{
			"ConfigMap/a.yaml[0]", "ConfigMap/b.yaml[0]", "Secret/a.yaml[0]", "Deployment/web.yaml[0]", "ConfigMap/web-.yaml[0]",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			out := Run([]byte(withConfig(listOf(items...), filesSpec(tt.spec))), Env{})
			require.Equal(t, Clean, out.Code, out.Log)
			assert.Equal(t, "kuniq: 5 objects in 5 files, 0 items left in place\n", out.Log)
			assert.Equal(t, tt.want, filesOf(t, out.Output))
			assert.Contains(t, string(out.Output), "# kept")
			assert.NotNil(t, kyamlRead(t, out.Output).FunctionConfig)
			again := Run(out.Output, Env{})
			assert.Equal(t, string(out.Output), string(again.Output), "idempotent, byte for byte")
		})
	}
}

// The name of an object without one does not depend on where it was.
func TestGenerateNameKeepsItsFile(t *testing.T) {
	job := func(file string) string {
		return strings.Replace(configMap("web-", file, 2, "v"), "name:", "generateName:", 1)
	}
	var names []string
	for _, file := range []string{"a.yaml", "b.yaml"} {
		out := Run([]byte(withConfig(listOf(job(file)), filesSpec("{}"))), Env{})
		names = append(names, filesOf(t, out.Output)...)
	}
	assert.Equal(t, names[0], names[1])
}

func TestOthersStayInPlace(t *testing.T) {
	input, err := os.ReadFile("testdata/kpt.yaml")
	require.NoError(t, err)
	text, _, _ := strings.Cut(string(input), "functionConfig:")
	text = strings.Replace(text, "items:\n", "items:\n- apiVersion: v1\n  kind: List\n  items: []\n", 1)
	out := Run([]byte(withConfig(text, filesSpec("{}"))), Env{})
	require.Equal(t, Clean, out.Code, out.Log)
	assert.Equal(t, "kuniq: warning: kustomization.yaml may list files that are gone\n"+
		"kuniq: 2 objects in 1 file, 7 items left in place\n", out.Log)
	assert.Equal(t, []string{
		"[]", "Kptfile[0]", "fn.yaml[0]", "unique.yaml[0]", "kustomization.yaml[0]", "sub/kustomization.yaml[0]",
		"v1.ConfigMap-shop.a.yaml[0]", "x.yaml[1]",
	}, filesOf(t, out.Output))
}

func TestFilesOfJSON(t *testing.T) {
	input := `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"n":1,"f":1.5,"s":"1","b":null}}],` +
		`"functionConfig":{"apiVersion":"kuniq.dev/v1alpha1","kind":"OneObjectPerFile","spec":{"defaultNamespace":"shop"}}}`
	out := Run([]byte(input), Env{})
	require.Equal(t, Clean, out.Code, out.Log)
	assert.Equal(t, []string{"v1.ConfigMap-shop.a.yaml[0]"}, filesOf(t, out.Output))
}

func TestFilesFailures(t *testing.T) {
	a, b := configMap("a", "x.yaml", 0, "v"), configMap("b", "x.yaml", 1, "v")
	local := strings.Replace(configMap("l", "v1.configmap-shop.a.yaml", 0, "v"), "annotations:", "annotations:\n      config.kubernetes.io/local-config: 'true'", 1)
	for name, tt := range map[string]struct {
		items, spec string
		code        int
		log         string
	}{
		"duplicates":            {a + configMap("a", "y.yaml", 0, "w"), "{}", Findings, "ConfigMap shop/a is declared twice"},
		"names alike":           {a + b, "layout: '{{.kind}}'", BadConfig, "the layout cannot be used: x.yaml[1]: the layout gives it the name"},
		"a missing field":       {a, "layout: '{{.metadata.labels.app}}'", BadConfig, "the layout cannot be used: x.yaml[0]: "},
		"a layout of folders":   {a, "layout: kpt", BadConfig, "a layout with directories needs a directory"},
		"a name that is in use": {a + local, "{}", Findings, "v1.configmap-shop.a.yaml would be shared with an item that stays there"},
		"shared annotations": {
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: &a {x: y}}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, annotations: *a}}\n",
			"{}", NoWork, "items[1] would be another object after kyaml wrote it",
		},
		"unread":                 {strings.Replace(a, "name: a", "name: '{{ x }}'", 1), "{}", NoWork, "is a template"},
		"kyaml cannot decode it": {"", "{}", NoWork, "kyaml cannot read"},
	} {
		t.Run(name, func(t *testing.T) {
			input := withConfig(header+"items:\n"+tt.items, filesSpec(tt.spec))
			if tt.items == "" { // which to YAML is no valid escape
				input = `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"\ud83d\ude00"}}],` +
					`"functionConfig":{"apiVersion":"kuniq.dev/v1alpha1","kind":"OneObjectPerFile"}}`
			}
			out := Run([]byte(input), Env{})
			assert.Equal(t, tt.code, out.Code, out.Log)
			assert.Contains(t, out.Log, tt.log)
			if tt.code != Findings {
				assert.Empty(t, out.Output)
			}
		})
	}
}
