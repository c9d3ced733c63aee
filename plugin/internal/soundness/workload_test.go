package soundness

import (
	"path"
	"strings"
)

// kinds are those of objects, by how often they are to be.
var kinds = []string{
	"v1 PersistentVolumeClaim", "v1 PersistentVolumeClaim", "v1 ConfigMap", "v1 ConfigMap", "v1 Service",
	"apps/v1 Deployment", "apps/v1 StatefulSet", "v1 Namespace", "v1 Secret", "rbac.authorization.k8s.io/v1 ClusterRole",
}

// guards are what keeps objects, or seems to.
var guards = []string{
	"argocd.argoproj.io/sync-options: Prune=false", "argocd.argoproj.io/sync-options: Delete=false",
	"argocd.argoproj.io/sync-options: Prune=false,Delete=false", ksGroup + "/prune: disabled",
	ksGroup + "/reconcile: disabled", ksGroup + "/ssa: IfNotPresent", "helm.sh/resource-policy: keep",
}

// manifest is one object.
func manifest(d *dice, name, namespace string) string {
	version, kind, _ := strings.Cut(pick(d, kinds...), " ")
	out := written("apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n", version, kind, name)
	if kind == "Namespace" {
		return out
	}
	if namespace != "" && !isClusterScoped(kind) {
		out += "  namespace: " + namespace + "\n"
	}
	if d.may(12) {
		out += "  annotations: {" + pick(d, guards...) + "}\n"
	}
	if kind == "ConfigMap" {
		out += "data: {size: small}\n"
	}
	return out
}

// workload writes what one deployer deploys, and returns the directory to deploy.
// Objects name a namespace if there is one.
func workload(d *dice, t tree, dir, name, namespace string) string {
	var files []string
	for i := range 1 + d.n(3) {
		file := written("%c.yaml", 'a'+i)
		docs := manifest(d, written("%s-%d", name, i), namespace)
		if d.may(15) {
			docs += "---\n" + manifest(d, written("%s-%d-more", name, i), namespace)
		}
		files = append(files, file)
		t[path.Join(dir, file)] = docs
	}
	switch d.n(5) {
	case 0, 1:
	case 2:
		t[path.Join(dir, kustomizationNames[0])] = kustomization(d, files...)
	case 3:
		return overlay(d, t, dir, name, files)
	case 4: // some in a directory below
		t[path.Join(dir, "more", files[0])] = t[path.Join(dir, files[0])]
		delete(t, path.Join(dir, files[0]))
		t[path.Join(dir, "more", kustomizationNames[0])] = kustomization(d, files[0])
		t[path.Join(dir, kustomizationNames[0])] = kustomization(d, append([]string{"more"}, files[1:]...)...)
	}
	return dir
}

// kustomization is one with some resources, and maybe more.
func kustomization(d *dice, resources ...string) string {
	out := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
	for _, r := range resources {
		out += "- " + r + "\n"
	}
	if d.may(10) {
		out += "namePrefix: " + pick(d, "x-", "y-") + "\n"
	}
	if d.may(10) {
		out += "namespace: " + pick(d, "one", "two") + "\n"
	}
	if d.may(8) {
		out += "commonAnnotations: {" + pick(d, guards...) + "}\n"
	}
	if d.may(8) {
		out += "configMapGenerator: [{name: made, namespace: one, literals: [a=b]}]\n"
	}
	return out
}

// overlay makes a base of a directory, and an overlay of that.
func overlay(d *dice, t tree, dir, name string, files []string) string {
	base, over := path.Join(path.Dir(dir), "base", name), path.Join(path.Dir(dir), "overlays", name)
	for _, file := range files {
		t[path.Join(base, file)] = t[path.Join(dir, file)]
		delete(t, path.Join(dir, file))
	}
	t[path.Join(base, kustomizationNames[0])] = kustomization(d, files...)
	k := kustomization(d, "../../base/"+name)
	if d.may(30) {
		component := path.Join(path.Dir(dir), "component", name)
		t[path.Join(component, kustomizationNames[0])] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n"
		t[path.Join(component, "extra.yaml")] = manifest(d, name+"-extra", "one")
		k += "components: [../../component/" + name + "]\n"
	}
	if d.may(20) {
		k += written("patches:\n- target: {kind: %s}\n  patch: |\n    - {op: replace, path: /metadata/name, value: %s-patched}\n", pick(d, "ConfigMap", "PersistentVolumeClaim"), name)
	}
	t[path.Join(over, kustomizationNames[0])] = k
	return over
}

// names are those of deployers and directories.
var names = []string{"shop", "blog", "data", "mail"}

// some are the first few names.
func some(d *dice) []string { return names[:2+d.n(3)] }
