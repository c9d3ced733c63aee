package manifest

import (
	"fmt"
	"math"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// store is the common part of the sources of one Tree: their memory, and the documents
// that were parsed a second time for the contents of list items.
type store struct {
	bytes *gate // of files that are being read
	// window is how much of a large file is read at a time.
	window int
	share  int    // as leastShare
	nodes  *gate  // of documents that are being parsed
	blocks blocks // for contents

	mu      sync.Mutex // for all below
	parsed  []*parsed  // the last ones used at the end
	seen    map[documentKey]bool
	again   int // nodes that may still be parsed for the third time or more
	repeats int // values that aliases and merges may still repeat
}

// Limits on what contents may cost. Documents that are kept have mostNodes
// together, unless there is but one.
const (
	mostAgain   = 10_000_000
	mostRepeats = 4_000_000
)

func newStore() *store {
	return &store{
		bytes: newGate(MaxFound), window: mostWindow, share: leastShare, nodes: newGate(mostNodes),
		again: mostAgain, repeats: mostRepeats,
	}
}

// memoryStore is the store of a single source, for which no other source waits.
func memoryStore() *store { return &store{again: mostAgain, repeats: mostRepeats} }

// documentKey is the place of a document.
type documentKey struct {
	source *source
	start  int
}

// parsed is a document with its lists.
type parsed struct {
	documentKey
	doc    *yamlDocument
	weight int
	lists  map[string][]*yaml.Node // items by the path to their list
}

// item finds the object of a body in its document.
func (s *store) item(b *body) (view, error) {
	p, err := s.document(b)
	if err != nil {
		return nil, err
	}
	last := len(b.item.path) - 1
	n := p.item(b.item.path[:last], b.item.path[last])
	if n == nil {
		return nil, b.source.changed()
	}
	return newYAMLView(p.doc, n), nil
}

// document returns a parsed document, from the kept ones if it is among them.
func (s *store) document(b *body) (*parsed, error) {
	key := documentKey{b.source, b.start}
	for i, p := range s.parsed {
		if p.documentKey == key {
			s.parsed = append(append(s.parsed[:i:i], s.parsed[i+1:]...), p)
			return p, nil
		}
	}
	text, err := b.source.piece(b.start, b.end())
	if err != nil {
		return nil, err
	}
	weight := heavy(text)
	if s.seen[key] {
		if s.again -= weight; s.again < 0 {
			return nil, errTooLarge
		}
	}
	if s.seen == nil {
		s.seen = map[documentKey]bool{}
	}
	s.seen[key] = true
	s.makeRoom(weight)
	doc, failed := parseYAML(text, weight, 1)
	if failed != nil || doc.root == nil {
		return nil, b.source.changed()
	}
	p := &parsed{key, doc, weight, map[string][]*yaml.Node{}}
	s.parsed = append(s.parsed, p)
	return p, nil
}

// makeRoom forgets documents until there is room for one more.
func (s *store) makeRoom(weight int) {
	for _, p := range s.parsed {
		weight += p.weight
	}
	for weight > mostNodes && len(s.parsed) > 0 {
		weight -= s.parsed[0].weight
		s.parsed[0] = nil
		s.parsed = s.parsed[1:]
	}
}

// item returns an item of the list at a path.
func (p *parsed) item(list []int, index int) *yaml.Node {
	key := fmt.Sprint(list)
	items, ok := p.lists[key]
	if !ok {
		items = p.items(list)
		p.lists[key] = items
	}
	if index >= len(items) {
		return nil
	}
	return items[index]
}

func (p *parsed) items(list []int) []*yaml.Node {
	n := p.doc.root
	if last := len(list) - 1; last >= 0 {
		if n = p.item(list[:last], list[last]); n == nil {
			return nil
		}
	}
	x := extraction{left: math.MaxInt, emit: func(dupcheck.Object, error) bool { return false }}
	var root picked
	x.pick(newYAMLView(p.doc, n), outline.ScopeObject, &root, nil)
	if v, ok := root[outline.FieldItems].value.(yamlView); ok && v.shape() == shapeSequence {
		return v.node.Content
	}
	return nil
}
