package manifest

import (
	"bytes"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// mostDepth is how deep JSON may nest, as for encoding/json.
const mostDepth = 10_000

// mostJSON bounds the number of values in one stream, because each takes memory before
// anything is known about it.
const mostJSON = 5_000_000

// jsonValues cuts text from an offset into JSON values, as offsets of their beginning and
// end. It returns false if text has anything else. A byte order mark may stand before
// each value, because some files are concatenations.
func jsonValues(text []byte, from int) (values [][2]int, ok bool) {
	if !utf8.Valid(text[from:]) {
		return nil, false
	}
	for i := jsonBegin(text, from); i < len(text); i = jsonBegin(text, i) {
		end, ok := jsonEnd(text, i, 0)
		if !ok || len(values) == mostJSON {
			return nil, false
		}
		values = append(values, [2]int{i, end})
		i = end
	}
	return values, len(values) > 0
}

// jsonBegin skips the text that may stand before a value.
func jsonBegin(text []byte, i int) int {
	i = jsonBlank(text, i)
	return jsonBlank(text, i+lenBOM(text[i:]))
}

func jsonBlank(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// jsonEnd validates the value at i as RFC 8259 defines it and returns where it
// ends.
func jsonEnd(text []byte, i, depth int) (int, bool) {
	if i >= len(text) {
		return i, false
	}
	switch c := text[i]; c {
	case '{', '[':
		return jsonCollectionEnd(text, i, depth+1)
	case '"':
		return jsonStringEnd(text, i)
	case 't':
		return i + 4, bytes.HasPrefix(text[i:], []byte("true"))
	case 'f':
		return i + 5, bytes.HasPrefix(text[i:], []byte("false"))
	case 'n':
		return i + 4, bytes.HasPrefix(text[i:], []byte("null"))
	}
	return jsonNumberEnd(text, i)
}

func jsonCollectionEnd(text []byte, i, depth int) (int, bool) {
	if depth > mostDepth {
		return i, false
	}
	object := text[i] == '{'
	closing := text[i] + 2 // of "{" and of "[" in ASCII
	i = jsonBlank(text, i+1)
	if i < len(text) && text[i] == closing {
		return i + 1, true
	}
	for {
		ok := true
		if object {
			if i, ok = jsonStringEnd(text, i); ok {
				i, ok = jsonColonEnd(text, i)
			}
		}
		if ok {
			i, ok = jsonEnd(text, i, depth)
		}
		if i = jsonBlank(text, i); !ok || i >= len(text) {
			return i, false
		}
		switch text[i] {
		case closing:
			return i + 1, true
		case ',':
			i = jsonBlank(text, i+1)
		default:
			return i, false
		}
	}
}

// jsonColonEnd runs over the colon behind a key, to the value.
func jsonColonEnd(text []byte, i int) (int, bool) {
	i = jsonBlank(text, i)
	if i >= len(text) || text[i] != ':' {
		return i, false
	}
	return jsonBlank(text, i+1), true
}

func jsonStringEnd(text []byte, i int) (int, bool) {
	if i >= len(text) || text[i] != '"' {
		return i, false
	}
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1, true
		case c < ' ':
			return i, false
		case c == '\\':
			var ok bool
			if i, ok = jsonEscapeEnd(text, i+1); !ok {
				return i, false
			}
		}
	}
	return i, false
}

// jsonEscapeEnd returns the last byte of the escape whose letter is at i.
func jsonEscapeEnd(text []byte, i int) (int, bool) {
	if i >= len(text) {
		return i, false
	}
	switch text[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i, true
	case 'u':
		return i + 4, i+4 < len(text) && outline.Hex(text[i+1:i+5])
	}
	return i, false
}

func jsonNumberEnd(text []byte, i int) (int, bool) {
	if i < len(text) && text[i] == '-' {
		i++
	}
	var ok bool
	if i < len(text) && text[i] == '0' {
		i++
	} else if i, ok = digitsEnd(text, i); !ok {
		return i, false
	}
	if i < len(text) && text[i] == '.' {
		if i, ok = digitsEnd(text, i+1); !ok {
			return i, false
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		return digitsEnd(text, i)
	}
	return i, true
}

// digitsEnd runs over one digit or more.
func digitsEnd(text []byte, i int) (int, bool) {
	from := i
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	return i, i > from
}
