package manifest

// common takes in as many lines as it can of the kinds that most lines are, in
// the parts of the document of which nothing is kept: "key:" or "key: value"
// with a plain scalar, the same behind "- ", "- value", or a further line of a
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
			end := stop(text, begin)
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
		if class[text[begin]]&beginsKey == 0 || !dashed && !o.commonMapping(first) {
			break
		}
		end, valued, keyed := commonField(text, begin, dashed)
		if end < 0 || keyed && first && !o.commonPush(indent) {
			break
		}
		o.running, o.runningKept = valued, false
		if o.pending = pendingNone; !valued {
			o.pending = pendingKey
		}
		next = end + 1
		row++
	}
	o.next, o.row = min(next, len(text)), row
}

// commonField returns where the line of "key: value" or "key:" ends, or that of
// a "value" if single says that there may be one, and what it is; or a negative
// number if it is none of these.
func commonField(text []byte, begin int, single bool) (end int, valued, keyed bool) {
	colon := stop(text, begin)
	if single && (colon == len(text) || text[colon] == '\n') {
		return colon, true, false
	}
	if colon == len(text) || text[colon] != ':' || text[colon-1] == ' ' || colon-begin > mostKey {
		return -1, false, false
	}
	end = colon + 1
	if end < len(text) && text[end] == ' ' {
		if end+1 == len(text) || class[text[end+1]]&beginsKey == 0 {
			return -1, false, false
		}
		valued = true
		end = stop(text, end+1)
	}
	if end < len(text) && text[end] != '\n' {
		return -1, false, false
	}
	return end, valued, true
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
