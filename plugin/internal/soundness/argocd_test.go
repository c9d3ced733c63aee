package soundness

import (
	"errors"
	"fmt"
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

// application is what an Application deploys (argo-cd v3.6 reposerver/repository).
func (t tree) application(app fields) result {
	source, _ := at(app, "spec", "source").(fields)
	revision := str(source, "targetRevision")
	if str(source, "repoURL") != repoURL || revision != "" && revision != "HEAD" && revision != branch {
		return result{inputs: text(source)} // of another repository, or as it was at another time
	}
	dir := path.Clean(str(source, "path"))
	switch {
	case !t.isDir(dir):
		return result{err: fmt.Errorf("there is no directory %s", dir)}
	case source["kustomize"] != nil && source["directory"] != nil:
		return result{err: errors.New("there are two ways to render it")}
	}
	kustomize := source["kustomize"] != nil || t.kustomization(dir) != "" && source["directory"] == nil
	if t[path.Join(dir, "Chart.yaml")] != "" && !kustomize && source["directory"] == nil {
		return result{inputs: text(source, t.content(dir))}
	}
	var objects []object
	var err error
	if kustomize {
		objects, err = t.kustomized(dir, edits(source))
	} else {
		objects, err = t.directory(dir, source)
	}
	for i := range objects {
		o := &objects[i]
		o.cluster = clusterOf(app)
		if o.namespace == "" && !isClusterScoped(o.kind) {
			o.namespace = str(app, "spec", "destination", "namespace")
		}
		if err == nil && o.namespace == "" && !isClusterScoped(o.kind) {
			err = fmt.Errorf("namespace for %s is missing", o.key)
		}
	}
	return result{objects: objects, err: err}
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
