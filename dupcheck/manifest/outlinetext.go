package manifest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// traits are what a text has that is not plain.
type traits struct{ tab, crlf bool }

// traitsOf looks at every byte of a text once. It returns false if there is one
// that the parser refuses, or that is better left to it: control characters,
// line breaks that are none to Kubernetes, byte order marks, invalid UTF-8.
func traitsOf(text []byte) (traits, bool) {
	if len(text) > mostYAML || len(text) > mostNodes/2 && heavy(text) > mostNodes {
		return traits{}, false
	}
	var t traits
	if odd, high := oddBytes(text); odd || high {
		if high && !plainUnicode(text) {
			return t, false
		}
		if odd && !t.controls(text) {
			return t, false
		}
	}
	return t, true
}

// Every byte of a word.
const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// oddBytes says whether text has control characters other than line feeds, and
// bytes beyond ASCII.
func oddBytes(text []byte) (odd, high bool) {
	var oddWord, highWord uint64
	for len(text) >= 8 {
		w := binary.LittleEndian.Uint64(text)
		text = text[8:]
		highWord |= w
		low := w &^ highs
		// The high bit of each byte that is at least 0x20, and of each that
		// is neither a line feed nor 0x7f. No sum carries into the next byte.
		printable := low + (0x80-0x20)*lows
		feed := (low ^ '\n'*lows) + 0x7f*lows
		deleted := (low ^ 0x7f*lows) + 0x7f*lows
		oddWord |= (^printable&feed | ^deleted) &^ w
	}
	odd, high = oddWord&highs != 0, highWord&highs != 0
	for _, c := range text {
		odd = odd || c < ' ' && c != '\n' || c == 0x7f
		high = high || c >= 0x80
	}
	return odd, high
}

// controls notes which control characters there are, and says whether they are
// only tabs, and carriage returns before line feeds.
func (t *traits) controls(text []byte) bool {
	for i, c := range text {
		switch {
		case c == '\t':
			t.tab = true
		case c == '\r':
			t.crlf = true
			if i+1 == len(text) || text[i+1] != '\n' {
				return false
			}
		case c < ' ' && c != '\n' || c == 0x7f:
			return false
		}
	}
	return true
}

// plainUnicode says whether text is UTF-8 without the characters that YAML
// refuses or takes for line breaks or byte order marks: U+0080 to U+009F,
// U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF.
func plainUnicode(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	for rest := text; ; {
		i := bytes.IndexByte(rest, 0xc2)
		if i < 0 {
			break
		}
		if rest = rest[i+1:]; rest[0] < 0xa0 {
			return false
		}
	}
	for _, odd := range []string{"\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff"} {
		if bytes.Contains(text, []byte(odd)) {
			return false
		}
	}
	return true
}

// classes of characters.
const (
	beginsPlain = 1 << iota // can begin a plain scalar
	beginsKey               // and is a letter or something as harmless
	inKey                   // of the keys that nearly all keys are
	inFlow                  // of plain scalars in flow collections that nearly all are
)

var class = func() (class [256]uint8) {
	for c := range class {
		switch c := byte(c); {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '.', c == '/':
			class[c] = beginsPlain | beginsKey | inKey | inFlow
		case c == '-':
			class[c] = beginsPlain | inKey | inFlow
		case c == ' ':
			class[c] = inFlow
		case c == '$', c == '+', c == '(', c == ')', c == '=', c == '<', c == '~', c == '^', c == ';':
			class[c] = beginsPlain | inFlow
		case c == '\\':
			class[c] = beginsPlain
		case c >= 0x80:
			class[c] = beginsPlain
		}
	}
	return class
}()
