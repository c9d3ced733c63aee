package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Encode writes a value as JSON with an indent of two, in which no character acts
// on a terminal or a CI log. The error is that of the value or of the writer.
func Encode(w io.Writer, v any) error {
	text, err := encode(v, true)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// encode returns a value as such JSON, or on a line of its own.
func encode(v any, indent bool) ([]byte, error) {
	text, err := compact(v)
	if err != nil {
		return nil, err
	}
	return append(tidy(make([]byte, 0, len(text)+len(text)/4), text, indent, 0), '\n'), nil
}

// harmless is the length of the printable ASCII at the beginning of a text, up to a number
// sign.
func harmless(s []byte) int {
	for i, c := range s {
		if c < ' ' || c >= 0x7f || c == '#' {
			return i
		}
	}
	return len(s)
}

// compact returns a value as JSON without blanks.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// encodeMany is Encode for a value with one list that may be long, which is not held in
// memory. frame is the value with that list empty, name is the field with the list or "" if
// the list is the whole value, and depth is the number of objects and lists around it.
// element appends one of n elements as JSON without blanks.
func encodeMany(w io.Writer, frame any, name string, depth, n int, element func(b []byte, i int) ([]byte, error)) error {
	all, err := encode(frame, true)
	if err != nil {
		return err
	}
	if name != "" {
		name = `"` + name + `": `
	}
	// Quotes inside of a string would be escaped.
	before, after, _ := bytes.Cut(all, []byte(name+"[]"))
	to := bufio.NewWriterSize(w, 64<<10)
	_, _ = to.Write(before) // Flush has the first error
	_, _ = to.WriteString(name + "[")
	var text, piece []byte
	for i := range n {
		if text, err = element(text[:0], i); err != nil {
			return err
		}
		piece = newLine(piece[:0], depth+1)
		piece = tidy(piece, text, true, depth+1)
		if i < n-1 {
			piece = append(piece, ',')
		}
		_, _ = to.Write(piece)
	}
	if n > 0 {
		_, _ = to.Write(newLine(nil, depth))
	}
	_, _ = to.WriteString("]")
	_, _ = to.Write(after)
	return to.Flush()
}

// tidy appends JSON without blanks to out, indented if that is asked for, with
// everything escaped in its strings that JSON allows there and dupcheck.Quote does not:
// DEL, the C1 controls, bidirectional and other format characters, and the second sign
// of every "##", which CI systems obey wherever it stands.
func tidy(out, text []byte, indent bool, depth int) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			end := stringEnd(text, i)
			out = appendEscaped(out, text[i:end])
			i = end - 1
		case !indent:
			out = append(out, c)
		case (c == '{' || c == '[') && (text[i+1] == '}' || text[i+1] == ']'):
			out = append(out, c, text[i+1])
			i++
		case c == '{' || c == '[':
			depth++
			out = newLine(append(out, c), depth)
		case c == '}' || c == ']':
			depth--
			out = append(newLine(out, depth), c)
		case c == ',':
			out = newLine(append(out, c), depth)
		case c == ':':
			out = append(out, ':', ' ')
		default:
			out = append(out, c)
		}
	}
	return out
}

func newLine(out []byte, depth int) []byte {
	out = append(out, '\n')
	for range depth {
		out = append(out, "  "...)
	}
	return out
}

// stringEnd returns the offset behind the string that begins at a given offset.
func stringEnd(text []byte, at int) int {
	if n := bytes.IndexByte(text[at+1:], '"'); bytes.IndexByte(text[at+1:at+1+n], '\\') < 0 { // almost always
		return at + 1 + n + 1
	}
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// appendEscaped appends a string in the same way as tidy.
func appendEscaped(out, s []byte) []byte {
	last := rune(0)
	for i := 0; i < len(s); {
		if n := harmless(s[i:]); n > 0 {
			out = append(out, s[i:i+n]...)
			last = rune(s[i+n-1])
			i += n
			continue
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s[i:])
		}
		if r < 0x7f && r != '#' || unicode.IsPrint(r) && !(r == '#' && last == '#') {
			out = append(out, s[i:i+size]...)
			last = r
		} else {
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			last = 0
		}
		i += size
	}
	return out
}
