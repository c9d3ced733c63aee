package krmfn

// unusual says whether text has anything that not every reader of YAML takes
// for the same: a lone carriage return, the other line breaks of YAML 1.1, a
// byte order mark, or a control character.
func unusual(text []byte) bool {
	for i, c := range text {
		switch {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t':
		case c == '\r':
			if i+1 == len(text) || text[i+1] != '\n' {
				return true
			}
		case c < ' ', c == 0x7f:
			return true
		case c == 0xc2:
			if text[i+1] < 0xa0 { // NEL and its like; text is UTF-8
				return true
			}
		case c == 0xe2:
			if text[i+1] == 0x80 && (text[i+2] == 0xa8 || text[i+2] == 0xa9) {
				return true
			}
		case c == 0xef:
			if text[i+1] == 0xbb && text[i+2] == 0xbf || text[i+1] == 0xbf && text[i+2] >= 0xbe {
				return true
			}
		}
	}
	return false
}

// isDash says whether text begins an item of a block sequence.
func isDash(text []byte) bool {
	return text[0] == '-' && (len(text) == 1 || text[1] == ' ' || text[1] == '\n' || text[1] == '\r')
}
