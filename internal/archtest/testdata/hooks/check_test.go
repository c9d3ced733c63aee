package host

import (
	"errors"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

func TestCheck(t *testing.T) {
	files := filesys.MakeFsInMemory()
	write := func(name, text string) {
		if err := files.WriteFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	write("kustomization.yaml", "resources: [a.yaml]\nnamespace: shop\n")
	write("a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")
	rendered, err := Build(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	live := unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a", "namespace": "shop"}, "data": map[string]any{"k": "v"},
	}}
	report, err := Check(rendered, []unstructured.Unstructured{live})
	if err != nil || len(report.Diagnostics) != 1 || report.Diagnostics[0].Rule != dupcheck.DuplicateObject {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestHook(t *testing.T) {
	vm := VM()
	e, err := gojsonnet.Snippet(vm, "main.jsonnet", `
local app = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
{ a: app { data: { k: 'v' } }, b: app }`)
	if err != nil {
		t.Fatal(err)
	}
	var found *jsonnethook.FindingsError
	if err := jsonnethook.Check(dupcheck.Rules{}, e.Source, e.Tree); !errors.As(err, &found) || !strings.Contains(err.Error(), "$.b") {
		t.Errorf("%v", err)
	}
}
