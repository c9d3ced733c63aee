package krmfn

import (
	"bytes"
	"context"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	lines "github.com/kuniq/kuniq/dupcheck/manifest/text"
	"github.com/kuniq/kuniq/internal/crash"
)

// blocks is a ResourceList in the form in which every orchestrator writes it: a mapping
// in block style, with the items as a block sequence. It can be cut line by line and read
// item by item, so that neither time nor memory depends on the number of items.
//
// The cut is that of a YAML parser if every piece by itself is valid. A line in column 0,
// or in the column of the sequence's dashes, ends any plain or block scalar before it. A
// quoted scalar or a flow collection that is still open there leaves the piece before it
// invalid. A piece by itself cannot have an alias to another one. readWhole reads lists
// that are cut wrongly or not at all.
type blocks struct {
	text       []byte
	start, end int // of the mapping
	sections   []section
	items      []span
}

// section is a field of the mapping, with all of its lines.
type section struct {
	key string
	span
	line int // lines before it
}

// span is a range of bytes.
type span struct{ start, end int }

// cutBlocks cuts a list. It returns false if the text has any other form.
func cutBlocks(text []byte) (*blocks, bool) {
	if unusual(text) {
		return nil, false
	}
	b := &blocks{text: text}
	if !b.document() {
		return nil, false
	}
	c := cutter{blocks: b, dash: -1, line: bytes.Count(text[:b.start], []byte{'\n'})}
	for at := b.start; at < b.end; c.line++ {
		end := lines.LineEnd(text[:b.end], at)
		if !c.take(at, text[at:end]) {
			return nil, false
		}
		at = end
	}
	c.close(b.end)
	return b, len(b.sections) > 0
}

// document finds the only document. It is the mapping, from the line behind
// the marker if there is one.
func (b *blocks) document() bool {
	found := false
	for c := range manifest.Chunks(b.text) {
		switch {
		case c.Bare:
			continue
		case found, c.Doubtful, c.Parse < c.Start && b.text[c.Parse] == '%':
			return false
		}
		found = true
		b.start, b.end = c.Start, c.End
		if c.Explicit {
			rest := b.text[c.Start:lines.LineEnd(b.text, c.Start)]
			if !lines.IsBlank(rest) {
				return false
			}
			b.start += len(rest)
		}
	}
	return found
}

// cutter goes through the lines.
type cutter struct {
	*blocks
	line    int
	dash    int // the column of the sequence's dashes, or -1
	inItems bool
	empty   bool // the items are "[]"
}

// take takes in one line, and returns false if it does not fit the form.
func (c *cutter) take(at int, line []byte) bool {
	indent := lines.Indent(line)
	switch {
	case lines.IsBlank(line):
		// Before the first field and the first item no parser looks at it.
		between := len(c.sections) == 0 || c.inItems && len(c.items) == 0
		return !between || bytes.IndexByte(line, '\t') < 0
	case line[indent] == '\t':
		return len(c.sections) > 0 && indent > max(c.dash, 0) && (!c.inItems || len(c.items) > 0)
	case c.inItems && isDash(line[indent:]) && (c.dash < 0 || indent == c.dash):
		if c.empty {
			return false
		}
		c.dash = indent
		c.closeItem(at)
		c.items = append(c.items, span{start: at})
		return true
	case indent == 0 && isDash(line) && !c.inItems:
		return len(c.sections) > 0 // of another field
	case indent == 0:
		return c.section(at, line)
	case c.inItems:
		return indent > c.dash && len(c.items) > 0
	}
	return len(c.sections) > 0
}

// fieldName matches the name of a field, as each field of a ResourceList has it.
var fieldName = regexp.MustCompile(`^([A-Za-z]+):`)

// section begins a field.
func (c *cutter) section(at int, line []byte) bool {
	m := fieldName.FindSubmatch(line)
	if m == nil {
		return false
	}
	key, rest := string(m[1]), line[len(m[0]):]
	c.close(at)
	c.sections = append(c.sections, section{key: key, span: span{start: at}, line: c.line})
	if c.inItems = key == "items"; !c.inItems {
		return true
	}
	c.empty = string(bytes.TrimSpace(rest)) == "[]" && rest[0] == ' '
	return (c.empty || lines.IsBlank(rest)) && len(c.items) == 0
}

func (c *cutter) close(at int) {
	c.closeItem(at)
	if n := len(c.sections); n > 0 && c.sections[n-1].end == 0 {
		c.sections[n-1].end = at
	}
}

func (c *cutter) closeItem(at int) {
	if n := len(c.items); n > 0 && c.items[n-1].end == 0 {
		c.items[n-1].end = at
	}
}

// read reads the pieces. It returns nil if the cut cannot be shown to be right.
func (b *blocks) read() (*list, error) {
	l := &list{text: b.text, withResults: b.withResults}
	for _, s := range b.sections {
		var value *yaml.Node
		if s.key != "items" {
			root, err := parse(b.text[s.start:s.end])
			if err != nil || root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Content[0].Value != s.key {
				return nil, nil
			}
			value = root.Content[1]
		}
		if err := l.field(s.key, value, s.line); err != nil {
			return nil, err
		}
	}
	if err := l.check(); err != nil || !b.readItems(l) {
		return nil, err
	}
	return l, nil
}

// readItems reads every item by itself, with a blank in place of its dash, and
// as many at a time as there are processors.
func (b *blocks) readItems(l *list) bool {
	text := slices.Clone(b.text)
	l.items = make([]item, len(b.items))
	reading, stop := context.WithCancel(context.Background())
	defer stop()
	crash.Share(reading, len(b.items), func(_, i int) {
		s := b.items[i]
		text[s.start+lines.Indent(text[s.start:s.end])] = ' '
		var ok bool
		if l.items[i], ok = readItem(i, text[s.start:s.end:s.end]); !ok {
			stop()
		}
	})
	return reading.Err() == nil
}

// withResults writes the results before the other fields, where nothing can
// depend on the line end that the text may lack.
func (b *blocks) withResults(results []result) ([]byte, error) {
	added, err := encode(map[string][]result{"results": results})
	if err != nil {
		return nil, err
	}
	out := append(slices.Clone(b.text[:b.start]), added...)
	from := b.start
	for _, s := range b.sections {
		if s.key == "results" {
			out = append(out, b.text[from:s.start]...)
			from = s.end
		}
	}
	return append(out, b.text[from:]...), nil
}
