package split

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// listDocument is a List, cut up as far as possible.
type listDocument struct {
	data     []byte // of the input
	document manifest.Document
	items    []manifest.Item
	// For a block sequence: the line of each item's dash, and the line where the item
	// begins with the comments above it. Empty if the items are not on lines of their
	// own.
	dashes, begins []int
	column         int        // of the dashes
	sequence       *yaml.Node // the items, if one of them had to be encoded
}

// cut finds the items, and returns the comments outside of them: those before the first
// item and between the fields of the List, and those behind the last item.
func (l *listDocument) cut(s sliced) (around, after [][]byte) {
	around = (&sliced{head: s.head}).comments()
	switch {
	case l.document.JSON:
	case len(l.items) == 0:
		around = s.comments()
	case l.inBlock():
		around = append(around, commentsIn(l.data[l.document.Parse:l.begins[0]])...)
		after = commentsIn(l.data[l.items[len(l.items)-1].End:l.document.End])
	default: // Comments inside are re-encoded with the item.
		l.dashes = nil
	}
	return around, after
}

// inBlock finds the lines of the items. It is false if they do not stand one below the
// other behind dashes.
func (l *listDocument) inBlock() bool {
	for i, item := range l.items {
		dash, ok := l.dashLine(item)
		if !ok || text.OddBreaks(l.data[item.Start:item.End]) {
			return false
		}
		column := text.Indent(l.data[dash:])
		if i == 0 {
			l.column = column
		}
		if column != l.column {
			return false
		}
		begin := dash
		for at := dash; i > 0; {
			var line []byte
			if at, line = l.above(at); !text.IsBlank(line) {
				break
			}
			if text.IsComment(line) && text.Indent(line) <= column {
				begin = at
			}
		}
		l.dashes, l.begins = append(l.dashes, dash), append(l.begins, begin)
	}
	return true
}

// dashLine returns where the line with the dash of an item begins.
func (l *listDocument) dashLine(item manifest.Item) (at int, ok bool) {
	at = item.Start
	if item.End == 0 || bytes.IndexByte(l.data[at:at+item.Indent], '-') >= 0 {
		return at, item.End > 0
	}
	for at > l.document.Parse {
		var line []byte
		if at, line = l.above(at); !text.IsBlank(line) {
			return at, line[text.Indent(line)] == '-'
		}
	}
	return 0, false
}

// above returns the line above that which begins at an offset, and where it begins.
func (l *listDocument) above(at int) (begin int, line []byte) {
	begin = bytes.LastIndexByte(l.data[:at-1], '\n') + 1
	return begin, l.data[begin:at]
}

// text returns the text of an item without its dash and its indentation, or nil if no
// range of bytes is the item. It has the type that the item inherits.
func (l *listDocument) text(i int, o *dupcheck.Object, inherits bool) []byte {
	item := l.items[i]
	switch {
	case l.document.JSON && inherits:
		return typedJSON(l.data[item.Start:item.End], o)
	case l.document.JSON:
		return withNewline(l.data[item.Start:item.End])
	case l.dashes == nil:
		return nil
	}
	end := item.End
	if i+1 < len(l.items) {
		end = l.begins[i+1]
	}
	var out []byte
	for at, next := l.begins[i], 0; at < end; at = next {
		next = text.LineEnd(l.data, at)
		line := l.data[at:next]
		if at == l.dashes[i] {
			if inherits {
				out = append(out, l.typeLines(o)...)
			}
			line = slices.Concat(line[:l.column], []byte{' '}, line[l.column+1:])
			if item.Start > at && len(bytes.TrimSpace(line)) == 0 {
				continue // only the dash was on it
			}
		}
		out = append(out, line[min(text.Indent(line), item.Indent):]...)
	}
	return out
}

// typedJSON returns the bytes of an item, with the type that it inherits.
func typedJSON(item []byte, o *dupcheck.Object) []byte {
	fields := `"apiVersion": ` + quoteJSON(o.APIVersion) + `, "kind": ` + quoteJSON(o.Kind)
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

// typeLines returns the fields that an item inherits from a typed list.
func (l *listDocument) typeLines(o *dupcheck.Object) []byte {
	text, _ := yaml.Marshal(typed{o.APIVersion, o.Kind}) // Strings can always be written.
	if bytes.Contains(l.data[l.document.Parse:l.document.End], []byte("\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	return text
}

// typed is the type of an object.
type typed struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
}

// commentsIn returns the comments of lines of simple fields, each on a line of its own.
func commentsIn(lines []byte) (comments [][]byte) {
	for line := range bytes.Lines(lines) {
		if at := text.Comment(line); at >= 0 {
			comments = append(comments, withNewline(slices.Clone(line[at:])))
		}
	}
	return comments
}

// encode writes an item with an encoder, with every alias resolved. It returns nil if
// that cannot be done.
func (l *listDocument) encode(i int, o *dupcheck.Object, inherits bool) []byte {
	if l.sequence == nil && (l.document.JSON || !l.parse()) || i >= len(l.sequence.Content) {
		return nil
	}
	budget := 1_000_000
	node := resolved(l.sequence.Content[i], &budget)
	if budget <= 0 || node.Kind != yaml.MappingNode {
		return nil
	}
	node.Style &^= yaml.FlowStyle
	var inherited yaml.Node
	if inherits && inherited.Encode(typed{o.APIVersion, o.Kind}) == nil {
		node.Content = slices.Concat(inherited.Content, node.Content)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if e.Encode(node) != nil || e.Close() != nil {
		return nil
	}
	return b.Bytes()
}

// parse parses the document.
func (l *listDocument) parse() bool {
	var list struct{ Items yaml.Node }
	if yaml.Unmarshal(l.data[l.document.Parse:l.document.End], &list) != nil {
		return false
	}
	l.sequence = &list.Items
	if l.sequence.Kind == yaml.AliasNode {
		l.sequence = l.sequence.Alias
	}
	return true
}

// resolved copies a node and replaces its aliases by their values.
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
