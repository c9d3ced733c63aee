package soundness

import (
	"path"
	"slices"
	"strings"
)

// ks is a Kustomization of Flux. more are further lines of its spec.
func ks(d *dice, name, dir string, more ...string) string {
	more = slices.Clone(more)
	prune := "prune: true"
	if d.may(10) {
		prune = pick(d, "prune: false", "prune: true\n  deletionPolicy: Orphan", "prune: false\n  deletionPolicy: Delete", "prune: true\n  suspend: true")
	}
	extra := func(percent int, line string) {
		key, _, _ := strings.Cut(line, ":")
		if d.may(percent) && !slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, key+":") }) {
			more = append(more, line)
		}
	}
	extra(10, pick(d, "namePrefix: own-", "targetNamespace: two", "nameSuffix: -own", "kubeConfig: {secretRef: {name: edge}}"))
	extra(10, "postBuild: {substitute: {SIZE: big, name: x}}")
	extra(6, written("patches:\n  - target: {kind: %s}\n    patch: |\n      - {op: add, path: /metadata/annotations, value: {%s}}",
		pick(d, "PersistentVolumeClaim", "ConfigMap"), pick(d, guards...)))
	extra(6, "commonMetadata: {annotations: {"+pick(d, guards...)+"}}")
	extra(6, "dependsOn: [{name: "+pick(d, names...)+"}]")
	return written(`apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: %s
  namespace: flux-system
spec:
  interval: 10m
  path: %s
  %s
  sourceRef:
    kind: GitRepository
    name: flux-system
  %s
`, name, pick(d, "./"+dir, dir, "./"+dir+"/"), prune, strings.Join(more, "\n  "))
}

// repository is a GitRepository. more are further lines of its spec.
func repository(name, url, branch string, more ...string) string {
	return written("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: %s\n  namespace: flux-system\nspec:\n  url: %s\n  ref:\n    branch: %s\n  %s\n",
		name, url, branch, strings.Join(more, "\n  "))
}

// bootstrap writes what "flux bootstrap" writes: a Kustomization that deploys
// itself. more are further lines of its spec.
func bootstrap(d *dice, t tree, dir string, more ...string) {
	ignore := ""
	if d.may(15) {
		ignore = "ignore: |\n    " + pick(d, "docs/", "/tests\n    *.md", "# nothing")
	}
	system := dir + "/flux-system/"
	t[system+"gotk-sync.yaml"] = repository("flux-system", repoURL, branch, ignore) + "---\n" +
		"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec:\n  path: ./" + dir +
		"\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n  " + strings.Join(more, "\n  ") + "\n"
	t[system+"kustomization.yaml"] = "resources: [gotk-sync.yaml]\n"
	if d.may(10) {
		t[".sourceignore"] = pick(d, "docs/\n", "*.md\n", "/tests/\n")
	}
}

// fluxLayouts are the ways to lay out a repository of Flux.
var fluxLayouts = []func(*dice, tree){monorepo, homeOps, variablesLayout, releases, hubAndSpoke, byHandKustomizations, infrastructure, twoClusters}

// stacks writes a Kustomization and its objects for every name.
func stacks(d *dice, t tree, dir string, more ...string) (files []string) {
	for _, name := range some(d) {
		file := name + ".yaml"
		t[path.Join(dir, file)] = ks(d, name, workload(d, t, "apps/"+name, name, "one"), more...)
		files = append(files, file)
	}
	if d.may(30) { // two of them read one directory
		t[path.Join(dir, "twin.yaml")] = ks(d, "twin", pick(d, t.dirs()...), append(slices.Clone(more), "targetNamespace: twin")...)
		files = append(files, "twin.yaml")
	}
	return files
}

func monorepo(d *dice, t tree) {
	bootstrap(d, t, "clusters/prod")
	files := stacks(d, t, "clusters/prod")
	if d.may(40) {
		t["clusters/prod/kustomization.yaml"] = "resources:\n- flux-system\n- " + strings.Join(files, "\n- ") + "\n"
	}
	if d.may(30) {
		ignore := pick(d, "", "", "ignore: |\n    a.yaml", "ignore: '*.md'")
		t["clusters/prod/team.yaml"] = repository("team", pick(d, repoURL, repoURL, "https://git.example.com/other/team.git"), pick(d, branch, branch, "dev"), ignore) + "---\n" +
			strings.Replace(ks(d, "team", "apps/shop"), "    name: flux-system\n  ", "    name: team\n  ", 1)
	}
}

// homeOps is a directory without a kustomization, in which those of namespaces list
// Kustomizations, and a root that patches them.
func homeOps(d *dice, t tree) {
	patch := pick(d, "", "patches:\n  - target: {group: kustomize.toolkit.fluxcd.io, kind: Kustomization}\n    patch: |\n      apiVersion: kustomize.toolkit.fluxcd.io/v1\n      kind: Kustomization\n      metadata: {name: x}\n      spec: "+
		pick(d, "{prune: true}", "{deletionPolicy: Orphan}", "{targetNamespace: three}", "{postBuild: {substitute: {SIZE: big}}}"))
	bootstrap(d, t, "clusters/prod")
	t["clusters/prod/apps.yaml"] = ks(d, "cluster-apps", "kubernetes/apps", patch)
	for _, space := range []string{"media", "home"}[:1+d.n(2)] {
		dir := "kubernetes/apps/" + space
		k := "resources:\n"
		for _, name := range some(d)[:1+d.n(2)] {
			app := workload(d, t, dir+"/"+name+"/app", name+"-"+space, "one")
			t[dir+"/"+name+"/ks.yaml"] = ks(d, name+"-"+space, app)
			k += "- ./" + name + "/ks.yaml\n"
		}
		t[dir+"/kustomization.yaml"] = k
	}
}

