package outline

// blockScalar takes in a block scalar with all of its lines.
func (o *valueReader) blockScalar(at int) bool {
	end := o.end
	parent := o.stack[o.open-1].indent
	indent, at := int32(0), at+1
	for chomped := false; at < end && o.text[at] != ' '; at++ {
		switch c := o.text[at]; {
		case (c == '+' || c == '-') && !chomped:
			chomped = true
		case '1' <= c && c <= '9' && indent == 0:
			indent = parent + int32(c-'0')
		default:
			return false
		}
	}
	if !o.ends(at) {
		return false
	}
	return o.blockLines(parent, indent)
}

// blockLines passes over the lines of a block scalar. An indent of 0 is to be
// taken from the first line that is not blank.
func (o *valueReader) blockLines(parent, indent int32) bool {
	if n := int32(leadingSpaces(o.text[o.next:])); indent == 0 && n > parent && o.next+int(n) < len(o.text) && o.text[o.next+int(n)] > ' ' {
		indent = n
	}
	blank := int32(0) // the longest blank line before that
	for o.blockCommon(int(indent)); o.next < len(o.text); o.blockCommon(int(indent)) {
		row, rowAt, next := o.row, o.rowAt, o.next
		at, end, ok := o.nextLine()
		if !ok {
			return false
		}
		n := min(at+leadingSpaces(o.text[at:]), end)
		if indent > 0 {
			n = min(n, at+int(indent))
		}
		switch depth := int32(n - at); {
		case n == end:
			blank = max(blank, depth)
		case indent > 0 && depth == indent:
		case o.text[n] == '\t':
			return false
		case indent == 0 && depth > parent:
			if blank > depth {
				return false
			}
			indent = depth
		default: // the scalar has ended before this line
			o.row, o.rowAt, o.next = row, rowAt, next
			return indent > 0 || blank <= parent+1
		}
	}
	return true
}

// blockCommon passes over the lines of a block scalar that stand as deep as it
// and have nothing but printable ASCII, and over empty ones, if that depth is
// known.
func (o *valueReader) blockCommon(indent int) {
	text, next, row := o.text, o.next, o.row
	for indent > 0 && next < len(text) {
		end, odd := next, false
		if text[next] != '\n' {
			if leadingSpaces(text[next:]) < indent {
				break
			}
			if end, odd = feed(text, next+indent); odd {
				break
			}
		}
		next = end + 1
		row++
	}
	o.next, o.row = min(next, len(text)), row
}
