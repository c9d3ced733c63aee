package soundness

import (
	"cmp"
	"path"
	"strings"
)

// application is one of Argo CD.
func application(d *dice, name, dir string) string {
	final, policy, source := "", "automated: {prune: true, selfHeal: true}", ""
	if d.may(85) {
		final = "\n  finalizers: [" + finalizer + "]"
	}
	if d.may(10) {
		policy = pick(d, "automated: {prune: false}", "automated: {}", "automated: {prune: true, enabled: false}", "syncOptions: [CreateNamespace=true]")
	}
	if d.may(10) {
		source = pick(d, "kustomize: {namePrefix: own-}", "kustomize: {namespace: two}", "kustomize: {nameSuffix: -own}")
	} else if d.may(10) {
		source = pick(d, "directory: {recurse: true}", "directory: {exclude: 'b.yaml'}", "directory: {include: '*.yaml'}")
	}
	key, more := "source:", ""
	if d.may(10) { // of two sources
		key, more = "sources:\n  -", written("\n  - {repoURL: %s, path: common, targetRevision: HEAD}", repoURL)
	}
	return written(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: %s
  namespace: argocd%s
spec:
  project: default
  %s
    repoURL: %s
    path: %s
    targetRevision: %s
    %s%s
  destination:
    server: %s
    namespace: %s
  syncPolicy:
    %s
`, name, final, key, repoURL, dir, pick(d, "HEAD", "HEAD", branch), source, more, pick(d, inCluster, inCluster, "https://prod"), pick(d, "one", "two", name), policy)
}

// root is an Application that deploys others.
func root(d *dice, name, dir string) string {
	prune := "prune: true, selfHeal: true"
	if d.may(7) {
		prune = "prune: false"
	}
	return written(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %s, namespace: argocd, finalizers: [%s]}
spec:
  project: default
  source: {repoURL: %s, path: %s, targetRevision: HEAD}
  destination: {server: %s, namespace: argocd}
  syncPolicy: {automated: {%s}}
`, name, finalizer, repoURL, dir, inCluster, prune)
}

// argoLayouts are the ways to lay out a repository of Argo CD.
var argoLayouts = []func(*dice, tree){appOfApps, appOfKustomizedApps, byHand, listSets, directorySet, overlaidApps, alternatives, fileSet, matrixSet, mergeSet, twoRoots}

// apps writes an Application and its objects for every name.
func apps(d *dice, t tree, dir string) (files []string) {
	for _, name := range some(d) {
		file := name + ".yaml"
		deployed := workload(d, t, "deploy/"+name, name, pick(d, "", "", "one"))
		t[path.Join(dir, file)] = application(d, name, deployed)
		if d.may(8) {
			t[path.Join(deployed, pick(d, ".argocd-source.yaml", ".argocd-source-"+name+".yaml"))] = "kustomize: {namePrefix: written-}\n"
		}
		files = append(files, file)
	}
	t["common/a.yaml"] = manifest(d, "common", "one")
	return files
}

func appOfApps(d *dice, t tree) {
	t["hand/root.yaml"] = root(d, "root", "apps")
	apps(d, t, "apps")
	if d.may(30) { // a root below the root
		t["apps/second.yaml"] = root(d, "second", "second")
		t["second/late.yaml"] = application(d, "late", workload(d, t, "deploy/late", "late", ""))
	}
	if d.may(30) {
		t["apps/set.yaml"] = listSet(d, t, "set", "red", "green")
	}
}

func appOfKustomizedApps(d *dice, t tree) {
	t["hand/root.yaml"] = root(d, "root", "apps")
	files := apps(d, t, "apps")
	if d.may(30) {
		t["apps/set.yaml"] = listSet(d, t, "set", "red", "green")
		files = append(files, "set.yaml")
	}
	t["apps/kustomization.yaml"] = "resources:\n- " + strings.Join(files, "\n- ") + "\n"
}

