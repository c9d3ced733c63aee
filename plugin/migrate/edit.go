package migrate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// entryEdit replaces one path of a document by several. It repeats the entry of the list
// that holds the path, once for each of them.
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

// rewrite returns the document with some of its paths replaced. Every line without one of
// them stays the same, byte for byte. The positions of the edits are those of root, which
// was parsed from data.
//
// rewrite parses the result again, and it is the same tree except for the entries. If edits
// of lines cannot achieve that, an *editError says why.
func rewrite(data []byte, root *yaml.Node, edits []entryEdit) ([]byte, error) {
	if text.OddBreaks(data) {
		return nil, &editError{1, "the file has line breaks other than LF and CRLF"}
	}
	doc := editable{data, text.New(data)}
	var all []text.Edit
	last := 1
	for _, e := range edits {
		edit, err := doc.edit(e)
		if err != nil {
			return nil, err
		}
		all, last = append(all, edit), max(last, e.scalar.Line)
	}
	out, ok := text.Apply(data, all)
	if ok {
		after, err := oneDocument(out)
		ok = err == nil && sameTree(expanded(root, edits), after)
	}
	if !ok {
		return nil, &editError{last, "rewriting its lines would change more than the entry"}
	}
	return out, nil
}

// editable is the text of a document.
type editable struct {
	data []byte
	text *text.Text
}

// edit makes the edit of one entry.
func (d editable) edit(e entryEdit) (text.Edit, error) {
	n := e.scalar.Line
	start, end, quote, ok := d.text.Scalar(e.scalar)
	if !ok || strings.ContainsAny(e.scalar.Value, `'"\`) {
		return text.Edit{}, &editError{n, "the path is not written on one line as it is"}
	}
	switch {
	case len(e.paths) == 1:
		return text.Edit{Start: start, End: end, Text: e.paths[0]}, nil
	case e.item == nil:
		return text.Edit{}, &editError{n, "it names one file and cannot name several"}
	case shared(e.item):
		return text.Edit{}, &editError{n, "the entry has an anchor or an alias, which cannot be repeated"}
	}
	first, last, ok := d.text.Item(e.item)
	if !ok {
		return text.Edit{}, &editError{e.item.Line, "the entry does not begin on the line of its dash"}
	}
	from, to := d.text.Start(first), d.text.End(last)
	before, after := d.data[from:start], d.data[end:to]
	out := slices.Concat(before, []byte(e.paths[0]), after)
	before, after = withoutComments(before), uncommented(after, quote)
	for _, p := range e.paths[1:] {
		if out[len(out)-1] != '\n' {
			out = append(out, d.lineBreak()...)
		}
		out = slices.Concat(out, before, []byte(p), after)
	}
	if d.data[to-1] != '\n' {
		out = bytes.TrimRight(out, "\r\n")
	}
	return text.Edit{Start: from, End: to, Text: string(out)}, nil
}

// uncommented drops the comment behind a scalar, and the lines below it that are only
// comments: they were written once already. If the text is no comment, because it is in a
// block scalar, the trees will differ.
func uncommented(after []byte, quote string) []byte {
	end := text.LineEnd(after, 0)
	line, rest := after[:end], after[end:]
	if at := text.Comment(line[len(quote):]); at > 0 {
		line = slices.Concat(bytes.TrimRight(line[:at+len(quote)], " \t"), text.LineBreak(line))
	}
	return append(slices.Clip(line), withoutComments(rest)...)
}

// withoutComments drops the lines that are only comments.
func withoutComments(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		if !text.IsComment(line) {
			out = append(out, line...)
		}
	}
	return out
}

// lineBreak is how the lines of the document end.
func (d editable) lineBreak() []byte {
	if end := text.LineBreak(d.text.Line(1)); len(end) > 0 {
		return end
	}
	return []byte("\n")
}

// shared says whether an anchor or an alias is in a tree.
func shared(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || slices.ContainsFunc(n.Content, shared)
}

// besides returns the names in the directory of a path, with the directory as the path
// writes it.
func besides(raw string, names []string) []string {
	dir := raw[:strings.LastIndexByte(raw, '/')+1]
	return each(names, func(name string) string { return dir + name })
}
