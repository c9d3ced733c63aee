package main

import (
	"fmt"
	"path/filepath"
)

// The shape of a generated repository of kustomizations.
const (
	fleetBases = 200 // shared by all roots
	components = 16  // of a base: a Deployment, a Service and a ServiceAccount each
	perRoot    = 3*components + 2
)

// writeFleet writes the roots of a repository, each over one of the shared
// bases: env/CLUSTER/APP deploys bases/APP. It returns their directories
// relative to dir. Each renders perRoot objects.
func writeFleet(dir string, roots int) ([]string, error) {
	for app := range min(roots, fleetBases) {
		if err := writeBase(filepath.Join(dir, "bases", fmt.Sprintf("app-%03d", app)), components); err != nil {
			return nil, err
		}
	}
	dirs := make([]string, roots)
	for i := range dirs {
		dirs[i] = filepath.Join("env", fmt.Sprintf("c%02d", i/fleetBases), fmt.Sprintf("app-%03d", i%fleetBases))
		if err := writeOverlay(filepath.Join(dir, dirs[i]), i%fleetBases, i/fleetBases); err != nil {
			return nil, err
		}
	}
	return dirs, nil
}

// writeBase writes a base, with a file for each component, and further files
// that are there already.
func writeBase(dir string, components int, more ...string) error {
	list := []byte("resources:\n")
	for _, name := range more {
		list = fmt.Appendf(list, "- %s\n", name)
	}
	for c := range components {
		list = fmt.Appendf(list, "- component-%02d.yaml\n", c)
	}
	if err := writeComponents(dir, components); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "kustomization.yaml"), list)
}

func writeComponents(dir string, n int) error {
	for c := range n {
		if err := writeFile(filepath.Join(dir, fmt.Sprintf("component-%02d.yaml", c)), component(c)); err != nil {
			return err
		}
	}
	return nil
}

func component(c int) []byte {
	return fmt.Appendf(nil, `apiVersion: v1
kind: ServiceAccount
metadata:
  name: component-%02[1]d
---
apiVersion: v1
kind: Service
metadata:
  name: component-%02[1]d
spec:
  selector:
    app.kubernetes.io/component: component-%02[1]d
  ports:
  - name: http
    port: 80
    targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: component-%02[1]d
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/component: component-%02[1]d
  template:
    metadata:
      labels:
        app.kubernetes.io/component: component-%02[1]d
    spec:
      serviceAccountName: component-%02[1]d
      containers:
      - name: web
        image: registry.example.com/web
        envFrom:
        - configMapRef:
            name: settings
        ports:
        - containerPort: 8080
`, c)
}

// writeOverlay writes a root: a namespace, labels, an image, a patch, a
// generator and an object of its own.
func writeOverlay(dir string, app, cluster int) error {
	for name, text := range map[string]string{
		"kustomization.yaml": fmt.Sprintf(`namespace: app-%03[1]d
resources:
- ../../../bases/app-%03[1]d
- own.yaml
labels:
- pairs:
    app.kubernetes.io/part-of: app-%03[1]d
images:
- name: registry.example.com/web
  newTag: v1.%[2]d
patches:
- path: replicas.yaml
configMapGenerator:
- name: settings
  literals:
  - cluster=c%02[2]d
`, app, cluster),
		"replicas.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: component-00\nspec:\n  replicas: 3\n",
		"own.yaml":      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: own\ndata:\n  key: value\n",
	} {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}
