package outline

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// common takes in as many lines as it can of the kinds that most lines are, in
// the parts of the document of which nothing is kept: "key:" or "key: value"
// with a plain, quoted or block scalar, the same behind "- ", "- value", or a
// further line of a plain scalar. It stops before the first line that is anything
// else, which is for content to understand; what it has opened or closed then,
// content would have, too. This is where the time goes. It returns false if there
// is a block scalar that it cannot read.
func (o *nodeReader) common() bool {
	text, next, row := o.text, o.next, o.row
	for next < len(text) && o.open > 0 {
		indent := leadingSpaces(text[next:])
		begin := next + indent
		if begin+2 >= len(text) {
			break
		}
		first := text[begin]
		is := class[first]
		if is&inKey == 0 || indent == 0 && is&inMarker != 0 {
			break
		}
		top := &o.stack[o.open-1]
		if int(top.indent) > indent {
			if top = o.closeTo(indent); top == nil {
				break
			}
		}
		deeper := int(top.indent) < indent
		if deeper && !o.pending.waits {
			end := plainEnd(text, begin)
			if !o.running || o.runningKept || end < len(text) && text[end] != '\n' {
				break
			}
			next = end + 1
			row++
			continue
		}
		dashed := first == '-'
		if dashed {
			if text[begin+1] != ' ' || !o.commonSequence(indent) {
				break
			}
			begin, indent, deeper = begin+2, indent+2, true
			if is = class[text[begin]]; begin+1 == len(text) || is&beginsPlain == 0 || text[begin] == '-' && text[begin+1] <= ' ' {
				break
			}
		} else if is&beginsKey == 0 || !o.commonMapping(deeper) {
			break
		}
		_, end, found := fieldLine(text, begin)
		if end < 0 && dashed {
			end, found = itemLine(text, begin)
		}
		if end < 0 || found != itemPlain && deeper && !o.push(frame{indent: int32(indent), node: none}) {
			break
		}
		next = end + 1
		row++
		o.running, o.runningKept = found == keyPlain || found == itemPlain, false
		switch o.pending = pendingNone; found {
		case keyAlone:
			o.pending = pendingKey
		case keyBlock:
			o.next, o.row = min(next, len(text)), row
			if !o.blockLines(o.stack[o.open-1].indent, 0) {
				return false
			}
			next, row = o.next, o.row
		}
	}
	o.next, o.row = min(next, len(text)), row
	return true
}

// closeTo closes what stands deeper, and returns what is then open, if anything
// is.
func (o *nodeReader) closeTo(indent int) *frame {
	o.pending, o.running = pendingNone, false
	for o.open--; o.open > 0; o.open-- {
		if top := &o.stack[o.open-1]; int(top.indent) <= indent {
			return top
		}
	}
	return nil
}

// itemLine returns where the line of a plain "value" ends, or a negative number.
func itemLine(text []byte, begin int) (end int, found lineKind) {
	if end = plainEnd(text, begin); end < len(text) && text[end] != '\n' {
		return -1, 0
	}
	return end, itemPlain
}

// lineKind is what common has found in a line.
type lineKind uint8

const (
	keyAlone lineKind = iota
	keyPlain
	keyQuoted
	keyBlock
	keyEmpty // of Decode alone
	itemPlain
)

// fieldLine returns where the key of "key: value" or "key:" ends, where its line
// does, and what the value is; or a negative end if the line is none of these.
func fieldLine(text []byte, begin int) (colon, end int, found lineKind) {
	if class[text[begin]]&beginsKey == 0 {
		return 0, -1, 0
	}
	if colon, end, found = shortField(text, begin); end >= 0 {
		return colon, end, found
	}
	colon = plainEnd(text, begin)
	if colon == len(text) || text[colon] != ':' || text[colon-1] == ' ' || colon-begin > mostKey {
		return 0, -1, 0
	}
	end = colon + 1
	if end == len(text) || text[end] == '\n' {
		return colon, end, keyAlone
	}
	if text[end] != ' ' {
		return 0, -1, 0
	}
	end, found = commonValue(text, colon+2)
	return colon, end, found
}

// shortField is fieldLine for a key of a few letters with a plain value or none. It
// looks at sixteen bytes at once, which is enough for many lines. It returns a
// negative end for all else.
func shortField(text []byte, begin int) (colon, end int, found lineKind) {
	if begin+20 > len(text) {
		return 0, -1, 0
	}
	block := text[begin : begin+20]
	ends := eachBit(plainEnds(binary.LittleEndian.Uint64(block))) | eachBit(plainEnds(binary.LittleEndian.Uint64(block[8:])))<<8
	colon = bits.TrailingZeros16(ends)
	if colon == 16 || block[colon] != ':' || block[colon-1] == ' ' {
		return 0, -1, 0
	}
	if block[colon+1] == '\n' {
		return begin + colon, begin + colon + 1, keyAlone
	}
	first := block[colon+2]
	if block[colon+1] != ' ' || class[first]&beginsPlain == 0 || first == '-' && block[colon+3] <= ' ' {
		return 0, -1, 0
	}
	if ends &= ends - 1; ends != 0 {
		end = begin + bits.TrailingZeros16(ends)
	} else {
		end = plainEnd(text, begin+max(16, colon+2))
	}
	if end < len(text) && text[end] != '\n' {
		return 0, -1, 0
	}
	return begin + colon, end, keyPlain
}

