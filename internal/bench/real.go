package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// A module carries manifests. The sum is that of go.sum, so the bytes are the
// same on every machine.
type module struct{ path, version, sum string }

var modules = []module{
	{"github.com/argoproj/argo-cd/v3", "v3.5.7", "h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0="},
	{"github.com/cert-manager/cert-manager", "v1.17.0", "h1:ba7K/WLzcTCFzB+5fQiwD4LAqaRc0c+KwKCD9KqHPSg="},
	{"github.com/open-policy-agent/gatekeeper/v3", "v3.23.1", "h1:njHTm0SJ6ZEhhEgmQTpJKTGQbc99fSs4hGiEp1OIKck="},
	{"sigs.k8s.io/cluster-api", "v1.14.2", "h1:o3GFNaeNFAOEEMpDPfhCK+2CjmV6gtQ8yLEcUwCg7bA="},
}

func (m module) String() string { return m.path + " " + m.version }

// download returns the directory of a module, which it gets from the module
// proxy if it is not in the module cache.
func (m module) download(ctx context.Context, dir string) (string, error) {
	out, err := goCommand(ctx, dir, "mod", "download", "-json", m.path+"@"+m.version)
	if err != nil {
		return "", err
	}
	var got struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		return "", err
	}
	if got.Sum != m.sum {
		return "", fmt.Errorf("%s@%s has the checksum %s, want %s", m.path, m.version, got.Sum, m.sum)
	}
	return got.Dir, nil
}

// A file holds the documents that were kept of a real file.
type file []document

// readReal returns what the modules have, file by file, in lexical order, except
// what says how to render others.
func readReal(ctx context.Context, scratch string) (files []file, err error) {
	for _, m := range modules {
		dir, err := m.download(ctx, scratch)
		if err != nil {
			return nil, err
		}
		err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			base := filepath.Base(name)
			isYAML := manifest.HasExtension(base) && filepath.Ext(base) != ".json"
			if err != nil || !d.Type().IsRegular() || !isYAML || manifest.IsKustomization(base) || base == manifest.ChartFile {
				return err
			}
			data, err := os.ReadFile(name)
			if f := keep(string(data)); len(f) > 0 {
				files = append(files, f)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// A document is one object of a real manifest, without its separator. A copy of
// it differs by text that is inserted: at the end of its name, or for a
// CustomResourceDefinition before both mentions of its group, because there
// the name follows from the group.
type document struct {
	text   string
	at     []int  // where a copy has something more
	format string // of what it has there, with the number of the copy
	key    string // kind and name: what may be there once
}

// The documents that are kept are objects with a plain name, because a copy of
// one gets another name; whatever go.yaml.in/yaml/v3 cannot decode is left out.
var plainName = regexp.MustCompile(`^[a-z0-9][-a-z0-9.]*$`)

var separator = regexp.MustCompile(`(?m)^---.*\n?`)

// keep returns the documents of a file that are objects.
func keep(data string) (f file) {
	for _, part := range separator.Split(data, -1) {
		if d, ok := parse(part); ok {
			f = append(f, d)
		}
	}
	return f
}

func parse(data string) (document, bool) {
	var value any // decoding into a value also refuses what is there twice
	var head struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   struct{ Name yaml.Node }
	}
	if strings.ContainsAny(data, "\r\ufeff") || yaml.Unmarshal([]byte(data), &value) != nil || yaml.Unmarshal([]byte(data), &head) != nil {
		return document{}, false
	}
	name := &head.Metadata.Name
	if head.APIVersion == "" || head.Kind == "" || strings.HasSuffix(head.Kind, "List") || name.Tag != "!!str" || !plainName.MatchString(name.Value) {
		return document{}, false
	}
	d := document{text: strings.TrimSuffix(data, "\n") + "\n", format: "-copy%d", key: head.Kind + " " + name.Value}
	start, end, _, ok := text.New([]byte(data)).Scalar(name)
	if head.Kind == "CustomResourceDefinition" {
		return d.definition(name.Value, start)
	}
	d.at = []int{end}
	return d, ok
}

// definition fills in where the group is.
func (d document) definition(name string, at int) (document, bool) {
	var definition struct {
		Spec struct {
			Group yaml.Node
			Names struct{ Plural string }
		}
	}
	if yaml.Unmarshal([]byte(d.text), &definition) != nil {
		return document{}, false
	}
	group, plural := &definition.Spec.Group, definition.Spec.Names.Plural
	inSpec, _, _, ok := text.New([]byte(d.text)).Scalar(group)
	d.at, d.format = []int{at + len(plural) + 1, inSpec}, "copy%d."
	return d, ok && plural != "" && group.Value != "" && name == plural+"."+group.Value
}

// copies are real documents, the later ones of a name under other names.
type copies struct {
	taken   map[string]int // how often each key was there
	objects int
}

func (c *copies) append(b []byte, d document) []byte {
	if c.taken == nil {
		c.taken = map[string]int{}
	}
	c.objects++
	c.taken[d.key]++
	var edits []text.Edit
	if n := c.taken[d.key]; n > 1 {
		for _, at := range d.at {
			edits = append(edits, text.Edit{Start: at, End: at, Text: fmt.Sprintf(d.format, n)})
		}
	}
	copied, _ := text.Apply([]byte(d.text), edits) // at two places, which do not overlap
	return append(append(b, "---\n"...), copied...)
}

// realObjects has the documents of all files, and starts again when there are no more.
func realObjects(files []file) object {
	all, c := slices.Concat(files...), new(copies)
	return func(b []byte, i int) []byte { return c.append(b, all[i%len(all)]) }
}

// writeRealTree writes count real files; when there are no more it starts again.
func writeRealTree(dir string, files []file, count int) (w written, err error) {
	var c copies
	w, err = writeTree(dir, count, 1, func(b []byte, i int) []byte {
		for _, d := range files[i%len(files)] {
			b = c.append(b, d)
		}
		return b
	})
	w.objects = c.objects
	return w, err
}
