package soundness

import (
	"path"
	"slices"
	"strings"
)

// edits by the kind of a document: a path, and values of which one is put there. A
// value of nil takes the field away.
type edit struct {
	path   string
	values []any
}

var metadataEdits = []edit{
	{"metadata.name", []any{"shop", "blog", "renamed"}},
	{"metadata.namespace", []any{"one", "two", "argocd", "flux-system", nil}},
}

var editsOf = map[string][]edit{
	"Application": {
		{"metadata.name", []any{"shop", "blog", "renamed"}},
		{"metadata.finalizers", []any{nil, []any{finalizer}}},
		{"spec.source.path", []any{"deploy/shop", "deploy/blog", "deploy/data", "deploy/overlays/shop", "apps", "missing"}},
		{"spec.source.targetRevision", []any{"v1", "HEAD", branch, nil}},
		{"spec.source.repoURL", []any{"https://git.example.com/other/x.git"}},
		{"spec.source.directory", []any{nil, fields{"recurse": true}, fields{"exclude": "a.yaml"}, fields{"include": "b.yaml"}}},
		{"spec.source.kustomize", []any{nil, fields{"namePrefix": "new-"}, fields{"namespace": "three"}}},
		{"spec.destination.namespace", []any{"one", "two", "three"}},
		{"spec.destination.server", []any{"https://prod", inCluster}},
		{"spec.syncPolicy.automated", []any{nil, fields{"prune": true}, fields{"prune": false}}},
		{"metadata.annotations", []any{nil, fields{"argocd.argoproj.io/sync-options": "Prune=false"}, fields{"argocd.argoproj.io/sync-options": "Delete=false"}}},
	},
	"ApplicationSet": {
		{"metadata.name", []any{"one", "two", "renamed"}},
		{"spec.syncPolicy", []any{nil, fields{"applicationsSync": "create-only"}, fields{"applicationsSync": "create-update"}, fields{"preserveResourcesOnDeletion": true}}},
		{"spec.template.spec.destination.namespace", []any{"one"}},
		{"spec.template.metadata.name", []any{"x-{{name}}", "{{missing}}", "{{.missing}}", "x-{{path.basename}}", "same"}},
		{"spec.template.spec.source.path", []any{"sets/shop", "missing"}},
		{"spec.template.spec.syncPolicy.automated.prune", []any{true, false}},
		{"spec.goTemplate", []any{true, nil}},
	},
	"Kustomization": { // of Flux: those of kustomize have no spec
		{"metadata.name", []any{"shop", "blog", "renamed"}},
		{"metadata.namespace", []any{"one"}},
		{"metadata.annotations", []any{nil, fields{ksGroup + "/prune": "disabled"}, fields{ksGroup + "/reconcile": "disabled"}}},
		{"spec.path", []any{"./apps/shop", "./apps/blog", "apps/data", "./missing", "./", "./apps/overlays/shop", "./clusters/prod"}},
		{"spec.prune", []any{true, false}},
		{"spec.suspend", []any{true, nil}},
		{"spec.deletionPolicy", []any{"Orphan", "Delete", "MirrorPrune", nil}},
		{"spec.targetNamespace", []any{"one", "three", nil}},
		{"spec.namePrefix", []any{"new-", nil}},
		{"spec.sourceRef.name", []any{"flux-system", "team", "missing"}},
		{"spec.postBuild", []any{nil, fields{"substitute": fields{"TENANT": "other", "COLOUR": "blue", "MISSING": "some"}}}},
		{"spec.kubeConfig", []any{nil, fields{"secretRef": fields{"name": "shop"}}}},
		{"spec.patches", []any{nil, []any{fields{"target": fields{"kind": "PersistentVolumeClaim"}, "patch": "$patch: delete\nkind: x\nmetadata: {name: x}\n"}}}},
		{"spec.commonMetadata", []any{nil, fields{"labels": fields{ksGroup + "/prune": "disabled"}}}},
		{"spec.components", []any{nil, []any{"../missing"}}},
		{"spec.interval", []any{"1m"}},
	},
	"GitRepository": {
		{"metadata.name", []any{"flux-system", "renamed"}},
		{"spec.url", []any{repoURL, "https://git.example.com/other/team.git"}},
		{"spec.ref.branch", []any{branch, "dev"}},
		{"spec.ignore", []any{nil, "a.yaml\n", "/apps/shop\n", "docs/\n", "*.yaml\n!clusters/**\n"}},
	},
	"HelmRelease": {
		{"metadata.name", []any{"shop", "renamed"}},
		{"spec.targetNamespace", []any{"two", "three", nil}},
		{"spec.storageNamespace", []any{"two", nil}},
		{"spec.releaseName", []any{"fixed-shop", "other", nil}},
		{"spec.values", []any{fields{"a": 2}, nil}},
		{"spec.chart.spec.version", []any{"2.x"}},
		{"spec.suspend", []any{true, nil}},
		{"spec.interval", []any{"1m"}},
	},
	"OCIRepository":         {{"spec.ref.tag", []any{"2.0.0"}}, {"spec.interval", []any{"1m"}}},
	"HelmRepository":        {{"spec.url", []any{"https://other.example.com"}}, {"spec.interval", []any{"1m"}}},
	"ConfigMap":             {{"data", []any{fields{"TENANT": "other", "SIZE": "small"}, fields{"TENANT": "42"}, fields{"TENANT": "acme", "a-b": "x"}, fields{"size": "large"}}}},
	"PersistentVolumeClaim": {{"metadata.annotations", []any{nil, fields{ksGroup + "/prune": "disabled"}, fields{"argocd.argoproj.io/sync-options": "Prune=false"}, fields{"argocd.argoproj.io/hook": "PreSync"}}}},
}

