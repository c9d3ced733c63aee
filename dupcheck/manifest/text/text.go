// Package text is about the text of a YAML document: where a node of the parser stands
// in it, and how a part of it is replaced so that every other byte stays. Nothing is
// encoded. A caller that edits reads the result again, because text alone does not say
// what a change means.
//
// It is exported for the packages of kuniq, and promises nothing to others: its
// names may change with any release.
package text

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Text is a document, and where its lines begin.
type Text struct {
	data   []byte
	starts []int
}

// New returns the text of a document, which must not change.
func New(data []byte) *Text {
	t := &Text{data: data, starts: []int{0}}
	for at := LineEnd(data, 0); at < len(data); at = LineEnd(data, at) {
		t.starts = append(t.starts, at)
	}
	return t
}

// Lines returns how many lines there are, at least one.
func (t *Text) Lines() int { return len(t.starts) }

// Line returns a line with its end, counted from 1, or nil if there is none.
func (t *Text) Line(n int) []byte { return t.Between(n, n) }

// Between returns the lines from one to another, both included.
func (t *Text) Between(first, last int) []byte {
	if first < 1 || last > len(t.starts) || first > last {
		return nil
	}
	return t.data[t.starts[first-1]:t.End(last)]
}

// Start returns the offset of a line, counted from 1, and End that behind its end.
func (t *Text) Start(n int) int { return t.starts[n-1] }

// End returns the offset behind a line.
func (t *Text) End(n int) int {
	if n == len(t.starts) {
		return len(t.data)
	}
	return t.starts[n]
}

// Offset returns the offset of a column of a line, both counted from 1, columns in code
// points as the parser does. It is -1 if there is no such place.
func (t *Text) Offset(line, column int) int {
	if line < 1 || line > len(t.starts) {
		return -1
	}
	at := t.starts[line-1]
	for ; column > 1 && at < len(t.data); column-- {
		_, size := utf8.DecodeRune(t.data[at:])
		at += size
	}
	if at >= len(t.data) {
		return -1
	}
	return at
}

// Scalar returns where the value of a scalar stands, without its quotes, and these. It
// is false unless the value is written as it is, on one line.
func (t *Text) Scalar(n *yaml.Node) (start, end int, quote string, ok bool) {
	switch n.Style &^ yaml.FlowStyle {
	case 0:
	case yaml.SingleQuotedStyle:
		quote = "'"
	case yaml.DoubleQuotedStyle:
		quote = `"`
	default:
		return 0, 0, "", false
	}
	at := t.Offset(n.Line, n.Column)
	if n.Kind != yaml.ScalarNode || at < 0 || !bytes.HasPrefix(t.data[at:], []byte(quote+n.Value+quote)) {
		return 0, 0, "", false
	}
	start = at + len(quote)
	return start, start + len(n.Value), quote, true
}

// Item returns the first and the last line of an item of a block sequence. It is false
// if the item does not begin on the line of its dash.
func (t *Text) Item(n *yaml.Node) (first, last int, ok bool) {
	at := t.Offset(n.Line, n.Column)
	if at < 0 {
		return 0, 0, false
	}
	dash := Indent(t.Line(n.Line))
	if lead := bytes.TrimRight(t.data[t.Start(n.Line)+dash:at], " \t"); string(lead) != "-" {
		return 0, 0, false
	}
	first, last = n.Line, n.Line
	for i := first + 1; i <= t.Lines(); i++ {
		switch line := t.Line(i); {
		case IsBlank(line):
			continue // belongs to what follows, unless more of the item does
		case Indent(line) <= dash:
			return first, last, true
		}
		last = i
	}
	return first, last, true
}

// Edit puts Text in place of the bytes from Start to End.
type Edit struct {
	Start, End int
	Text       string
}

// Apply returns a text with edits. It is false if two of them overlap.
func Apply(data []byte, edits []Edit) ([]byte, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		if e.Start < last || e.End < e.Start || e.End > len(data) {
			return nil, false
		}
		out.Write(data[last:e.Start])
		out.WriteString(e.Text)
		last = e.End
	}
	out.Write(data[last:])
	return out.Bytes(), true
}

// LineEnd returns the offset behind the line that an offset is in.
func LineEnd(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// LineBreak returns the end of a line: nothing, a line feed, or a carriage return and a
// line feed.
func LineBreak(line []byte) []byte { return line[len(bytes.TrimRight(line, "\r\n")):] }

// Indent counts the blanks at the beginning of a line.
func Indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// IsComment says whether there is a comment on a line and nothing before it.
func IsComment(line []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte{'#'}) }

// IsBlank says whether there is nothing on a line but blanks or a comment.
func IsBlank(line []byte) bool {
	rest := bytes.TrimLeft(line, " \t\r\n")
	return len(rest) == 0 || rest[0] == '#'
}

// Comment returns where the comment of a line begins, or -1 if there is none. The line
// is one of simple fields: what is in quotes is no comment.
func Comment(line []byte) int {
	var quote byte
	for i, c := range line {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return i
		}
	}
	return -1
}

// OddBreaks says whether a text has line breaks of YAML other than LF and CRLF, so that
// its lines are not those of the parser.
func OddBreaks(data []byte) bool {
	return bytes.Count(data, []byte{'\r'}) != bytes.Count(data, []byte("\r\n")) || bytes.ContainsAny(data, "\u0085\u2028\u2029")
}
