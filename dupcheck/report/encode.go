package report

import (
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
	text, err := encode(v, "  ")
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// encode returns a value as such JSON with an indent, or in a line of its own.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(v)
	return escapeMore(b.Bytes()), err
}

// escapeMore escapes what JSON allows inside strings and dupcheck.Quote does
// not: DEL, the C1 controls, bidirectional and other format characters, and the
// second sign of every "##", which CI systems obey wherever it stands. All of
// these can only be inside strings.
func escapeMore(encoded []byte) []byte {
	out := make([]byte, 0, len(encoded))
	last := rune(0)
	for i := 0; i < len(encoded); {
		r, size := utf8.DecodeRune(encoded[i:])
		if r == '\n' || unicode.IsPrint(r) && !(r == '#' && last == '#') {
			out = append(out, encoded[i:i+size]...)
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
