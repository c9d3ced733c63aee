package soundness

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"sigs.k8s.io/kustomize/api/types"
)

const (
	// repoURL and branch are those of every repository here.
	repoURL = "https://git.example.com/org/config.git"
	branch  = "main"
	// inCluster is the cluster in which Argo CD is.
	inCluster = "https://kubernetes.default.svc"
	// finalizer makes Argo CD delete the objects of an Application with it.
	finalizer = "resources-finalizer.argocd.argoproj.io"
)

// clusterOf is the cluster of an Application.
func clusterOf(app fields) string {
	return strings.TrimPrefix(str(app, "spec", "destination", "server"), inCluster)
}

// application is what an Application deploys: of all of its sources, or nothing if
// one of them fails.
func (t tree) application(app fields) (out result) {
	sources := list(app, "spec", "sources")
	if len(sources) == 0 {
		sources = []any{at(app, "spec", "source")}
	}
	for _, s := range sources {
		source, _ := s.(fields)
		r := t.source(app, source)
		out.objects, out.inputs, out.err = append(out.objects, r.objects...), out.inputs+r.inputs, cmpOr(out.err, r.err)
	}
	for i := range out.objects {
		o := &out.objects[i]
		o.cluster = clusterOf(app)
		if o.namespace == "" && !isClusterScoped(o.kind) {
			o.namespace = str(app, "spec", "destination", "namespace")
		}
		if o.namespace == "" && !isClusterScoped(o.kind) {
			out.err = cmpOr(out.err, fmt.Errorf("namespace for %s is missing", o.key))
		}
	}
	return out
}

// source is what one source renders to (argo-cd v3.6 reposerver/repository).
func (t tree) source(app, source fields) (r result) {
	revision := str(source, "targetRevision")
	if str(source, "repoURL") != repoURL || revision != "" && revision != "HEAD" && revision != branch {
		return result{inputs: text(source)} // of another repository, or as it was at another time
	}
	dir := path.Clean(str(source, "path"))
	if !t.isDir(dir) {
		return result{err: fmt.Errorf("there is no directory %s", dir)}
	}
	source, err := t.overridden(dir, str(app, "metadata", "name"), source)
	if err == nil && source["kustomize"] != nil && source["directory"] != nil {
		err = errors.New("there are two ways to render it")
	}
	if err != nil {
		return result{err: err}
	}
	kustomize := source["kustomize"] != nil || t.kustomization(dir) != "" && source["directory"] == nil
	if t[path.Join(dir, "Chart.yaml")] != "" && !kustomize && source["directory"] == nil {
		return result{inputs: text(source, t.content(dir))}
	}
	if kustomize {
		r.objects, r.err = t.kustomized(dir, edits(source))
	} else {
		r.objects, r.err = t.directory(dir, source)
	}
	return r
}

// overridden is a source with what files of its directory change in it
// (mergeSourceParameters). The generator writes only what adds to it.
func (t tree) overridden(dir, name string, source fields) (fields, error) {
	for _, file := range []string{".argocd-source.yaml", ".argocd-source-" + name + ".yaml"} {
		docs, err := documents(t[path.Join(dir, file)])
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			source = merged(source, doc)
		}
	}
	return source, nil
}

// merged is a JSON merge patch.
func merged(m, patch fields) fields {
	out := maps.Clone(m)
	if out == nil {
		out = fields{}
	}
	for k, v := range patch {
		below, isMap := v.(fields)
		old, _ := out[k].(fields)
		switch {
		case v == nil:
			delete(out, k)
		case isMap:
			out[k] = merged(old, below)
		default:
			out[k] = v
		}
	}
	return out
}

// content is all files of a directory.
func (t tree) content(dir string) fields {
	out := fields{}
	for _, name := range t.below(dir) {
		out[name] = t[name]
	}
	return out
}

// edits are what the fields of an Application change in a kustomization (argo-cd
// v3.6 util/kustomize).
func edits(source fields) func(*types.Kustomization) {
	own, _ := at(source, "kustomize").(fields)
	if len(own) == 0 {
		return nil
	}
	return func(k *types.Kustomization) {
		if s := str(own, "namePrefix"); s != "" {
			k.NamePrefix = s
		}
		if s := str(own, "nameSuffix"); s != "" {
			k.NameSuffix = s
		}
		if s := str(own, "namespace"); s != "" {
			k.Namespace = s
		}
		k.Components = append(k.Components, strs(own, "components")...)
	}
}

// directory is a source without a renderer.
func (t tree) directory(dir string, source fields) (all []object, err error) {
	options, _ := at(source, "directory").(fields)
	for _, name := range t.below(dir) {
		relative := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
		if !isYAML(name) && path.Ext(name) != ".json" || strings.Contains(relative, "/") && !is(options, "recurse") {
			continue
		}
		if include := str(options, "include"); include != "" && !doublestar.MatchUnvalidated(include, relative) {
			continue
		}
		if exclude := str(options, "exclude"); exclude != "" && doublestar.MatchUnvalidated(exclude, relative) {
			continue
		}
		docs, err := documents(t[name])
		if isForeign(t[name], docs, err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		objects, err := newObjects(docs)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// isForeign says whether a file is no manifest for Argo CD: nothing of it is an
// object, and it does not look like one (getObjsFromYAMLOrJson).
func isForeign(text string, docs []fields, err error) bool {
	if err == nil && (len(docs) == 0 || str(docs[0], "kind") != "") || len(docs) > 0 && str(docs[0], "kind") != "" {
		return false
	}
	return !strings.Contains(text, "apiVersion:") || !strings.Contains(text, "kind:") || !strings.Contains(text, "metadata:")
}
