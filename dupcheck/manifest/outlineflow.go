package manifest

// mostFlow is how deep flow collections may be nested to be outlined.
const mostFlow = 16

// flow takes in a flow collection that ends in its line. Of those that are kept
// only the empty ones are understood.
func (o *valueReader) flow(at, end int, into int32) bool {
	o.running = false
	after, ok := o.flowCollection(at, end, 0)
	if !ok || !o.ends(after, end) {
		return false
	}
	if into == none {
		return true
	}
	n := &o.nodes[into]
	if after != at+2 || n.field.scalar() || n.field == fieldNone {
		return false
	}
	n.shape = shapeMapping
	if o.text[at] == '[' {
		n.shape = shapeSequence
	}
	n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(at)
	return true
}

// flowCollection passes over "[a, b]" or "{a: b}".
func (o *valueReader) flowCollection(at, end, depth int) (after int, ok bool) {
	closing, mapping := byte(']'), false
	if o.text[at] == '{' {
		closing, mapping = '}', true
	}
	if depth == mostFlow {
		return 0, false
	}
	at = o.spaces(at+1, end)
	if at < end && o.text[at] == closing {
		return at + 1, true
	}
	for {
		if mapping {
			if at, ok = o.flowKey(at, end); !ok {
				return 0, false
			}
		}
		if at, ok = o.flowValue(at, end, depth); !ok {
			return 0, false
		}
		at = o.spaces(at, end)
		switch {
		case at == end:
			return 0, false
		case o.text[at] == closing:
			return at + 1, true
		case o.text[at] != ',':
			return 0, false
		}
		at = o.spaces(at+1, end)
	}
}

// flowKey passes over "key: ".
func (o *valueReader) flowKey(at, end int) (after int, ok bool) {
	begin := at
	if at, ok = o.flowScalar(at, end); !ok || at >= end || o.text[at] != ':' || at-begin > mostKey {
		return 0, false
	}
	if quote := o.text[begin]; quote != '"' && quote != '\'' && (at+1 == end || o.text[at+1] != ' ') {
		return 0, false
	}
	return o.spaces(at+1, end), true
}

func (o *valueReader) flowValue(at, end, depth int) (after int, ok bool) {
	if at < end && (o.text[at] == '[' || o.text[at] == '{') {
		return o.flowCollection(at, end, depth+1)
	}
	return o.flowScalar(at, end)
}

// flowScalar passes over a scalar inside of a flow collection. A plain one takes
// the blanks behind it with it.
func (o *valueReader) flowScalar(at, end int) (after int, ok bool) {
	if at == end {
		return 0, false
	}
	if quote := o.text[at]; quote == '"' || quote == '\'' {
		closing, _, ok := o.closing(quote, at+1, end)
		return closing + 1, ok && closing >= 0
	}
	begin := at
	for at < end && class[o.text[at]]&inFlow != 0 {
		at++
	}
	dashed := begin
	for dashed < at && o.text[dashed] == '-' {
		dashed++
	}
	if dashed == at || class[o.text[dashed]]&beginsKey == 0 {
		return 0, false
	}
	return at, true
}
