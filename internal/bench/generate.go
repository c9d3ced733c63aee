package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// An object is appended to b as one YAML document, separator first; i is its
// number, and no two numbers give the same object.
type object func(b []byte, i int) []byte

// smallSize is how long every small object is, separator included.
const smallSize = 134

// small appends a ConfigMap of 134 bytes.
func small(b []byte, i int) []byte {
	start := len(b)
	b = fmt.Appendf(b, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%07d\n  namespace: small\ndata:\n  key: ", i)
	return fill(b, start, smallSize)
}

// sized returns a generator of objects of size bytes each: a Deployment, with
// as many environment variables as it takes.
func sized(size int) object {
	return func(b []byte, i int) []byte {
		start := len(b)
		b = fmt.Appendf(b, `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%07[1]d
  namespace: shop
  labels:
    app.kubernetes.io/name: app-%07[1]d
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: web
        image: registry.example.com/web:%07[1]d
        env:
`, i)
		for v := 0; len(b)-start+120 < size; v++ {
			b = fmt.Appendf(b, "        - name: VARIABLE_%03[1]d\n          value: \"the value number %[1]d\"\n", v)
		}
		b = append(b, "        - name: LAST\n          value: "...)
		return fill(b, start, size)
	}
}

// fill ends a document with a value that makes it size bytes long.
func fill(b []byte, start, size int) []byte {
	b = append(b, bytes.Repeat([]byte("x"), max(1, size-(len(b)-start)-1))...)
	return append(b, '\n')
}

// definition appends a CustomResourceDefinition of about 400 kB, with long
// descriptions as generators write them.
func definition(b []byte, i int) []byte {
	b = fmt.Appendf(b, `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things%[1]d.example.com
spec:
  group: example.com
  names:
    kind: Thing%[1]d
    plural: things%[1]d
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
`, i)
	for p := range 1000 {
		b = fmt.Appendf(b, `          property%[1]d:
            description: |-
              Property %[1]d says how many there are of what the other one names.

              More info: https://example.com/docs/property-%[1]d
            type: object
            properties:
              first:
                description: First of the two, which must not be empty if the other is set
                type: string
              second:
                format: int32
                type: integer
`, p)
	}
	return b
}

// deep appends an object with mappings in each other, 60 deep, ten times over.
func deep(b []byte, i int) []byte {
	b = fmt.Appendf(b, "---\napiVersion: example.com/v1\nkind: Tree\nmetadata:\n  name: tree-%d\n  namespace: deep\nspec:\n", i)
	for branch := range 10 {
		for depth := range 60 {
			b = append(b, bytes.Repeat([]byte("  "), depth+1)...)
			b = fmt.Appendf(b, "level%d_%d:\n", branch, depth)
		}
		b = append(b, bytes.Repeat([]byte("  "), 61)...)
		b = append(b, "leaf: true\n"...)
	}
	return b
}

// resourceList returns n objects as kpt hands them to a function.
func resourceList(n int) []byte {
	b := []byte("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for i := range n {
		b = fmt.Appendf(b, `- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: app-%[1]d
    namespace: shop
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'shop/app-%[1]d.yaml'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/path: 'shop/app-%[1]d.yaml'
      internal.config.kubernetes.io/seqindent: 'compact'
  spec:
    replicas: 3
    selector:
      matchLabels: {app: app-%[1]d}
    template:
      metadata:
        labels: {app: app-%[1]d}
      spec:
        containers:
        - name: web
          image: registry.example.com/web:%[1]d
          ports:
          - containerPort: 8080
`, i)
	}
	return b
}

// writeStream writes objects 0 to n-1 into one file, a few at a time.
func writeStream(name string, n int, o object) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var b []byte
	for i := range n {
		if b = o(b, i); len(b) > 1<<20 || i == n-1 {
			if _, err := f.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	return f.Close()
}

// writeTree writes objects 0 to files*each-1, each to a file, 100 files to a
// directory, and returns the names relative to dir.
func writeTree(dir string, files, each int, o object) ([]string, error) {
	names := make([]string, files)
	var b []byte
	for f := range files {
		names[f] = filepath.Join(strconv.Itoa(f/100), strconv.Itoa(f%100)+".yaml")
		b = b[:0]
		for i := range each {
			b = o(b, f*each+i)
		}
		if err := writeFile(filepath.Join(dir, names[f]), b); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// writeFile writes a file and the directories above it.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
