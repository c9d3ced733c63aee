package manifest

import (
	"bytes"
	"iter"
	"slices"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// Chunk is the text between two document markers of a YAML stream. The ranges From to End
// of all chunks are the whole input, in order and without gaps; every byte belongs to
// exactly one of them.
type Chunk struct {
	// From is the beginning of the chunk: the end marker of the document before, blank
	// lines, comments and directives, if there are any.
	From int
	// Parse is where a YAML parser must begin: with the directives or the
	// marker "---" if the document has them, and else with its content.
	Parse int
	// Start is where the content begins, after the marker "---" and the
	// blanks behind it.
	Start int
	// End is where the chunk ends: before the next marker.
	End int
	// Explicit says that the document begins with "---".
	Explicit bool
	// Bare says that there is no document at all: the chunk holds only end
	// markers, blank lines and comments, and no "---".
	Bare bool
	// Doubtful says that some tools would see more documents here than others. The chunk
	// has a marker after a line break that only YAML 1.1 knows and Kubernetes' tools do
	// not: a lone carriage return, NEL, LS or PS. Or such a line break follows the
	// marker, and kubectl drops the text after it. Or there is a marker that only kubectl
	// knows, such as "---#".
	Doubtful bool
}

const bom = "\xef\xbb\xbf"

// Chunks cuts a YAML stream at the document markers that the YAML specification (1.2.2,
// sections 9.1 and 9.2) defines: "---" and "..." in column 0, followed by a blank, a line
// break or the end of the input, also inside block scalars. A byte order mark before a
// marker belongs to it. The parser decides whether a chunk is valid YAML.
func Chunks(data []byte) iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		s := stream{data: data}
		for s.pos < len(data) {
			if !yield(s.next()) {
				return
			}
		}
	}
}

// stream walks the lines of a YAML stream.
type stream struct {
	data []byte
	pos  int
}

// next cuts the chunk that begins at pos.
func (s *stream) next() Chunk {
	c := Chunk{From: s.pos, Parse: -1}
	s.prefix(&c)
	if c.Bare {
		return c
	}
	s.content(&c)
	return c
}

// prefix takes the lines before the content: an end marker, blank lines,
// comments, directives, and the marker "---".
func (s *stream) prefix(c *Chunk) {
	directives := -1
	for s.pos < len(s.data) {
		begin := s.pos
		at := begin + lenBOM(s.data[begin:])
		line := lineEnd(s.data, begin)
		text := s.data[at:line]
		c.Doubtful = c.Doubtful || doubtfulMarker(text)
		switch {
		case outline.Marker(text, "---"):
			c.Parse, c.Explicit = at, true
			if directives >= 0 {
				c.Parse = directives
			}
			c.Start = at + 3 + outline.Blanks(text[3:])
			c.Doubtful = c.Doubtful || hasOddBreak(text)
			s.pos = line
			return
		case outline.Marker(text, "..."):
			s.pos = line
			if !s.nothing(text[3:]) {
				// Content behind the end marker: invalid, and the parser says so.
				c.Parse, c.Start = at, at
				return
			}
		case s.nothing(text):
			s.pos = line
		case text[0] == '%':
			if directives < 0 {
				directives = at
			}
			s.pos = line
		default: // a document without a marker
			c.Parse, c.Start = at, at
			if directives >= 0 {
				c.Parse = directives
			}
			return
		}
	}
	c.Parse, c.Start, c.End, c.Bare = s.pos, s.pos, s.pos, !c.Doubtful
	if directives >= 0 {
		// Directives without a document: invalid, and the parser says so.
		c.Parse, c.Start, c.Bare = directives, directives, false
	}
}

// nothing says whether a line holds nothing for any tool.
func (s *stream) nothing(line []byte) bool {
	return blankOrComment(line) && !hasOddBreak(line)
}

// content runs to the next marker.
func (s *stream) content(c *Chunk) {
	begin := s.pos
	for s.pos < len(s.data) {
		line := lineEnd(s.data, s.pos)
		if first := s.data[s.pos]; first == '-' || first == '.' || first == bom[0] {
			rest := s.data[s.pos:]
			text := rest[lenBOM(rest):]
			if outline.Marker(text, "---") || outline.Marker(text, "...") {
				break
			}
			c.Doubtful = c.Doubtful || outline.KubectlMarker(s.data[s.pos:line])
		}
		s.pos = line
	}
	c.End = s.pos
	if text := s.data[begin:c.End]; hasOddBreak(text) {
		c.Doubtful = c.Doubtful || doubtfulMarker(text)
	}
}

// oddBreaks are the line breaks of YAML 1.1 that are none to Kubernetes.
var oddBreaks = [][]byte{[]byte("\r"), []byte("\u0085"), []byte("\u2028"), []byte("\u2029")}

// hasOddBreak says whether text has a line break that only YAML knows.
func hasOddBreak(text []byte) bool {
	for _, rest, found := bytes.Cut(text, oddBreaks[0]); found; _, rest, found = bytes.Cut(rest, oddBreaks[0]) {
		if len(rest) > 0 && rest[0] != '\n' {
			return true
		}
	}
	return slices.ContainsFunc(oddBreaks[1:], func(brk []byte) bool { return bytes.Contains(text, brk) })
}

// doubtfulMarker says whether there is a document marker in some lines that only some
// tools would see: behind a line break that they know.
func doubtfulMarker(line []byte) bool {
	for _, brk := range oddBreaks {
		for _, rest, found := bytes.Cut(line, brk); found; _, rest, found = bytes.Cut(rest, brk) {
			text := rest[lenBOM(rest):]
			if outline.Marker(text, "---") || outline.Marker(text, "...") {
				return true
			}
		}
	}
	return false
}

func lenBOM(text []byte) int {
	if len(text) >= 3 && string(text[:3]) == bom {
		return 3
	}
	return 0
}

// lenBOMs is lenBOM for text that has gone through several careless tools.
func lenBOMs(text []byte) int {
	n := 0
	for lenBOM(text[n:]) > 0 {
		n += len(bom)
	}
	return n
}

// blankOrComment says whether a line holds nothing but blanks and a comment.
func blankOrComment(line []byte) bool {
	n := outline.Blanks(line)
	return n == len(line) || line[n] == '\n' || line[n] == '#' ||
		line[n] == '\r' && (n+1 == len(line) || line[n+1] == '\n')
}
