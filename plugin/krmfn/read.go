package krmfn

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// list is a ResourceList as it came.
type list struct {
	envelope
	text  []byte
	items []item
	// withResults returns the list with these results, in place of any that
	// came.
	withResults func([]result) ([]byte, error)
}

// item is one of the items of a list.
type item struct {
	objects []dupcheck.Object
	unread  []dupcheck.Unread
	from    source
	single  bool // it is one object, and no List
}

// apiVersions are the versions of a ResourceList. kyaml reads any; these are
// the ones that orchestrators have sent (kustomize, cmd/config/docs/api-conventions).
var apiVersions = []string{"config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"}

// read reads a ResourceList, and refuses all else.
func read(text []byte) (*list, error) {
	switch {
	case len(text) == 0:
		return nil, noWorkf("standard input is empty; a KRM function reads a ResourceList from it")
	case len(text) > MostBytes:
		return nil, noWorkf("the input is larger than %d MiB", MostBytes>>20)
	case !utf8.Valid(text):
		return nil, noWorkf("the input is not UTF-8")
	}
	if b, ok := cutBlocks(text); ok {
		l, err := b.read()
		if l != nil || err != nil {
			return l, err
		}
	}
	return readWhole(text)
}

// envelope are the fields of a ResourceList but for its items.
type envelope struct {
	seen             []string
	apiVersion, kind *yaml.Node
	// config is the functionConfig, or nil. configLine is how many lines of
	// the text stand before the ones that its nodes count.
	config     *yaml.Node
	configLine int
}

// field takes in one field.
func (e *envelope) field(key string, value *yaml.Node, line int) error {
	if slices.Contains(e.seen, key) {
		return noWorkf("the ResourceList has two fields %s", dupcheck.QuoteBrief(key))
	}
	e.seen = append(e.seen, key)
	switch key {
	case "apiVersion":
		e.apiVersion = value
	case "kind":
		e.kind = value
	case "functionConfig":
		if !isNull(value) {
			e.config, e.configLine = value, line
		}
	case "<<":
		return noWorkf("the ResourceList has a merge key")
	}
	return nil
}

// check refuses what is not a ResourceList.
func (e *envelope) check() error {
	if kind, ok := textOf(e.kind); !ok || kind != "ResourceList" {
		return noWorkf("the input is not a ResourceList; 'kuniq check -' reads manifests")
	}
	if v, ok := textOf(e.apiVersion); !ok || !slices.Contains(apiVersions, v) {
		return noWorkf("a ResourceList of an apiVersion other than %s", strings.Join(apiVersions, ", "))
	}
	return nil
}

// textOf returns a string.
func textOf(n *yaml.Node) (string, bool) {
	n = resolved(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		return "", false
	}
	return n.Value, true
}

// resolved follows an alias.
func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	n = resolved(n)
	return n == nil || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// parse parses one document of YAML. The parser is known to panic on some
// input that is not YAML.
func parse(text []byte) (root *yaml.Node, err error) {
	defer func() {
		if recover() != nil {
			root, err = nil, noWorkf("not valid YAML: the parser gave up")
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) != 1 {
		// The parser's own words may quote the input.
		return nil, noWorkf("not valid YAML")
	}
	return doc.Content[0], nil
}

// readItem reads the objects of one item. It returns false if the text is not
// one document, or not a mapping.
func readItem(i int, text []byte) (item, bool) {
	var it item
	documents, isJSON := 0, false
	for d := range manifest.Documents(ordinal(i), text) {
		if d.Bare {
			continue
		}
		documents++
		isJSON = d.JSON
		it.objects = append(it.objects, d.Objects...)
		it.unread = append(it.unread, d.Unread...)
	}
	if documents != 1 || len(it.unread) > 0 {
		return it, false
	}
	it.place(i)
	if len(it.objects) > 0 && !isJSON {
		return it, true
	}
	// No object, but perhaps a mapping; or JSON, of which not all is YAML.
	root, err := parse(text)
	return it, err == nil && root.Kind == yaml.MappingNode
}

func ordinal(i int) string { return fmt.Sprintf("items[%d]", i) }
