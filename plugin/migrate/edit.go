package migrate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// entryEdit replaces one path of a document by several. The entry of the list
// that holds it is repeated, once for each of them.
type entryEdit struct {
	scalar *yaml.Node
	item   *yaml.Node // nil if the path is in no list
	paths  []string
}

// editError says why an entry cannot be rewritten.
type editError struct {
	line   int
	reason string
}

func (e *editError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.reason) }

// rewrite returns the document with some of its paths replaced. Every line
// that holds none of them stays as it is, byte for byte. The positions of the
// edits are those of root, which was parsed from data.
//
// What comes out is parsed again, and is the same tree but for the entries.
// Where lines alone cannot do that, an *editError says why.
func rewrite(data []byte, root *yaml.Node, edits []entryEdit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b entryEdit) int { return b.scalar.Line - a.scalar.Line })
	t, err := newText(data)
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if err := t.apply(e); err != nil {
			return nil, err
		}
	}
	out := bytes.Join(t.lines, nil)
	after, err := oneDocument(out)
	if err != nil || !sameTree(root, after, edits) {
		return nil, &editError{edits[len(edits)-1].scalar.Line, "rewriting its lines would change more than the entry"}
	}
	return out, nil
}

// text is a document as lines, each with its line end.
type text struct {
	lines [][]byte
}

func newText(data []byte) (*text, error) {
	if bytes.Count(data, []byte{'\r'}) != bytes.Count(data, []byte("\r\n")) || bytes.ContainsAny(data, "\u0085\u2028\u2029") {
		return nil, &editError{1, "the file has line breaks other than LF and CRLF"}
	}
	return &text{bytes.SplitAfter(data, []byte{'\n'})}, nil
}

// apply replaces the lines of one entry. Edits come last line first, so that
// the lines before it are still where they were.
func (t *text) apply(e entryEdit) error {
	n := e.scalar.Line
	token, err := t.token(e.scalar)
	if err != nil {
		return err
	}
	if e.item == nil {
		if len(e.paths) != 1 {
			return &editError{n, "it names one file and cannot name several"}
		}
		t.lines[n-1] = token.with(e.paths[0])
		return nil
	}
	if len(e.paths) > 1 && shared(e.item) {
		return &editError{n, "the entry has an anchor or an alias, which cannot be repeated"}
	}
	first, last, err := t.extent(e.item)
	if err != nil {
		return err
	}
	end := lineBreak(t.lines[last-1])
	var out [][]byte
	for i, p := range e.paths {
		entry := slices.Clone(t.lines[first-1 : last])
		entry[n-first] = token.with(p)
		if i > 0 {
			entry[n-first] = token.without(p)
			entry = withoutComments(entry)
		}
		if i+1 < len(e.paths) && len(end) == 0 {
			entry[len(entry)-1] = append(slices.Clip(entry[len(entry)-1]), t.ending()...)
		}
		out = append(out, entry...)
	}
	t.lines = slices.Replace(t.lines, first-1, last, out...)
	return nil
}

// shared says whether an anchor or an alias is in a tree.
func shared(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || slices.ContainsFunc(n.Content, shared)
}

// besides returns the names in the directory that a path leads to, with the
// directory as it is written.
func besides(raw string, names []string) []string {
	dir := raw[:strings.LastIndexByte(raw, '/')+1]
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = dir + name
	}
	return out
}

// ending is how the lines of the document end.
func (t *text) ending() []byte {
	if end := lineBreak(t.lines[0]); len(end) > 0 && len(t.lines) > 1 {
		return end
	}
	return []byte("\n")
}

func lineBreak(line []byte) []byte {
	return line[len(bytes.TrimRight(line, "\r\n")):]
}

// token is a scalar on its line.
type token struct {
	before, after []byte
	quote         string
}

// token finds the text of a scalar, which must be its value and nothing else.
func (t *text) token(n *yaml.Node) (token, error) {
	unusual := &editError{n.Line, "the path is not written on one line as it is"}
	if n.Line < 1 || n.Line > len(t.lines) {
		return token{}, unusual
	}
	line := t.lines[n.Line-1]
	at, ok := offset(line, n.Column)
	if !ok {
		return token{}, unusual
	}
	quote := ""
	switch n.Style &^ yaml.FlowStyle {
	case 0:
	case yaml.SingleQuotedStyle:
		quote = "'"
	case yaml.DoubleQuotedStyle:
		quote = `"`
	default:
		return token{}, unusual
	}
	written := quote + n.Value + quote
	if strings.ContainsAny(n.Value, `'"\`) || !bytes.HasPrefix(line[at:], []byte(written)) {
		return token{}, unusual
	}
	return token{line[:at], line[at+len(written):], quote}, nil
}

// offset returns where a column is, counted from 1 in code points.
func offset(line []byte, column int) (int, bool) {
	at := 0
	for range column - 1 {
		if at >= len(line) {
			return 0, false
		}
		_, size := utf8.DecodeRune(line[at:])
		at += size
	}
	return at, at < len(line)
}

// with is the line with another path.
func (t token) with(p string) []byte {
	return slices.Concat(t.before, []byte(t.quote+p+t.quote), t.after)
}

// without is the same less the comment at its end.
func (t token) without(p string) []byte {
	return slices.Concat(t.before, []byte(t.quote+p+t.quote), uncommented(t.after), lineBreak(t.after))
}

// uncommented drops the comment and the blanks before it from the rest of a
// line, and its line break.
func uncommented(rest []byte) []byte {
	var quote byte
	for i, c := range rest {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#' && i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\t'):
			return bytes.TrimRight(rest[:i], " \t")
		}
	}
	return bytes.TrimRight(rest, "\r\n")
}

// withoutComments drops the lines of an entry that are only comments: they
// were said once. If they are none, because they are in a block scalar, the
// trees will differ.
func withoutComments(entry [][]byte) [][]byte {
	return slices.DeleteFunc(entry, func(line []byte) bool {
		return bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte{'#'})
	})
}

// extent returns the first and the last line of an entry of a block list.
func (t *text) extent(item *yaml.Node) (first, last int, err error) {
	first = item.Line
	line := t.lines[first-1]
	at, ok := offset(line, item.Column)
	if !ok {
		return 0, 0, &editError{first, "the entry is not where it should be"}
	}
	dash := len(line) - len(bytes.TrimLeft(line, " "))
	if lead := bytes.TrimRight(line[dash:at], " \t"); !bytes.Equal(lead, []byte{'-'}) {
		return 0, 0, &editError{first, "the entry does not begin on the line of its dash"}
	}
	last = first
	for n := first + 1; n <= len(t.lines); n++ {
		switch text := t.lines[n-1]; {
		case len(bytes.TrimSpace(text)) == 0 || bytes.HasPrefix(bytes.TrimLeft(text, " \t"), []byte{'#'}):
			continue // belongs to what follows, unless more of the entry does
		case len(text)-len(bytes.TrimLeft(text, " ")) <= dash:
			return first, last, nil
		}
		last = n
	}
	return first, last, nil
}
