package manifest

import (
	"bytes"
	"iter"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// document is one document of a stream: its place, and a view of its content. Each of
// several JSON values in a row is a document.
type document struct {
	Chunk
	index  int // of the document, or of the next one for a bare chunk
	line   int // of Start
	json   bool
	root   view           // nil if the document is empty, bare or failed
	plain  *outlineReader // behind root, if it is one
	yaml   *yamlDocument  // behind root, if it is YAML
	failed *syntaxError
	base   int // offset of the text in its file
}

// holdsNothing says whether there is nothing to read in the document: it is empty or
// a scalar, unless it may have to be a git LFS pointer.
func (d *document) holdsNothing() bool {
	return d.failed == nil && (d.root == nil || d.later() && d.plain != nil && d.plain.Nodes[0].Kind == outline.Scalar)
}

// later says whether it is not the first document of its file.
func (d *document) later() bool { return d.index > 0 || d.base > 0 }

// scan cuts text into documents. It is the one way from bytes to objects, and the
// place for a scanner that builds no tree: whatever view of a document it gives,
// extraction reads the objects from there, and contents are parsed again, from Parse
// to End, when they are asked for. The next call reuses what it points to. The text
// begins at from in its file.
func scan(text []byte, nodes *gate, from start) iter.Seq[*document] {
	return func(yield func(*document) bool) {
		s := scanners.Get().(*scanner)
		s.text, s.nodes, s.at, s.index, s.base, s.yield = text, nodes, cursor{0, 1 + from.lines, 1}, from.index, from.offset, yield
		chunks := stream{data: text}
		for chunks.pos < len(text) && s.next(&chunks) {
		}
		s.text, s.nodes, s.yield, s.document = nil, nil, nil, document{}
		s.outline.Forget()
		scanners.Put(s)
	}
}

// scanners are those that are not in use. In a small file there is
// less to scan than there is to allocate.
var scanners = sync.Pool{New: func() any {
	s := new(scanner)
	s.root = outlineView{&s.outline, 0}
	return s
}}

// scanner goes through the documents of one text.
type scanner struct {
	text  []byte
	nodes *gate
	index int    // of the next document
	at    cursor // at the Start of the chunk
	base  int    // of text in its file
	yield func(*document) bool

	document document // the present one
	outline  outlineReader
	root     view // of the outline
}

// next yields the next document, or several if it is JSON values in a row.
func (s *scanner) next(chunks *stream) bool {
	d := &s.document
	*d = document{Chunk: Chunk{From: chunks.pos, Parse: -1}, index: s.index, base: s.base}
	c := &d.Chunk
	if rest := s.text[c.From:]; s.at.offset == c.From && len(rest) > 4 && string(rest[:4]) == "---\n" {
		c.Parse, c.Start, c.Explicit = c.From, c.From+3, true // as most documents begin
		chunks.pos += 4
		s.at.offset, s.at.column = c.Start, s.at.column+3
	} else {
		chunks.prefix(c)
		s.at.advance(s.text, c.Start)
	}
	if d.line = s.at.line; c.Bare {
		return s.yield(d)
	}
	if !c.Doubtful {
		if end, ok := s.try(s.text[c.Parse:], s.parseLine(d), false); ok {
			chunks.pos = c.Parse + end
			c.End = chunks.pos
			s.at = cursor{c.End, s.outline.NextLine(), 1}
			return s.outlined(d)
		}
	}
	chunks.content(c)
	return s.chunk(d)
}

// try outlines a document. The parser refuses texts that are too much for it.
func (s *scanner) try(text []byte, line int, noJSON bool) (end int, ok bool) {
	end, ok = s.outline.Read(text, line, noJSON)
	return end, ok && affordable(text[:end])
}

// outlined yields a document that has an outline.
func (s *scanner) outlined(d *document) bool {
	d.root, d.plain = s.root, &s.outline
	s.index++
	return s.yield(d)
}

// parseLine is the line from which on the document is parsed.
func (s *scanner) parseLine(d *document) int {
	if d.Parse < d.Start-len("---") { // else nothing but the marker is in between
		return d.line - bytes.Count(s.text[d.Parse:d.Start], []byte{'\n'})
	}
	return d.line
}

func (s *scanner) chunk(d *document) bool {
	c := d.Chunk
	text := s.text[c.Parse:c.End]
	if begin := beginsJSON(s.text[c.Start:c.End]); begin >= 0 {
		if values, ok := jsonValues(s.text[c.Start:c.End], begin); ok {
			return s.values(c, values)
		}
		if !c.Doubtful {
			if _, ok := s.try(text, s.parseLine(d), true); ok {
				return s.outlined(d)
			}
		}
	}
	s.index++
	if c.Doubtful {
		d.failed = &syntaxError{line: d.line, reason: doubts(text)}
		return s.yield(d)
	}
	if blankDocument(text) {
		return s.yield(d)
	}
	return s.parse(d)
}

// doubts says why not every tool sees the documents in a text that others see.
func doubts(text []byte) string {
	where := "after"
	for line := range bytes.Lines(text) {
		switch {
		case outline.KubectlMarker(line):
			return `a document marker to kubectl alone; put a blank after "---"`
		case outline.Marker(line, "---") && hasOddBreak(line):
			where = "before"
		}
	}
	return "a document marker " + where + " a line break that kubectl does not know (a lone CR, NEL, LS or PS)"
}

// beginsJSON returns the place where the JSON in the content of a document would begin,
// or a negative number.
func beginsJSON(content []byte) int {
	i := 0
	for i < len(content) && blankOrComment(content[i:]) && !hasOddBreak(content[i:lineEnd(content, i)]) {
		i = lineEnd(content, i)
	}
	i += foreignBlanks(content[i:])
	i = jsonBegin(content, i)
	if i >= len(content) || content[i] != '{' && content[i] != '[' {
		return -1
	}
	return i
}

// alsoJSON reports whether a YAML document begins with JSON that means something else.
// kubectl reads the JSON first, and then the rest.
func (s *scanner) alsoJSON(d *document) bool {
	content := s.text[d.Start:d.End]
	i := beginsJSON(content)
	if i < 0 || content[i] != '{' {
		return false
	}
	end, ok := jsonEnd(content, i, 0)
	return ok && (hasOddBreak(content[i:end]) || d.yaml.root.Style&yaml.FlowStyle == 0)
}

// values yields the JSON values of a chunk, which share its bytes between
// them without a gap.
func (s *scanner) values(c Chunk, values [][2]int) bool {
	doc := &jsonDocument{data: s.text, from: s.at}
	for i, v := range values {
		root := jsonView{doc, c.Start + v[0], c.Start + v[1]}
		d := &s.document
		*d = document{Chunk: c, index: s.index, json: true, root: root, base: s.base}
		d.Start, d.Doubtful = root.start, false
		if i > 0 {
			d.From, d.Parse, d.Explicit = root.start, root.start, false
		}
		if i+1 < len(values) {
			d.End = c.Start + values[i+1][0]
		}
		d.line, _ = root.place()
		s.index++
		if !s.yield(d) {
			return false
		}
	}
	return true
}

// parse yields a chunk that is one YAML document.
func (s *scanner) parse(d *document) bool {
	text := s.text[d.Parse:d.End]
	weight := heavy(text)
	room := weight + len(text)/32 // the parser keeps the text several times
	s.nodes.enter(room)
	defer s.nodes.leave(room)
	d.yaml, d.failed = parseYAML(text, weight, s.parseLine(d))
	if d.failed == nil && d.yaml.root != nil && s.alsoJSON(d) {
		d.failed = &syntaxError{reason: "JSON with something behind it, which YAML reads differently"}
	}
	switch {
	case d.failed == nil && d.yaml.root != nil:
		d.yaml.offset = d.base + d.Parse
		d.root = newYAMLView(d.yaml, d.yaml.root)
	case d.failed != nil:
		if d.failed.line == 0 {
			d.failed.line = d.line
		}
		if template(text) {
			d.failed.template = true
			d.failed.reason += "; it looks like a template: " + renderHint
		}
	}
	return s.yield(d)
}