// variablesLayout has names that depend on a ConfigMap.
func variablesLayout(d *dice, t tree) {
	bootstrap(d, t, "clusters/prod")
	t["clusters/prod/settings.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {TENANT: acme, SIZE: small}\n"
	from := "postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}], substitute: {COLOUR: red}}"
	for _, name := range some(d) {
		dir := workload(d, t, "apps/"+name, name, "one")
		t["clusters/prod/"+name+".yaml"] = ks(d, name, dir, from)
		for _, file := range t.below("apps/" + name) {
			if d.may(20) {
				t[file] = strings.Replace(t[file], "name: "+name+"-0\n", "name: ${TENANT}\n", 1)
			} else if d.may(40) {
				t[file] = strings.Replace(t[file], "name: "+name, "name: "+pick(d, "${TENANT}-", "${COLOUR}-", "${MISSING:-none}-")+name, 1)
			}
		}
	}
}

// releases are HelmReleases, whose charts are elsewhere or here.
func releases(d *dice, t tree) {
	bootstrap(d, t, "clusters/prod")
	t["clusters/prod/charts.yaml"] = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: flux-system}\nspec:\n  url: https://charts.example.com\n"
	t["clusters/prod/oci.yaml"] = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: oci, namespace: flux-system}\nspec:\n  url: oci://example.com/db\n  ref: {tag: 1.0.0}\n"
	t["clusters/prod/values.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart-values, namespace: one}\ndata:\n  values.yaml: 'persistence: true'\n"
	t["charts/web/Chart.yaml"] = "apiVersion: v2\nname: web\nversion: 1.0.0\n"
	t["charts/web/templates/a.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: one}\n"
	stacks(d, t, "clusters/prod")
	for _, name := range some(d) {
		chart := pick(d, "chart: db\n      version: 1.x\n      sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}", "chart: db\n      version: 1.x\n      sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}",
			"chart: ./charts/web\n      sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}")
		t["clusters/prod/hr-"+name+".yaml"] = written(
			"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: %s\n  namespace: %s\nspec:\n  %s\n  values: {a: 1}\n  %s\n",
			name, pick(d, "one", "flux-system"), pick(d, "chart:\n    spec:\n      "+chart, "chart:\n    spec:\n      "+chart, "chartRef: {kind: OCIRepository, name: oci, namespace: flux-system}"), pick(d, "", "", "targetNamespace: two", "storageNamespace: two", "releaseName: fixed-"+name, "suspend: true", "valuesFrom: [{kind: ConfigMap, name: chart-values}]"))
	}
}

func hubAndSpoke(d *dice, t tree) {
	bootstrap(d, t, "clusters/prod")
	for _, name := range some(d) {
		dir := workload(d, t, "apps/shared", "shared", "one")
		t["clusters/prod/"+name+".yaml"] = ks(d, name, dir, "kubeConfig: {secretRef: {name: "+name+"}}")
	}
}

// byHandKustomizations have no root in git.
func byHandKustomizations(d *dice, t tree) {
	t["hand/source.yaml"] = repository("flux-system", repoURL, branch)
	files := stacks(d, t, "hand")
	if d.may(30) {
		t["hand/kustomization.yaml"] = "resources:\n- source.yaml\n- " + strings.Join(files, "\n- ") + "\n"
	}
}

// infrastructure is a Kustomization whose directory has further ones, and objects
// beside them, and a base that several read.
func infrastructure(d *dice, t tree) {
	bootstrap(d, t, "clusters/prod")
	t["clusters/prod/infra.yaml"] = ks(d, "infra", "infra")
	for _, name := range some(d) {
		t["infra/"+name+".yaml"] = ks(d, name, workload(d, t, "apps/"+name, name, "one"))
	}
	t["infra/own.yaml"] = manifest(d, "own", "one")
	if d.may(50) {
		t["infra/kustomization.yaml"] = kustomization(d, listing(t, "infra")...)
	}
	if d.may(40) {
		t["parts/a.yaml"] = manifest(d, "shared", "one")
		t["parts/kustomization.yaml"] = kustomization(d, "a.yaml")
		t["apps/common/kustomization.yaml"] = "resources: [../../parts]\nnamespace: common\n"
		t["infra/common.yaml"] = ks(d, "common", "apps/common", "components: ["+pick(d, "../../parts", "../missing")+"]\n  ignoreMissingComponents: true")
	}
}

// listing are the names of the files in a directory.
func listing(t tree, dir string) (files []string) {
	for _, name := range t.below(dir) {
		files = append(files, strings.TrimPrefix(name, dir+"/"))
	}
	return files
}

// twoClusters are two clusters, each with a Flux of its own, that share bases.
func twoClusters(d *dice, t tree) {
	t["apps/base/kustomization.yaml"] = "resources: [a.yaml, b.yaml]\n"
	t["apps/base/a.yaml"] = manifest(d, "a", "one")
	t["apps/base/b.yaml"] = manifest(d, "b", "one")
	for _, cluster := range []string{"prod", "staging"} {
		bootstrap(d, t, "clusters/"+cluster)
		t["apps/"+cluster+"/kustomization.yaml"] = kustomization(d, "../base")
		t["clusters/"+cluster+"/apps.yaml"] = ks(d, "apps", "apps/"+cluster)
		if d.may(50) {
			t["clusters/"+cluster+"/shared.yaml"] = ks(d, "shared", workload(d, t, "apps/shared", "shared", "one"))
		}
	}
}
