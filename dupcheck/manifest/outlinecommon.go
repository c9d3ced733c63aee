package manifest

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// common takes in as many lines as it can of the kinds that most lines are, in
// the parts of the document of which nothing is kept: "key:" or "key: value"
// with a plain or quoted scalar, the same behind "- ", "- value", or a further line of a
// plain scalar. It stops before the first line that is anything else, which is
// for content to understand; what it has opened or closed then, content would
// have, too. This is where the time goes.
func (o *outline) common() {
	text, next, row := o.text, o.next, o.row
	for next < len(text) {
		indent := leadingSpaces(text[next:])
		begin := next + indent
		if begin+2 >= len(text) || class[text[begin]]&inKey == 0 || indent == 0 && class[text[begin]]&inMarker != 0 {
			break
		}
		for o.open > 0 && int(o.stack[o.open-1].indent) > indent {
			o.close()
		}
		if o.open == 0 {
			break
		}
		if top := &o.stack[o.open-1]; int(top.indent) < indent && !o.pending.waits {
			end := plainEnd(text, begin)
			if !o.running || o.runningKept || end < len(text) && text[end] != '\n' {
				break
			}
			next = end + 1
			row++
			continue
		}
		dashed := text[begin] == '-'
		if dashed {
			if text[begin+1] != ' ' || !o.commonSequence(indent) {
				break
			}
			begin, indent = begin+2, indent+2
		}
		first := dashed || int(o.stack[o.open-1].indent) < indent
		if dashed && (begin+1 == len(text) || class[text[begin]]&beginsPlain == 0 || text[begin] == '-' && text[begin+1] <= ' ') {
			break
		}
		if !dashed && (class[text[begin]]&beginsKey == 0 || !o.commonMapping(first)) {
			break
		}
		end, valued, plain, keyed := commonField(text, begin, dashed)
		if end < 0 || keyed && first && !o.commonPush(indent) {
			break
		}
		o.running, o.runningKept = plain, false
		if o.pending = pendingNone; !valued {
			o.pending = pendingKey
		}
		next = end + 1
		row++
	}
	o.next, o.row = min(next, len(text)), row
}

// commonField returns where the line of "key: value" or "key:" ends, or that of
// a "value" if single says that there may be one; whether there is a value, a
// plain one, and a key; or a negative number if it is none of these.
func commonField(text []byte, begin int, single bool) (end int, valued, plain, keyed bool) {
	colon := plainEnd(text, begin)
	if colon == len(text) || text[colon] == '\n' {
		if single {
			return colon, true, true, false
		}
		return -1, false, false, false
	}
	if text[colon] != ':' || text[colon-1] == ' ' || colon-begin > mostKey || class[text[begin]]&beginsKey == 0 {
		return -1, false, false, false
	}
	end = colon + 1
	if end == len(text) || text[end] == '\n' {
		return end, false, false, true
	}
	if text[end] != ' ' {
		return -1, false, false, false
	}
	if end = commonValue(text, colon+2); end < 0 {
		return -1, false, false, false
	}
	return end, true, text[colon+2] != '"' && text[colon+2] != '\'', true
}

// commonValue returns where the line of a plain value, or of a quoted one with
// nothing special in it, ends; or a negative number.
func commonValue(text []byte, at int) int {
	switch {
	case at+1 >= len(text):
		return -1
	case text[at] == '"' || text[at] == '\'':
		end, odd := feed(text, at)
		inside := text[at+1 : max(at+1, end-1)]
		if odd || end-at < 2 || text[end-1] != text[at] || bytes.IndexByte(inside, text[at]) >= 0 ||
			text[at] == '"' && bytes.IndexByte(inside, '\\') >= 0 {
			return -1
		}
		return end
	case class[text[at]]&beginsPlain == 0 || text[at] == '-' && text[at+1] <= ' ':
		return -1
	}
	end := plainEnd(text, at)
	if end < len(text) && text[end] != '\n' {
		return -1
	}
	return end
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
	for at+8 <= len(text) {
		w := binary.LittleEndian.Uint64(text[at : at+8])
		// As in feed, and also the colons and hashes.
		x, y := w^eachColon, w^eachHash
		found := w | (w + eachLow) | (w-eachSpace)&^w | (x-eachLow)&^x | (y-eachLow)&^y
		if found &= eachHigh; found == 0 {
			at += 8
			continue
		}
		at += bits.TrailingZeros64(found) / 8
		if !insideWord(text, at) {
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

// commonMapping makes sure that a key can stand here. first says that it stands
// deeper than what is open.
func (o *outline) commonMapping(first bool) bool {
	if first {
		return o.pending.node == none
	}
	top := &o.stack[o.open-1]
	if top.loose {
		o.close()
		top = &o.stack[o.open-1]
	}
	return top.scope == scopeNone && !top.sequence
}

// commonSequence makes sure that an item can stand here, and opens its
// sequence if it is the first one.
func (o *outline) commonSequence(indent int) bool {
	top := &o.stack[o.open-1]
	deeper := int(top.indent) < indent
	if !deeper && top.sequence {
		return top.scope == scopeNone
	}
	if !o.pending.waits || o.pending.node != none || !deeper && !o.pending.key || o.open == mostOpen {
		return false
	}
	o.stack[o.open] = frame{indent: int32(indent), sequence: true, loose: !deeper, node: none}
	o.open++
	o.pending = pending{}
	return true
}

func (o *outline) commonPush(indent int) bool {
	if o.open == mostOpen {
		return false
	}
	o.stack[o.open] = frame{indent: int32(indent), node: none}
	o.open++
	return true
}
