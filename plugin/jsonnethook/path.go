package jsonnethook

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// step is one field or array element on the way to an object. Steps are linked and not
// joined, so that a deep tree with long keys costs no more memory than the tree itself;
// only printed steps become text.
type step struct {
	parent *step // nil for the value of the whole program
	key    string
	index  int // of an array element, or -1 for a field
	depth  int
}

func (s *step) field(key string) *step { return &step{s, key, -1, s.depth + 1} }

func (s *step) element(i int) *step { return &step{s, "", i, s.depth + 1} }

// mostPath is how long a path is shown. A hostile key may be as long as the
// input, and may be part of any number of paths.
const mostPath = 4096

// String returns the path as a jsonnet expression, in ASCII, cut if it is long.
func (s *step) String() string {
	var way []*step
	for at := s; at.parent != nil; at = at.parent {
		way = append(way, at)
	}
	var b strings.Builder
	b.WriteByte('$')
	for _, at := range slices.Backward(way) {
		at.write(&b)
		if b.Len() > mostPath {
			return b.String()[:mostPath] + "..."
		}
	}
	return b.String()
}

func (s *step) write(b *strings.Builder) {
	switch {
	case s.index >= 0:
		fmt.Fprintf(b, "[%d]", s.index)
	case isIdentifier(s.key):
		b.WriteString("." + s.key)
	default:
		b.WriteString("[" + literal(s.key) + "]")
	}
}

// keywords may not follow a dot (https://jsonnet.org/ref/spec.html, Lexing).
var keywords = []string{
	"assert", "else", "error", "false", "for", "function", "if", "import",
	"importbin", "importstr", "in", "local", "null", "self", "super",
	"tailstrict", "then", "true",
}

// isIdentifier says whether jsonnet takes the key behind a dot.
func isIdentifier(key string) bool {
	return len(key) <= mostPath && identifier.MatchString(key) && !slices.Contains(keywords, key)
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// literal returns a key as a jsonnet string in ASCII: keys that look alike
// need not be equal, and none may act on a terminal.
func literal(key string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range key {
		switch {
		case b.Len() > mostPath:
			return b.String()
		case key == ":", key == "::": // go-jsonnet takes [":"] for a slice
			escape(&b, r)
		case r == '"', r == '\\':
			b.WriteString(`\` + string(r))
		case ' ' <= r && r <= '~':
			b.WriteByte(byte(r))
		default:
			escape(&b, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escape(b *strings.Builder, r rune) {
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(b, `\u%04x`, unit)
	}
}
