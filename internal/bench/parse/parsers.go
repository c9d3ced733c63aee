package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	goccy "github.com/goccy/go-yaml"
	goccyparser "github.com/goccy/go-yaml/parser"
	yamlv3 "go.yaml.in/yaml/v3"
	yamlv4 "go.yaml.in/yaml/v4"
	k8syaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/kyaml/kio"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// An input is one stream of documents, and the same bytes cut at "---" for the
// parsers that take one document at a time.
type input struct {
	data      []byte
	documents [][]byte
}

// cut returns the documents of a stream that begins with a separator.
func cut(data []byte) [][]byte {
	parts := bytes.Split(data, []byte("\n---\n"))
	parts[0] = bytes.TrimPrefix(parts[0], []byte("---\n"))
	return parts
}

// first returns the documents that fit into n bytes, and at least one.
func (in input) first(n int) input {
	count, size := 0, 0
	for count < len(in.documents) && (count == 0 || size < n) {
		size += len("---\n") + len(in.documents[count]) + len("\n")
		count++
	}
	return input{in.data[:min(size, len(in.data))], in.documents[:count]}
}

// A parser returns how many objects it has seen.
type parser func(input) (int, error)

var parsers = map[string]parser{
	"kuniq":        kuniq,
	"kuniq-check":  kuniqCheck,
	"yaml/v3-node": yamlNodes,
	"yaml/v3-head": yamlHeads,
	"yaml/v4-node": yamlNodesV4,
	"sigs-head":    each(func(d []byte, h *head) error { return sigsyaml.Unmarshal(d, h) }),
	"goccy-head":   each(func(d []byte, h *head) error { return goccy.Unmarshal(d, h) }),
	"goccy-ast":    goccyTree,
	"kyaml":        kyaml,
	"yamlreader":   yamlReader,
	"sha256":       digest,
	"count":        count,
}

// head is what a tool needs that asks only who an object is.
type head struct {
	APIVersion string `json:"apiVersion" yaml:"apiVersion"`
	Kind       string `json:"kind" yaml:"kind"`
	Metadata   struct {
		Name      string `json:"name" yaml:"name"`
		Namespace string `json:"namespace" yaml:"namespace"`
	} `json:"metadata" yaml:"metadata"`
}

func kuniq(in input) (int, error) {
	n := 0
	for _, err := range manifest.Parse("corpus.yaml", in.data) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// kuniqCheck is kuniq and the search for duplicates.
func kuniqCheck(in input) (int, error) {
	var c dupcheck.Checker
	n := 0
	for o, err := range manifest.Parse("corpus.yaml", in.data) {
		if err != nil {
			return n, err
		}
		c.Add(o)
		n++
	}
	for _, d := range c.Report().Diagnostics {
		if d.Severity == dupcheck.Error {
			return n, fmt.Errorf("a finding in clean manifests: %s", dupcheck.QuoteAlways(d.Message))
		}
	}
	return n, nil
}

func yamlNodes(in input) (int, error) {
	decoder := yamlv3.NewDecoder(bytes.NewReader(in.data))
	return until(func() error { return decoder.Decode(new(yamlv3.Node)) })
}

func yamlHeads(in input) (int, error) {
	decoder := yamlv3.NewDecoder(bytes.NewReader(in.data))
	return until(func() error { return decoder.Decode(new(head)) })
}

func yamlNodesV4(in input) (int, error) {
	decoder := yamlv4.NewDecoder(bytes.NewReader(in.data))
	return until(func() error { return decoder.Decode(new(yamlv4.Node)) })
}

// until counts how often a reader reads before it is at the end.
func until(read func() error) (int, error) {
	for n := 0; ; n++ {
		if err := read(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

// each decodes one document at a time.
func each(decode func([]byte, *head) error) parser {
	return func(in input) (int, error) {
		n := 0
		for _, d := range in.documents {
			var h head
			if err := decode(d, &h); err != nil {
				return n, err
			}
			if h.APIVersion != "" && h.Kind != "" {
				n++
			}
		}
		return n, nil
	}
}

func goccyTree(in input) (int, error) {
	n := 0
	for _, d := range in.documents {
		f, err := goccyparser.ParseBytes(d, goccyparser.ParseComments)
		if err != nil {
			return n, err
		}
		n += min(1, len(f.Docs))
	}
	return n, nil
}

func kyaml(in input) (int, error) {
	r := kio.ByteReader{Reader: bytes.NewReader(in.data), OmitReaderAnnotations: true}
	nodes, err := r.Read()
	return len(nodes), err
}

// yamlReader only finds the documents.
func yamlReader(in input) (int, error) {
	r := k8syaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(in.data)))
	return until(func() error { _, err := r.Read(); return err })
}

func digest(in input) (int, error) {
	sha256.Sum256(in.data)
	return len(in.documents), nil
}

// count looks for a key at the start of a line, and for nothing else. It does
// not see one that is indented or in quotes.
func count(in input) (int, error) {
	if bytes.Count(in.data, []byte("\nkind:")) == 0 {
		return 0, errors.New("no object at all")
	}
	return len(in.documents), nil
}
