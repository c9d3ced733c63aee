package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A document is one object of a real manifest, without its separator. A copy of
// it differs by text that is inserted: at the end of its name, or for a
// CustomResourceDefinition before both mentions of its group, because there
// the name follows from the group.
type document struct {
	text   string
	at     []int  // where a copy has something more, ascending
	format string // of what it has there, with the number of the copy
	key    string // kind and name: what may be there once
}

// A file holds the documents that were kept of a real file.
type file []document

// The documents that are kept are objects with a plain name, because a copy of
// one gets another name; whatever go.yaml.in/yaml/v3 cannot decode is left out.
var plainName = regexp.MustCompile(`^[a-z0-9][-a-z0-9.]*$`)

// readReal returns what the modules have, file by file.
func readReal(ctx context.Context, scratch string) ([]file, error) {
	var files []file
	for _, m := range modules {
		dir, err := m.download(ctx, scratch)
		if err != nil {
			return nil, err
		}
		names, err := manifests(dir)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if f := keep(string(data)); len(f) > 0 {
				files = append(files, f)
			}
		}
	}
	return files, nil
}

// keep returns the documents of a file that are objects.
func keep(data string) file {
	var f file
	for _, text := range cut(data) {
		if d, ok := parse(text); ok {
			f = append(f, d)
		}
	}
	return f
}

// cut returns what is between the separators.
func cut(data string) []string {
	var all []string
	var b strings.Builder
	for line := range strings.Lines(data) {
		if strings.HasPrefix(line, "---") {
			all = append(all, b.String())
			b.Reset()
			continue
		}
		b.WriteString(line)
	}
	return append(all, b.String())
}

func parse(text string) (document, bool) {
	var n yaml.Node
	var v any // decoding into a value also refuses what is there twice
	if strings.ContainsAny(text, "\r\ufeff") || yaml.Unmarshal([]byte(text), &n) != nil || n.Decode(&v) != nil || len(n.Content) != 1 {
		return document{}, false
	}
	root := n.Content[0]
	version, kind := child(root, "apiVersion"), child(root, "kind")
	name := child(child(root, "metadata"), "name")
	if !isText(version) || !isText(kind) || !isText(name) || strings.HasSuffix(kind.Value, "List") || !plainName.MatchString(name.Value) {
		return document{}, false
	}
	d := document{text: strings.TrimSuffix(text, "\n") + "\n", format: "-copy%d", key: kind.Value + " " + name.Value}
	if kind.Value == "CustomResourceDefinition" {
		return d.definition(name, child(root, "spec"))
	}
	from, ok := offset(text, name)
	d.at = []int{from + len(name.Value)}
	return d, ok
}

// definition fills in where the group is.
func (d document) definition(name, spec *yaml.Node) (document, bool) {
	group, plural := child(spec, "group"), child(child(spec, "names"), "plural")
	if !isText(group) || !isText(plural) || name.Value != plural.Value+"."+group.Value {
		return document{}, false
	}
	inName, ok1 := offset(d.text, name)
	inSpec, ok2 := offset(d.text, group)
	d.at, d.format = []int{inName + len(plural.Value) + 1, inSpec}, "copy%d."
	slices.Sort(d.at)
	return d, ok1 && ok2
}

// child returns the value of a key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func isText(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value != ""
}

// offset returns where the text of a scalar is.
func offset(text string, n *yaml.Node) (int, bool) {
	at := 0
	for range n.Line - 1 {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	at += n.Column - 1
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		at++
	}
	return at, at <= len(text) && strings.HasPrefix(text[at:], n.Value)
}

// names makes objects unique: the second of a name gets another.
type names map[string]int

// of returns the text of a document under a name that is not taken.
func (n names) of(d document) string {
	n[d.key]++
	if n[d.key] == 1 {
		return d.text
	}
	var b strings.Builder
	from := 0
	for _, at := range d.at {
		b.WriteString(d.text[from:at])
		fmt.Fprintf(&b, d.format, n[d.key])
		from = at
	}
	return b.String() + d.text[from:]
}

// real counts what was written of the real files.
type real struct {
	objects, bytes int
	files          []string
}

// writeRealTree writes count real files; when there are no more it begins anew.
func writeRealTree(dir string, files []file, count int) (real, error) {
	var r real
	taken := names{}
	for i := range count {
		var b []byte
		for _, d := range files[i%len(files)] {
			b = append(append(b, "---\n"...), taken.of(d)...)
			r.objects++
		}
		name := filepath.Join(strconv.Itoa(i/100), strconv.Itoa(i%100)+".yaml")
		if err := writeFile(filepath.Join(dir, name), b); err != nil {
			return real{}, err
		}
		r.files, r.bytes = append(r.files, name), r.bytes+len(b)
	}
	return r, nil
}

// writeRealStream writes real objects into one file: so many of them, or if
// count is 0 every one once.
func writeRealStream(name string, files []file, count int) (real, error) {
	f, err := os.Create(name)
	if err != nil {
		return real{}, err
	}
	defer f.Close()
	var r real
	taken := names{}
	for again := true; again; again = r.objects < count {
		for _, part := range files {
			for _, d := range part {
				if count > 0 && r.objects == count {
					break
				}
				n, err := fmt.Fprintf(f, "---\n%s", taken.of(d))
				if err != nil {
					return real{}, err
				}
				r.objects, r.bytes = r.objects+1, r.bytes+n
			}
		}
	}
	return r, f.Close()
}
