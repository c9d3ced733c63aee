package manifest

// common takes in as many lines as it can of the kind that most lines are, in
// the parts of the document of which nothing is kept: "key:" or "key: value"
// with a plain scalar, or a further line of such a scalar. It stops before the
// first line that is anything else, which is for content to understand. It is
// one long function because it is where the time goes.
func (o *outline) common() {
	text, next, row := o.text, o.next, o.row
	for next < len(text) {
		indent := leadingSpaces(text[next:])
		begin := next + indent
		if begin == len(text) || class[text[begin]]&beginsKey == 0 || indent == 0 && text[begin] == '.' {
			break
		}
		for o.open > 0 && int(o.stack[o.open-1].indent) > indent {
			o.close()
		}
		if o.open == 0 {
			break
		}
		top := &o.stack[o.open-1]
		deeper := int(top.indent) < indent
		if deeper && !o.pending.waits {
			end := stop(text, begin)
			if !o.running || o.runningKept || end < len(text) && text[end] != '\n' {
				break
			}
			next = end + 1
			row++
			continue
		}
		if deeper && (o.pending.node != none || o.open == mostOpen) || !deeper && (top.scope != scopeNone || top.sequence) {
			break
		}
		colon := stop(text, begin)
		if colon == len(text) || text[colon] != ':' || text[colon-1] == ' ' || colon-begin > mostKey {
			break
		}
		end := colon + 1
		valued := end < len(text) && text[end] == ' '
		if valued {
			if end+1 == len(text) || class[text[end+1]]&beginsKey == 0 {
				break
			}
			end = stop(text, end+1)
		}
		if end < len(text) && text[end] != '\n' {
			break
		}
		if deeper {
			o.stack[o.open] = frame{indent: int32(indent), node: none}
			o.open++
		}
		o.running, o.runningKept = valued, false
		o.pending = pending{waits: !valued, key: true, node: none}
		next = end + 1
		row++
	}
	o.next, o.row = min(next, len(text)), row
}
