// Package jsontext appends JSON to bytes, as encoding/json writes it without blanks and
// without escaping HTML. It is there for reports of many findings, of which reflection
// took most of the time.
package jsontext

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Key appends the key of a field, and the comma before it.
func Key(b []byte, key string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), key...), `":`...)
}

// Text appends a field that is a string.
func Text(b []byte, key, value string) []byte { return String(Key(b, key), value) }

// Number appends a field that is a number.
func Number(b []byte, key string, value int) []byte {
	return strconv.AppendInt(Key(b, key), int64(value), 10)
}

// Bool appends a field that is a boolean.
func Bool(b []byte, key string, value bool) []byte { return strconv.AppendBool(Key(b, key), value) }

// List appends a field that is a list, with a call of element for each of n elements.
func List(b []byte, key string, n int, element func(b []byte, i int) []byte) []byte {
	b = append(Key(b, key), '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = element(b, i)
	}
	return append(b, ']')
}

// String appends a string.
func String(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return escaped(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// escaped is String for a string that may need an escape.
func escaped(b []byte, s string) []byte {
	var to bytes.Buffer
	e := json.NewEncoder(&to)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // every string can be encoded
	return append(b, bytes.TrimSuffix(to.Bytes(), []byte{'\n'})...)
}
