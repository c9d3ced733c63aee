package outline

// head takes in as many lines as it can of the kinds that say who an object is:
// "key: value" or "key:" with a plain or quoted scalar, in the mappings of which
// fields are kept. It is for them what common is for the others, and like it
// leaves everything as content would.
func (o *Outline) head() {
	lines := &o.beginning.lines
	if o.begun == 0 || o.next != len(o.beginning.text) {
		lines.met = -1
	} else {
		lines.met = 0
	}
	var read headLine
	for text := o.text; o.next < len(text); {
		line, end, found := lines.next(text[o.next:]), 0, keyAlone
		if line == nil {
			line = &read
			end, found = o.headLine(line)
		} else {
			o.closeDeeper(line.indent)
			if end = o.next + len(line.text) - 1; text[end] != '\n' {
				end, found = commonValue(text, end+1)
			}
		}
		if end < 0 || found == keyBlock {
			return
		}
		first, field := line.first, line.field
		if !first && field != FieldNone && o.stack[o.open-1].seen&(1<<field) != 0 {
			return
		}
		begin, value := o.next+line.indent, o.next+line.colon+2
		if line == &read && value <= len(text) {
			lines.learn(text[o.next:value], line)
		}
		o.row++
		o.rowAt, o.next = o.next, min(end+1, len(text))
		switch {
		case first && o.open == 0:
			o.openRoot(begin)
		case first:
			o.collect(o.pending, Mapping, begin)
			o.push(o.child(begin, false))
		}
		node := int32(none)
		if field != FieldNone {
			top := &o.stack[o.open-1]
			top.seen |= 1 << field
			node = o.add(begin, field, o.Nodes[top.node].Depth+1)
		}
		if found == keyAlone {
			o.running, o.pending = false, pendingKey
			o.pending.node, o.pending.scope = node, fieldTable[field].inside
			if field == FieldMetadata && o.open == 1 {
				o.remember()
			}
			continue
		}
		o.pending = pendingNone
		quoted := found == keyQuoted
		if o.running, o.runningKept = !quoted, !quoted && node != none; node != none {
			o.headValue(node, value, end, quoted)
		}
	}
}

// headLine reads a line. It returns where it ends and its kind, or a negative end if the
// line is not for head.
func (o *Outline) headLine(l *headLine) (end int, found lineKind) {
	text := o.text
	l.indent = leadingSpaces(text[o.next:])
	begin := o.next + l.indent
	if begin+2 >= len(text) || class[text[begin]]&beginsKey == 0 || l.indent == 0 && class[text[begin]]&inMarker != 0 {
		return -1, 0
	}
	o.closeDeeper(l.indent)
	first, scope := o.headScope(l.indent)
	if scope == ScopeNone {
		return -1, 0
	}
	colon, end, found := fieldLine(text, begin)
	if end < 0 {
		return -1, 0
	}
	l.colon, l.first, l.field = colon-o.next, first, FieldOf(scope, text[begin:colon])
	return end, found
}

// closeDeeper closes all that is open deeper than an indentation.
func (o *Outline) closeDeeper(indent int) {
	for o.open > 0 && int(o.stack[o.open-1].indent) > indent {
		o.close()
	}
}

// headScope returns the scope of the mapping to which a line at an indentation
// belongs, and whether it is the first of it; or ScopeNone if that is for
// others to say.
func (o *Outline) headScope(indent int) (first bool, s Scope) {
	if o.open == 0 {
		if len(o.Nodes) > 0 {
			return false, ScopeNone
		}
		return true, ScopeObject
	}
	top := &o.stack[o.open-1]
	switch {
	case top.sequence:
		return false, ScopeNone
	case int(top.indent) == indent:
		return false, top.scope
	case o.pending.waits && o.pending.key && o.pending.node != none && o.pending.scope != ScopeItems && o.open < mostOpen:
		return true, o.pending.scope
	}
	return false, ScopeNone
}

// headValue gives a node the scalar that stands from an offset to the end of
// its line.
func (o *Outline) headValue(node int32, at, end int, quoted bool) {
	start := at
	if quoted {
		start, end = at+1, end-1
	}
	for !quoted && o.text[end-1] == ' ' {
		end--
	}
	o.keep(node, start, end, quoted, at)
}
