package split

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// cutList is a List in pieces.
type cutList struct {
	how    How
	items  [][]byte // nil where no range of bytes is the item
	around [][]byte // comments before the first item and between the fields
	after  [][]byte // comments behind the last item
}

// cut cuts a List into its items and the comments around them.
func (l *listDocument) cut(s sliced) cutList {
	cut := cutList{items: make([][]byte, l.items)}
	if l.json != nil {
		cut.how = Sliced
		cut.around = (&sliced{head: s.head}).comments()
		for i, item := range l.json {
			cut.items[i] = l.typedJSON(item, i)
		}
		return cut
	}
	cut.how = Dedented
	if l.root == nil || l.items == 0 || !l.blockStyle() {
		cut.around = s.comments()
		if l.items > 0 {
			// Comments inside go with what is re-encoded.
			cut.around = (&sliced{head: s.head}).comments()
		}
		return cut
	}
	l.lines = text.New(l.text)
	l.cutBlock(&cut, s)
	return cut
}

// typedJSON is the bytes of an item, with the type it inherits.
func (l *listDocument) typedJSON(item []byte, i int) []byte {
	if !l.inherits[i] {
		return withNewline(item)
	}
	apiVersion, kind := l.itemType()
	fields := `"apiVersion": ` + quoteJSON(apiVersion) + `, "kind": ` + quoteJSON(kind)
	rest := item[1:]
	if trimmed := bytes.TrimSpace(rest); len(trimmed) > 0 && trimmed[0] != '}' {
		fields += ", "
	}
	return withNewline(slices.Concat(item[:1], []byte(fields), rest))
}

func quoteJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// blockStyle says that the items stand one below the other behind dashes.
func (l *listDocument) blockStyle() bool {
	return l.root.Style&yaml.FlowStyle == 0 && l.seq.Style&yaml.FlowStyle == 0 &&
		!text.OddBreaks(l.text)
}

// cutBlock cuts a block sequence line by line.
func (l *listDocument) cutBlock(cut *cutList, s sliced) {
	dash := l.seq.Column - 1
	begins := make([]int, l.items) // line of each item, with the comments above it
	dashes := make([]int, l.items)
	for i, item := range l.seq.Content {
		dashes[i] = l.dashLine(item.Line, dash)
		if dashes[i] == 0 {
			return // not where it should be: re-encode
		}
	}
	last := l.lastLine()
	for i := range dashes {
		begins[i] = dashes[i]
		floor := 0
		if i > 0 {
			floor = dashes[i-1]
		}
		for n := dashes[i] - 1; n > floor && text.IsBlank(l.lines.Line(n)); n-- {
			if i > 0 && text.IsComment(l.lines.Line(n)) && text.Indent(l.lines.Line(n)) <= dash {
				begins[i] = n
			}
		}
	}
	for i, item := range l.seq.Content {
		end := last
		if i+1 < l.items {
			end = begins[i+1] - 1
		}
		cut.items[i] = l.item(i, item, begins[i], dashes[i], end, dash)
	}
	l.wrapperComments(cut, s, begins[0], last)
}

// dashLine finds the line on which the dash of an item stands.
func (l *listDocument) dashLine(from, dash int) int {
	for n := from; n > 0; n-- {
		line := l.lines.Line(n)
		if text.Indent(line) == dash && len(line) > dash && line[dash] == '-' {
			return n
		}
		if n < from && !text.IsBlank(line) {
			return 0
		}
	}
	return 0
}

// lastLine is the last line that belongs to the items.
func (l *listDocument) lastLine() int {
	for i := 0; i+1 < len(l.root.Content); i += 2 {
		if l.root.Content[i].Line > l.seq.Line {
			return l.root.Content[i].Line - 1
		}
	}
	return l.lines.Lines()
}

// item is the text of an item, less its dash and its indentation.
func (l *listDocument) item(i int, item *yaml.Node, begin, dashLine, end, dash int) []byte {
	if item.Kind != yaml.MappingNode {
		return nil
	}
	column := item.Column - 1
	var out []byte
	for n := begin; n <= end; n++ {
		line := l.lines.Line(n)
		if n == dashLine {
			out = append(out, l.typeLines(i, item)...)
			line = slices.Concat(line[:dash], []byte{' '}, line[dash+1:])
			if item.Line > dashLine && len(bytes.TrimSpace(line)) == 0 {
				continue // only the dash was on it
			}
		}
		out = append(out, line[min(text.Indent(line), column):]...)
	}
	return out
}

// typeLines are the fields that an item takes from a typed list.
func (l *listDocument) typeLines(i int, item *yaml.Node) []byte {
	if !l.inherits[i] {
		return nil
	}
	if item.Style&yaml.FlowStyle != 0 {
		return []byte("\x00") // cannot stand before a flow mapping: re-encode
	}
	apiVersion, kind := l.itemType()
	newline := "\n"
	if bytes.Contains(l.text, []byte("\r\n")) {
		newline = "\r\n"
	}
	return []byte("apiVersion: " + plainOrQuoted(apiVersion) + newline + "kind: " + plainOrQuoted(kind) + newline)
}

func plainOrQuoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-") == "" &&
		strings.ContainsAny(s[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return s
	}
	return quoteJSON(s)
}

// wrapperComments collects the comments that are in no item: around the fields
// of the List itself.
func (l *listDocument) wrapperComments(cut *cutList, s sliced, firstItem, lastItem int) {
	cut.around = (&sliced{head: s.head}).comments()
	for n := 1; n < firstItem; n++ {
		if comment := commentOf(l.lines.Line(n)); comment != nil {
			cut.around = append(cut.around, comment)
		}
	}
	for n := lastItem + 1; n <= l.lines.Lines(); n++ {
		if comment := commentOf(l.lines.Line(n)); comment != nil {
			cut.after = append(cut.after, comment)
		}
	}
}

// commentOf returns the comment of a line of simple fields, on a line of its
// own.
func commentOf(line []byte) []byte {
	if at := text.Comment(line); at >= 0 {
		return withNewline(slices.Clone(line[at:]))
	}
	return nil
}

// encode writes an item with an encoder, with every alias resolved.
func (l *listDocument) encode(i int, o *dupcheck.Object) ([]byte, bool) {
	if l.seq == nil {
		return nil, false
	}
	budget := 1_000_000
	node := resolved(l.seq.Content[i], &budget)
	if budget <= 0 || node.Kind != yaml.MappingNode {
		return nil, false
	}
	node.Style &^= yaml.FlowStyle
	if l.inherits[i] {
		node.Content = slices.Concat([]*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "apiVersion"},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: o.APIVersion},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "kind"},
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: o.Kind},
		}, node.Content)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if e.Encode(node) != nil || e.Close() != nil {
		return nil, false
	}
	return b.Bytes(), true
}

// resolved copies a node with its aliases replaced by what they stand for.
func resolved(n *yaml.Node, budget *int) *yaml.Node {
	if *budget--; *budget <= 0 {
		return &yaml.Node{Kind: yaml.ScalarNode}
	}
	if n.Kind == yaml.AliasNode {
		return resolved(n.Alias, budget)
	}
	c := *n
	c.Anchor = ""
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = resolved(child, budget)
	}
	return &c
}

// equalValue says whether a text is one object of this value.
func equalValue(text []byte, want any) bool {
	return reflect.DeepEqual(objectIn(text), want)
}
