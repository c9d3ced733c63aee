package fluxoracle

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/kustomize"
	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
)

// tree is a checkout on the disk and the spec of a Kustomization that deploys a part
// of it.
type tree struct {
	dir    string // a directory with the checkout, and nothing else
	files  fs.FS  // the same, kept in memory
	ignore *string
	spec   map[string]any
	vars   map[string]string // of a ConfigMap, which the spec names
}

func (t tree) kustomization() unstructured.Unstructured {
	return unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
		"metadata": map[string]any{"name": "it", "namespace": "flux-system"}, "spec": t.spec,
	}}
}

// outcome is the objects that come of a tree, or that it is refused.
type outcome struct {
	objects []string
	refused bool
	why     string
}

func (o outcome) String() string {
	if o.refused {
		return "refused"
	}
	return strings.Join(o.objects, "\n")
}

// ours is what kuniq makes of a tree.
func ours(t *testing.T, x tree) outcome {
	t.Helper()
	objects := []map[string]any{x.kustomization().Object, {
		"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
		"metadata": map[string]any{"name": "flux-system", "namespace": "flux-system"}, "spec": map[string]any{"url": "https://example.com/it"},
	}}
	if x.ignore != nil {
		objects[1]["spec"].(map[string]any)["ignore"] = *x.ignore
	}
	if x.vars != nil {
		objects = append(objects, map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "vars", "namespace": "flux-system"}, "data": x.vars})
	}
	var text string
	for _, o := range objects {
		one, err := yaml.Marshal(o)
		require.NoError(t, err)
		text += "---\n" + string(one)
	}
	both := &overlay{FS: x.files, name: "zz-flux.yaml", data: []byte(text)}
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: func(fs.FS) deploy.Adapter { return flux.Options{}.Adapter(x.files) }})
	revision := resolver.Declare(x.files, gitops.Parse(gitops.Flux, "", both.name, both.data))
	if x.vars != nil { // which are looked for in the files
		var err error
		revision, err = resolver.Read(both)
		require.NoError(t, err)
	}
	require.NoError(t, resolver.Resolve(context.Background(), nil, revision))
	for _, d := range revision.Snapshot().Deployers {
		if d.ID.Name != "it" || d.ID.Kind != "Kustomization" {
			continue
		}
		out := outcome{refused: d.Desired.Unresolved != "", why: d.Desired.Unresolved.String() + " " + string(d.Desired.Code)}
		if out.refused && !d.Desired.Refused() {
			out.why = "NOT KNOWN: " + out.why
		}
		for _, o := range d.Desired.Objects {
			out.objects = append(out.objects, strings.Join([]string{o.APIVersion, o.Kind, o.Namespace, o.Name}, " "))
		}
		slices.Sort(out.objects)
		return out
	}
	t.Fatalf("no such Kustomization: %+v\n%s", revision.Snapshot(), show(t, x))
	return outcome{}
}

// archives are those that were made.
var archives = map[string]string{}

// archive copies what source-controller would put into the artifact (fluxcd/pkg
// artifact/storage, Archive and SourceIgnoreFilter).
func archive(t *testing.T, x tree) string {
	t.Helper()
	key := x.dir + "\x00" + fmt.Sprint(x.ignore != nil)
	if known, ok := archives[key]; ok {
		return known
	}
	to := t.TempDir()
	archives[key] = to
	domain := strings.Split(x.dir, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(x.dir, domain)
	require.NoError(t, err)
	if x.ignore != nil {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(*x.ignore), domain)...)
	}
	var matcher gitignore.Matcher = sourceignore.NewDefaultMatcher(patterns, domain)
	if len(patterns) > 0 {
		matcher = sourceignore.NewMatcher(append(sourceignore.VCSPatterns(domain), patterns...))
	}
	require.NoError(t, filepath.WalkDir(x.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() && !e.IsDir() || matcher.Match(strings.Split(name, string(filepath.Separator)), e.IsDir()) {
			return err
		}
		rel, err := filepath.Rel(x.dir, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, rel), data, 0o600)
		}
		return err
	}))
	return to
}

// configMaps is a client that knows one ConfigMap.
type configMaps struct {
	client.Client
	data map[string]string
}

func (c configMaps) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	m, ok := into.(*corev1.ConfigMap)
	if !ok || key.Name != "vars" {
		return fmt.Errorf("there is no %s", key)
	}
	m.Data = c.data
	return nil
}

// theirs is what Flux makes of a tree (kustomize-controller v1.9, build).
func theirs(t *testing.T, top *testing.T, x tree) outcome {
	t.Helper()
	objects, err := build(x, archive(top, x))
	if err != nil {
		return outcome{refused: true, why: err.Error()}
	}
	slices.Sort(objects)
	return outcome{objects: objects}
}

func build(x tree, root string) (all []string, err error) {
	k := x.kustomization()
	dir, _, _ := unstructured.NestedString(k.Object, "spec", "path")
	dir = filepath.Join(root, filepath.Join("/", dir))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("kustomization path not found")
	}
	action, err := kustomize.NewGenerator(root, k).WriteFile(dir, kustomize.WithSaveOriginalKustomization())
	if err != nil {
		return nil, err
	}
	defer kustomize.CleanDirectory(dir, action)
	m, err := kustomize.SecureBuild(root, dir, false)
	if err != nil {
		return nil, err
	}
	_, substitutes, _ := unstructured.NestedMap(k.Object, "spec", "postBuild")
	for _, r := range m.Resources() {
		if r.GetName() == "" || r.GetKind() == "" || r.GetApiVersion() == "" {
			return nil, fmt.Errorf("an object without a name")
		}
		if !substitutes {
			continue
		}
		out, err := kustomize.SubstituteVariables(context.Background(), configMaps{data: x.vars}, k, r, kustomize.SubstituteWithStrict(true))
		if err != nil {
			return nil, err
		}
		if out != nil {
			if _, err := m.Replace(r); err != nil {
				return nil, err
			}
		}
	}
	for _, r := range m.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		var o unstructured.Unstructured
		if err := yaml.Unmarshal(text, &o.Object); err != nil {
			return nil, err
		}
		// fluxcd/pkg ssa/utils, ReadObjects
		if o.GetName() != "" && o.GetKind() != "" && o.GetAPIVersion() != "" &&
			!(o.GetKind() == "Kustomization" && o.GroupVersionKind().Group == "kustomize.config.k8s.io") {
			all = append(all, strings.Join([]string{o.GetAPIVersion(), o.GetKind(), o.GetNamespace(), o.GetName()}, " "))
		}
	}
	return all, nil
}