// editDocument changes a field of a document. Deployers come first: there are fewer
// of them than objects.
func editDocument(d *dice, t tree) bool {
	deployers := d.may(70)
	p, ok := t.document(d, func(doc fields) bool {
		_, known := editsOf[str(doc, "kind")]
		return at(doc, "metadata", "name") != nil && (!deployers || known && at(doc, "spec") != nil)
	})
	return ok && editOne(d, t, p)
}

// editOne changes a field of one document.
func editOne(d *dice, t tree, p place) bool {
	doc := p.docs[p.i]
	kind := str(doc, "kind")
	if kind == "ApplicationSet" && d.may(50) {
		return editElements(d, t, p)
	}
	e := pick(d, slices.Concat(editsOf[kind], metadataEdits[:2-min(1, len(editsOf[kind])/3)])...)
	put(doc, pick(d, e.values...), strings.Split(e.path, ".")...)
	return t.write(p)
}

// editElements changes the elements of a set, or moves one to another set.
func editElements(d *dice, t tree, p place) bool {
	generators := list(p.docs[p.i], "spec", "generators")
	for _, kind := range []string{"matrix", "merge"} {
		if inner := list(generators[0], kind, "generators"); len(inner) > 0 {
			generators = []any{pick(d, inner...)}
		}
	}
	elements := list(generators[0], "list", "elements")
	if len(elements) == 0 {
		if at(generators[0], "git", "directories") == nil {
			return false
		}
		directories := list(generators[0], "git", "directories")
		directories = append(directories, fields{"path": "dirs/" + pick(d, names...), "exclude": true})
		put(generators[0].(fields), directories, "git", "directories")
		return t.write(p)
	}
	i := d.n(len(elements))
	element, _ := elements[i].(fields)
	rest := append(slices.Clone(elements[:i]), elements[i+1:]...)
	switch d.n(5) {
	case 0:
		put(element, pick(d, "shop", "blog", "renamed"), "name")
	case 1:
		put(element, pick(d, "sets/shop", "sets/mail", "missing"), "dir")
	case 2:
		elements = append(rest, element) // another order
	case 3:
		elements = rest
	case 4:
		other, ok := t.document(d, func(doc fields) bool {
			return str(doc, "kind") == "ApplicationSet" && str(doc, "metadata", "name") != str(p.docs[p.i], "metadata", "name")
		})
		if !ok || other.file == p.file {
			return false
		}
		g := list(other.docs[other.i], "spec", "generators")[0].(fields)
		if g["list"] == nil {
			return false
		}
		put(g, append(list(g, "list", "elements"), element), "list", "elements")
		t.write(other)
		elements = rest
	}
	put(generators[0].(fields), elements, "list", "elements")
	return t.write(p)
}

// editKustomization changes one of kustomize.
func editKustomization(d *dice, t tree) bool {
	var all []string
	for _, name := range t.names() {
		if slices.Contains(kustomizationNames, path.Base(name)) {
			all = append(all, name)
		}
	}
	if len(all) == 0 {
		return false
	}
	name := pick(d, all...)
	docs, err := documents(t[name])
	if err != nil || len(docs) != 1 {
		return false
	}
	k := docs[0]
	resources := list(k, "resources")
	switch d.n(9) {
	case 0, 1:
		if len(resources) > 0 {
			i := d.n(len(resources))
			put(k, append(slices.Clone(resources[:i]), resources[i+1:]...), "resources")
		}
	case 2:
		put(k, resources, "resourcess")
		put(k, nil, "resources")
	case 3:
		put(k, append(resources, pick(d, "extra.yaml", "a.yaml", "../base/shop", "../shop")), "resources")
	case 4:
		put(k, pick[any](d, "new-", nil), "namePrefix")
	case 5:
		put(k, pick[any](d, "one", "three", nil), "namespace")
	case 6:
		put(k, pick[any](d, nil, []any{fields{"target": fields{"kind": "PersistentVolumeClaim"}, "patch": "- {op: replace, path: /metadata/name, value: patched}\n"}}), "patches")
	case 7:
		put(k, nil, pick(d, "components", "configMapGenerator", "patches", "commonAnnotations"))
	case 8:
		slices.Reverse(resources)
	}
	return t.write(place{name, docs, 0})
}
