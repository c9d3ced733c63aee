package main

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// data holds formats for package fmt, of which objects are made.
//
//go:embed data
var data embed.FS

// appendText appends a file of data with its verbs filled in.
func appendText(b []byte, name string, values ...any) []byte {
	format, err := data.ReadFile("data/" + name + ".txt")
	if err != nil {
		panic(err) // it is a part of the program
	}
	return fmt.Appendf(b, string(format), values...)
}

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
		b = appendText(b, "sized.yaml", i)
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
	b = appendText(b, "definition.yaml", i)
	for p := range 1000 {
		b = appendText(b, "property.yaml", p)
	}
	return b
}

// deep appends an object with mappings in each other, 60 deep, ten times over.
func deep(b []byte, i int) []byte {
	b = fmt.Appendf(b, "---\napiVersion: example.com/v1\nkind: Tree\nmetadata:\n  name: tree-%d\n  namespace: deep\nspec:\n", i)
	for branch := range 10 {
		for depth := range 60 {
			b = fmt.Appendf(b, "%*slevel%d_%d:\n", 2*depth+2, "", branch, depth)
		}
		b = fmt.Appendf(b, "%*sleaf: true\n", 2*61, "")
	}
	return b
}

// resourceList returns n objects as kpt hands them to a function.
func resourceList(n int) []byte {
	b := []byte("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for i := range n {
		b = appendText(b, "item.yaml", i)
	}
	return b
}

// written is what was written.
type written struct {
	objects, bytes int
	files          []string // relative to their directory
}

// writeStream writes objects 0 to n-1 into one file, a few at a time.
func writeStream(name string, n int, o object) (w written, err error) {
	f, err := os.Create(name)
	if err != nil {
		return w, err
	}
	defer f.Close()
	to := bufio.NewWriterSize(f, 1<<20)
	var b []byte
	for i := range n {
		b = o(b[:0], i)
		w.bytes += len(b)
		_, _ = to.Write(b) // Flush has the first error
	}
	w.objects = n
	return w, errors.Join(to.Flush(), f.Close())
}

// writeTree writes objects 0 to files*each-1, so many to a file.
func writeTree(dir string, files, each int, o object) (w written, err error) {
	to := tree{dir: dir}
	var b []byte
	for f := range files {
		b = b[:0]
		for i := range each {
			b = o(b, f*each+i)
		}
		w.files, w.bytes = append(w.files, numbered(f)), w.bytes+len(b)
		to.write(numbered(f), b)
	}
	w.objects = files * each
	return w, to.err
}

// numbered is the name of a file of a tree with 100 files to a directory.
func numbered(i int) string {
	return filepath.Join(strconv.Itoa(i/100), strconv.Itoa(i%100)+".yaml")
}

// A tree writes files below a directory until one cannot be written.
type tree struct {
	dir string
	err error // why that one cannot
}

// write writes a file and the directories above it.
func (t *tree) write(name string, data []byte) {
	if t.err != nil {
		return
	}
	name = filepath.Join(t.dir, name)
	if t.err = os.MkdirAll(filepath.Dir(name), 0o777); t.err == nil {
		t.err = os.WriteFile(name, data, 0o666)
	}
}
