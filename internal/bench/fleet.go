package main

import (
	"fmt"
	"path"
)

// The shape of a generated repository of kustomizations.
const (
	fleetBases = 200 // shared by all roots
	components = 16  // of a base: a Deployment, a Service and a ServiceAccount each
	perRoot    = 3*components + 2
)

// The shape of a generated fleet of Argo CD or Flux.
const (
	instances = 3  // of Argo CD
	clusters  = 40 // to each of which every base goes once
	pieces    = 39 // components of an Application
	perApp    = 3*pieces + 3
	plainEach = 10 // one Application in so many is a plain directory
)

// An app is one base on one cluster.
type app struct{ base, cluster int }

func (a app) dir() string { return fmt.Sprintf("env/c%02d/app-%03d", a.cluster, a.base) }

// plain says whether the Application is a directory of manifests, and no
// kustomization over its base. All that use the first base are kustomizations.
func (a app) plain() bool { return a.base > 0 && a.cluster%plainEach == plainEach-1 }

// application writes an Application, below the directory of its instance.
func (t *tree) application(a app) {
	t.write(fmt.Sprintf("argocd/i%d/app-%03d-c%02d.yaml", a.cluster%instances, a.base, a.cluster), appendText(nil, "application.yaml", a.base, a.cluster, a.dir()))
}

// kustomization writes a Kustomization of Flux, and the root of its cluster.
func (t *tree) kustomization(a app) {
	if a.base == 0 {
		t.write(fmt.Sprintf("clusters/c%02d/flux-system/gotk-sync.yaml", a.cluster), appendText(nil, "sync.yaml", a.cluster))
	}
	t.write(fmt.Sprintf("clusters/c%02d/app-%03d.yaml", a.cluster, a.base), appendText(nil, "kustomization.yaml", a.base, a.dir()))
}

// writeFleet writes the roots of a repository, each over one of the shared
// bases: env/CLUSTER/APP deploys bases/APP. It returns their directories
// relative to dir. Each renders perRoot objects.
func writeFleet(dir string, roots int) ([]string, error) {
	t := tree{dir: dir}
	for base := range min(roots, fleetBases) {
		t.base(base, components)
	}
	dirs := make([]string, roots)
	for i := range dirs {
		a := app{i % fleetBases, i / fleetBases}
		dirs[i] = a.dir()
		t.overlay(a)
	}
	return dirs, t.err
}

// writeDeployers writes a repository of so many Applications or Kustomizations, each
// with perApp objects. If removed is set, the first base has lost its volume.
func writeDeployers(dir string, declare func(*tree, app), n int, removed bool) error {
	t := tree{dir: dir}
	for base := range (n + clusters - 1) / clusters {
		if removed && base == 0 {
			t.base(base, pieces)
			continue
		}
		t.write(path.Join(baseDir(base), "volume.yaml"), appendText(nil, "volume.yaml"))
		t.base(base, pieces, "volume.yaml")
	}
	for i := range n {
		a := app{i / clusters, i % clusters}
		declare(&t, a)
		if a.plain() {
			t.components(a.dir(), pieces)
			// With these others it has as many objects as a kustomization.
			t.write(path.Join(a.dir(), "volume.yaml"), appendText(appendText(nil, "volume.yaml"), "others.yaml"))
		} else {
			t.overlay(a)
		}
	}
	return t.err
}

func baseDir(base int) string { return fmt.Sprintf("bases/app-%03d", base) }

// base writes a base, with a file for each component, and further files that are
// there already.
func (t *tree) base(base, components int, more ...string) {
	list := []byte("resources:\n")
	for _, name := range append(more, t.components(baseDir(base), components)...) {
		list = fmt.Appendf(list, "- %s\n", name)
	}
	t.write(path.Join(baseDir(base), "kustomization.yaml"), list)
}

// components writes the files of components, and returns their names.
func (t *tree) components(dir string, n int) (names []string) {
	for c := range n {
		names = append(names, fmt.Sprintf("component-%02d.yaml", c))
		t.write(path.Join(dir, names[c]), component(c))
	}
	return names
}

func component(c int) []byte { return appendText(nil, "component.yaml", c) }

// overlay writes a root: a namespace, labels, an image, a patch, a generator and
// an object of its own.
func (t *tree) overlay(a app) {
	t.write(path.Join(a.dir(), "kustomization.yaml"), appendText(nil, "overlay.yaml", a.base, a.cluster))
	t.write(path.Join(a.dir(), "replicas.yaml"), []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: component-00\nspec:\n  replicas: 3\n"))
	t.write(path.Join(a.dir(), "own.yaml"), []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: own\ndata:\n  key: value\n"))
}