// eachBit gathers the high bits of eight bytes of which all others are zero.
func eachBit(high uint64) uint16 { return uint16(high * 0x0002040810204081 >> 56) }

// commonValue returns where the line of a plain value, of a quoted one with
// nothing special in it, or of the header of a block scalar ends, and which it
// is; or a negative number.
func commonValue(text []byte, at int) (end int, found lineKind) {
	if at+1 >= len(text) {
		return -1, 0
	}
	first := text[at]
	if class[first]&beginsPlain == 0 || first == '-' && text[at+1] <= ' ' {
		switch first {
		case '"', '\'':
			return commonQuoted(text, at, first), keyQuoted
		case '|', '>':
			return commonBlock(text, at+1), keyBlock
		}
		return -1, 0
	}
	if end = plainEnd(text, at); end < len(text) && text[end] != '\n' {
		return -1, 0
	}
	return end, keyPlain
}

func commonQuoted(text []byte, at int, quote byte) int {
	end, odd := feed(text, at)
	inside := text[at+1 : max(at+1, end-1)]
	if odd || end-at < 2 || text[end-1] != quote || bytes.IndexByte(inside, quote) >= 0 ||
		quote == '"' && bytes.IndexByte(inside, '\\') >= 0 {
		return -1
	}
	return end
}

// commonBlock returns where the line of "|", "|-", "|+" or the same with ">"
// ends, if that is all.
func commonBlock(text []byte, at int) int {
	if at < len(text) && (text[at] == '-' || text[at] == '+') {
		at++
	}
	if at < len(text) && text[at] == '\n' {
		return at
	}
	return -1
}

// insideWord says whether there is a colon or a hash inside of a word.
func insideWord(text []byte, at int) bool {
	switch text[at] {
	case ':':
		return at+1 < len(text) && text[at+1] > ' '
	case '#':
		return text[at-1] > ' '
	}
	return false
}

// plainEnd returns where a plain scalar that goes on at an offset ends: at the
// end of the line, or at a colon, a hash or a character that may end it. Colons
// and hashes inside of words do not.
func plainEnd(text []byte, at int) int {
	for at+16 < len(text) {
		// Sixteen at a time: so many have room for most keys and many values,
		// and how often a loop runs is what a processor guesses wrong.
		one, two := plainEnds(binary.LittleEndian.Uint64(text[at:at+8])), plainEnds(binary.LittleEndian.Uint64(text[at+8:at+16]))
		if one|two == 0 {
			at += 16
			continue
		}
		n := bits.TrailingZeros64(one) / 8
		at += n + bits.TrailingZeros64(two)/8&-(n/8)
		if c := text[at]; c == '\n' || (c != ':' || text[at+1] <= ' ') && (c != '#' || text[at-1] <= ' ') {
			return at
		}
		at++
	}
	for ; at < len(text); at++ {
		c := text[at]
		if c < ' ' || c >= 0x7f || (c == ':' || c == '#') && !insideWord(text, at) {
			break
		}
	}
	return at
}

// plainEnds marks the bytes that may end a plain scalar.
func plainEnds(w uint64) uint64 {
	// As in lineEnds, and also the colons and hashes.
	return (w | (w + eachLow) | (w - eachSpace) | ((w ^ eachColon) - eachLow) | ((w ^ eachHash) - eachLow)) & eachHigh
}

// commonMapping makes sure that a key can stand here. first says that it stands
// deeper than what is open.
func (o *nodeReader) commonMapping(first bool) bool {
	if first {
		return o.pending.node == none
	}
	top := &o.stack[o.open-1]
	if top.loose {
		o.close()
		top = &o.stack[o.open-1]
	}
	return top.scope == ScopeNone && !top.sequence
}

// commonSequence makes sure that an item can stand here, and opens its
// sequence if it is the first one.
func (o *nodeReader) commonSequence(indent int) bool {
	top := &o.stack[o.open-1]
	deeper := int(top.indent) < indent
	if !deeper && top.sequence {
		return top.scope == ScopeNone
	}
	if !o.pending.waits || o.pending.node != none || !deeper && !o.pending.key {
		return false
	}
	return o.push(frame{indent: int32(indent), sequence: true, loose: !deeper, node: none})
}