func overlaidApps(d *dice, t tree) {
	t["hand/root.yaml"] = root(d, "root", "env/prod")
	files := apps(d, t, "env/base")
	t["env/base/kustomization.yaml"] = "resources:\n- " + strings.Join(files, "\n- ") + "\n"
	t["env/prod/kustomization.yaml"] = "resources: [../base]\n" + pick(d, "", "namePrefix: prod-\n",
		"patches:\n- target: {kind: Application, name: shop}\n  patch: |\n    - {op: replace, path: /spec/destination/namespace, value: two}\n",
		"patches:\n- target: {kind: Application, name: blog}\n  patch: |\n    - {op: remove, path: /metadata/finalizers}\n")
}

func byHand(d *dice, t tree) {
	files := apps(d, t, "hand")
	if d.may(40) {
		t["hand/set.yaml"] = listSet(d, t, "set", "red", "green")
		files = append(files, "set.yaml")
	}
	if d.may(40) {
		t["hand/kustomization.yaml"] = "resources:\n- " + strings.Join(files, "\n- ") + "\n"
	}
}

// listSet is an ApplicationSet with a list, and the objects of its elements.
func listSet(d *dice, t tree, name string, elements ...string) string {
	list := ""
	for _, e := range elements {
		list += written("\n      - {name: %s, dir: %s}", e, workload(d, t, "sets/"+e, e, pick(d, "", "one")))
	}
	return set(d, name, "list:\n      elements:"+list, "name", "dir")
}

// set is an ApplicationSet. nameOf and pathOf are parameters.
func set(d *dice, name, generator, nameOf, pathOf string) string {
	options, open := "", "{{"
	if d.may(40) {
		open, options = "{{.", "\n  goTemplate: true\n  goTemplateOptions: ["+pick(d, "missingkey=error", "")+"]"
		if pathOf == "path" {
			nameOf, pathOf = "path.basename", "path.path"
		}
	}
	var policy []string
	if d.may(25) {
		policy = append(policy, "applicationsSync: "+pick(d, "create-only", "create-update", "create-delete", "sync"))
	}
	if d.may(25) {
		policy = append(policy, "preserveResourcesOnDeletion: true")
	}
	return written(`apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: %s, namespace: argocd}
spec:
  syncPolicy: {%s}%s
  generators:
  - %s
  template:
    metadata: {name: '%s%s}}'}
    spec:
      project: default
      source: {repoURL: %s, path: '%s%s}}', targetRevision: HEAD}
      destination: {server: %s, namespace: '%s%s}}'}
      syncPolicy: {automated: {prune: %s}}
`, name, strings.Join(policy, ", "), options, generator, open, nameOf, repoURL, open, pathOf, inCluster, open, nameOf, pick(d, "true", "true", "true", "false"))
}

func listSets(d *dice, t tree) {
	at := pick(d, "hand", "roots")
	if at == "roots" {
		t["hand/root.yaml"] = root(d, "root", at)
	}
	t[at+"/one.yaml"] = listSet(d, t, "one", "shop", "blog")
	t[at+"/two.yaml"] = listSet(d, t, "two", "data", "mail")
	if d.may(30) {
		t[at+"/three.yaml"] = application(d, "alone", workload(d, t, "deploy/alone", "alone", ""))
	}
}

func directorySet(d *dice, t tree) {
	at := pick(d, "hand", "roots")
	if at == "roots" {
		t["hand/root.yaml"] = root(d, "root", at)
	}
	for _, name := range some(d) {
		dir := "dirs/" + name
		workload(d, t, dir, name, pick(d, "", "one"))
		if !t.isDir(dir) { // it has become an overlay
			t[dir+"/kustomization.yaml"] = "resources: [../overlays/" + name + "]\n"
		}
	}
	generator := "git:\n      repoURL: " + repoURL + "\n      revision: HEAD\n      directories:\n      - path: dirs/*"
	for _, not := range []string{"overlays", "base", "component"} {
		generator += "\n      - {path: dirs/" + not + ", exclude: true}"
	}
	t[at+"/dirs.yaml"] = set(d, "dirs", generator, "path.basename", "path")
}

