package outline

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Eight bytes at a time.
const (
	eachLow   = 0x0101010101010101
	eachHigh  = 0x8080808080808080
	eachSpace = ' ' * eachLow
	eachColon = ':' * eachLow
	eachHash  = '#' * eachLow
)

// feed returns where the line at an offset ends: at its line feed, or at the
// end of the text. odd says that there are bytes in it other than those of
// printable ASCII.
func feed(text []byte, at int) (end int, odd bool) {
	for at+16 <= len(text) {
		one, two := lineEnds(binary.LittleEndian.Uint64(text[at:at+8])), lineEnds(binary.LittleEndian.Uint64(text[at+8:at+16]))
		if one|two == 0 {
			at += 16
			continue
		}
		n := bits.TrailingZeros64(one) / 8
		if at += n + bits.TrailingZeros64(two)/8&-(n/8); text[at] == '\n' {
			return at, false
		}
		return lineFeed(text, at), true
	}
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case c == '\n':
			return at, false
		case c < ' ' || c >= 0x7f:
			return lineFeed(text, at), true
		}
	}
	return at, false
}

// lineEnds marks the bytes beyond ASCII, DEL, and those below a space. Bytes
// that carries and borrows mark besides stand behind one of these.
func lineEnds(w uint64) uint64 { return (w | (w + eachLow) | (w - eachSpace)) & eachHigh }

func lineFeed(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}

// leadingSpaces counts the spaces that text begins with.
func leadingSpaces(text []byte) int {
	n := 0
	for n+16 <= len(text) {
		one, two := binary.LittleEndian.Uint64(text[n:n+8])^eachSpace, binary.LittleEndian.Uint64(text[n+8:n+16])^eachSpace
		if one|two == 0 {
			n += 16
			continue
		}
		m := bits.TrailingZeros64(one) / 8
		return n + m + bits.TrailingZeros64(two)/8&-(m/8)
	}
	for n < len(text) && text[n] == ' ' {
		n++
	}
	return n
}

// oddLine looks at a line with bytes that are not printable ASCII. Tabs, a
// carriage return before the line feed, and most of Unicode are fine.
func (o *outlineText) oddLine(at, end int) (newEnd int, ok bool) {
	if end > at && o.text[end-1] == '\r' && end < len(o.text) {
		end--
	}
	high := false
	for _, c := range o.text[at:end] {
		switch {
		case c == '\t':
			o.tab = true
		case c < ' ' || c == 0x7f:
			return end, false
		case c >= 0x80:
			high = true
		}
	}
	return end, !high || plainUnicode(o.text[at:end])
}

// plainUnicode says whether text is UTF-8 without the characters that YAML
// refuses or takes for line breaks or byte order marks: U+0080 to U+009F,
// U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF.
func plainUnicode(text []byte) bool {
	return utf8.Valid(text) && !bytes.ContainsFunc(text, func(c rune) bool {
		switch c {
		case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff:
			return true
		}
		return 0x80 <= c && c < 0xa0
	})
}

// classes of characters.
const (
	beginsPlain = 1 << iota // can begin a plain scalar
	beginsKey               // and is a letter or something as harmless
	inKey                   // of the keys that nearly all keys are
	inName                  // of the names of anchors
	inTag                   // of tags, besides
	inFlow                  // of plain scalars in flow collections, wherever it stands there
	inMarker                // of document markers
)

var class = func() (class [256]uint8) {
	for c := range class {
		switch c := byte(c); {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
			class[c] = beginsPlain | beginsKey | inKey | inName
		case c == '.', c == '/':
			class[c] = beginsPlain | beginsKey | inKey | inTag
		case c == '-':
			class[c] = beginsPlain | inKey | inName
		case c >= 0x80, strings.IndexByte(`$+()=<~^;\`, c) >= 0:
			class[c] = beginsPlain
		case c == ':':
			class[c] = inTag
		}
		if c == '\t' || c >= ' ' && strings.IndexByte(",[]{}?:#", byte(c)) < 0 {
			class[c] |= inFlow
		}
	}
	class['-'] |= inMarker
	class['.'] |= inMarker
	return class
}()
