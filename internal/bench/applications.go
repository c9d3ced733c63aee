package main

import (
	"fmt"
	"path/filepath"
)

// The shape of a generated fleet.
const (
	instances = 3  // of Argo CD
	clusters  = 40 // to each of which every base goes once
	pieces    = 39 // components of an Application
	perApp    = 3*pieces + 3
	plainEach = 10 // one Application in so many is a plain directory
)

// An app is one Application of a fleet.
type app struct{ base, cluster int }

func appOf(i int) app { return app{i / clusters, i % clusters} }

// plain says whether the Application is a directory of manifests, and no
// kustomization over its base. All that use the first base are kustomizations.
func (a app) plain() bool { return a.base > 0 && a.cluster%plainEach == plainEach-1 }

func (a app) dir() string { return fmt.Sprintf("env/c%02d/app-%03d", a.cluster, a.base) }

// file is where the Application itself is, below the directory of its instance.
func (a app) file() string {
	return fmt.Sprintf("argocd/i%d/app-%03d-c%02d.yaml", a.cluster%instances, a.base, a.cluster)
}

// writeApplications writes a repository of so many Applications, each with
// perApp objects. If removed is set, the first base has lost its volume.
func writeApplications(dir string, n int, removed bool) error {
	for base := range (n + clusters - 1) / clusters {
		more := []string{"volume.yaml"}
		if removed && base == 0 {
			more = nil
		}
		if err := writeSharedBase(filepath.Join(dir, fmt.Sprintf("bases/app-%03d", base)), more); err != nil {
			return err
		}
	}
	for i := range n {
		a := appOf(i)
		if err := writeFile(filepath.Join(dir, a.file()), a.manifest()); err != nil {
			return err
		}
		write := a.writePlain
		if !a.plain() {
			write = func(dir string) error { return writeOverlay(dir, a.base, a.cluster) }
		}
		if err := write(filepath.Join(dir, a.dir())); err != nil {
			return err
		}
	}
	return nil
}

const volume = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 10Gi\n"

func writeSharedBase(dir string, more []string) error {
	for _, name := range more {
		if err := writeFile(filepath.Join(dir, name), []byte(volume)); err != nil {
			return err
		}
	}
	return writeBase(dir, pieces, more...)
}

// writePlain writes as many objects as a kustomization has.
func (a app) writePlain(dir string) error {
	if err := writeComponents(dir, pieces); err != nil {
		return err
	}
	const config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: own\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n"
	return writeFile(filepath.Join(dir, "volume.yaml"), []byte(volume+config))
}

func (a app) manifest() []byte {
	return fmt.Appendf(nil, `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: app-%03[1]d-c%02[2]d
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://git.example.com/fleet.git
    path: %[3]s
    targetRevision: main
  destination:
    name: c%02[2]d
    namespace: app-%03[1]d
  syncPolicy:
    automated:
      prune: true
`, a.base, a.cluster, a.dir())
}