// alternatives are two environments, each with an Argo CD of its own.
func alternatives(d *dice, t tree) {
	files := apps(d, t, "envs/base")
	t["envs/base/kustomization.yaml"] = "resources:\n- " + strings.Join(files, "\n- ") + "\n"
	for _, env := range []string{"dev", "prod"} {
		t["envs/"+env+"/hand/kustomization.yaml"] = "resources:\n- ../../base\n" + pick(d, "",
			"patches:\n- target: {kind: Application, name: shop}\n  patch: |\n    - {op: replace, path: /spec/destination/namespace, value: "+env+"}\n")
	}
}

// fileSet is a set of git files.
func fileSet(d *dice, t tree) {
	at := pick(d, "hand", "roots")
	if at == "roots" {
		t["hand/root.yaml"] = root(d, "root", at)
	}
	for _, name := range some(d) {
		t["config/"+name+pick(d, ".yaml", ".json")] = written(`{"name": "%s", "dir": "%s"}`, name, workload(d, t, "deploy/"+name, name, "one"))
	}
	t[at+"/files.yaml"] = set(d, "files", "git:\n      repoURL: "+repoURL+"\n      revision: HEAD\n      files: [{path: 'config/*'}]", "name", "dir")
}

// matrixSet is a set of directories and environments.
func matrixSet(d *dice, t tree) {
	t["hand/root.yaml"] = root(d, "root", "roots")
	for _, name := range some(d) {
		workload(d, t, "dirs/"+name, name, "")
		if !t.isDir("dirs/" + name) { // it has become an overlay
			t["dirs/"+name+"/kustomization.yaml"] = "resources: [../overlays/" + name + "]\n"
		}
	}
	s := set(d, "matrix", "matrix:\n      generators:\n      - git: {repoURL: "+repoURL+", revision: HEAD, directories: [{path: 'dirs/*'}, {path: dirs/overlays, exclude: true}, {path: dirs/base, exclude: true}, {path: dirs/component, exclude: true}]}"+
		"\n      - list: {elements: [{env: dev}, {env: prod}]}", "path.basename", "path")
	open := "{{"
	if strings.Contains(s, "goTemplate: true") {
		open = "{{."
	}
	s = strings.Replace(s, "path.basename}}'}", "path.basename}}-"+open+"env}}'}", 1)
	t["roots/matrix.yaml"] = strings.Replace(s, "namespace: '"+open+"path.basename", "namespace: '"+open+"env", 1)
}

// mergeSet is a list of which another one changes some elements.
func mergeSet(d *dice, t tree) {
	t["hand/root.yaml"] = root(d, "root", "roots")
	elements, changed := "", ""
	for _, name := range some(d) {
		elements += written("\n            - {name: %s, dir: %s, env: one}", name, workload(d, t, "sets/"+name, name, ""))
		if d.may(40) {
			changed += written("\n            - {name: %s, env: %s}", name, pick(d, "two", "three"))
		}
	}
	s := set(d, "merged", "merge:\n      mergeKeys: [name]\n      generators:\n      - list:\n          elements:"+elements+
		"\n      - list:\n          elements:"+cmp.Or(changed, " []"), "name", "dir")
	open := "{{"
	if strings.Contains(s, "goTemplate: true") {
		open = "{{."
	}
	t["roots/merged.yaml"] = strings.Replace(s, "namespace: '"+open+"name", "namespace: '"+open+"env", 1)
}

// twoRoots are two Applications, each with Applications of its own and sets between
// which elements may move.
func twoRoots(d *dice, t tree) {
	for _, at := range []string{"platform", "teams"} {
		t["hand/"+at+".yaml"] = root(d, at, at)
		t[at+"/set.yaml"] = listSet(d, t, at+"-set", at+"-red", at+"-blue")
		t[at+"/own.yaml"] = application(d, at+"-own", workload(d, t, "deploy/"+at, at, "one"))
	}
}
