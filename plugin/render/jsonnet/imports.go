package jsonnet

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// imports are those of a jsonnet program, which are always literal strings. It
// also finds what stands in a comment or a string, and no harm is done.
var imports = regexp.MustCompile(
	`\bimport(?:str|bin)?(?:\s|//[^\n]*\n|#[^\n]*\n|/\*(?s:.*?)\*/)*(?:(@?)'((?:[^'\\]|\\.|'')*)'|(@?)"((?:[^"\\]|\\.|"")*)")`)

// importsIn returns what a program may import.
func importsIn(text []byte) []string {
	var out []string
	for _, m := range imports.FindAllSubmatch(text, -1) {
		verbatim, quote, s := len(m[1]) > 0, "'", string(m[2])
		if m[4] != nil {
			verbatim, quote, s = len(m[3]) > 0, `"`, string(m[4])
		}
		switch {
		case verbatim:
			s = strings.ReplaceAll(s, quote+quote, quote)
		case strings.Contains(s, `\`):
			s = escape.ReplaceAllStringFunc(s, unescape)
		}
		out = append(out, string([]rune(s))) // go-jsonnet reads runes
	}
	return out
}

// escape is one of jsonnet's, or two that make one character of UTF-16.
var escape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})?|\\(?s:.)`)

func unescape(s string) string {
	if i := strings.IndexByte(`bfnrt`, s[1]); i >= 0 {
		return "\b\f\n\r\t"[i : i+1]
	}
	if s[1] != 'u' {
		return s[1:]
	}
	var units []uint16
	for ; strings.HasPrefix(s, `\u`) && len(s) >= 6; s = s[6:] {
		n, err := strconv.ParseUint(s[2:6], 16, 16)
		if err != nil {
			return s
		}
		units = append(units, uint16(n))
	}
	return string(utf16.Decode(units))
}
