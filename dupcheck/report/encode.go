package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// Encode writes a value as JSON with an indent of two, in which no character acts
// on a terminal or a CI log. The error is that of the value or of the writer.
func Encode(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeMore(b.Bytes()))
	return err
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
			out = appendEscaped(out, r)
			last = 0
		}
		i += size
	}
	return out
}

func appendEscaped(out []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Appendf(out, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// text returns the string as JSON can hold it. Only the name of a file can be
// anything but UTF-8; quoting keeps two such names apart.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return dupcheck.Quote(s)
}
