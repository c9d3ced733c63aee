package manifest

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// blankDocument reports whether a document, from its directives or marker on, has only
// blanks and comments in plain ASCII, so that it is valid without the parser.
func blankDocument(text []byte) bool {
	if outline.Marker(text, "---") {
		text = text[3:]
	}
	for line := range bytes.Lines(text) {
		printable := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
		odd := func(c rune) bool { return (c < ' ' || c > '~') && c != '\t' }
		if !blankOrComment(line) || bytes.ContainsFunc(printable, odd) {
			return false
		}
	}
	return true
}

// withoutBOM removes a byte order mark from where the content of a document
// begins. One before the marker is not part of text.
func withoutBOM(text []byte) []byte {
	if !bytes.Contains(text, []byte(bom)) {
		return text
	}
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		n := lenBOMs(text[at:])
		line := text[at+n : end]
		if n > 0 {
			return append(append([]byte(nil), text[:at]...), text[at+n:]...)
		}
		if !blankOrComment(line) && !outline.Marker(line, "---") && line[0] != '%' {
			break
		}
		at = end
	}
	return text
}

// foreignBlanks returns the length of the blanks before a flow collection at the
// beginning of text, if YAML does not know some of them as blanks. kubectl skips every
// blank of Unicode there (k8s.io/apimachinery v0.37 pkg/util/yaml/decoder.go,
// IsJSONBuffer and consumeWhitespace), and YAML reads the rest as a string.
func foreignBlanks(text []byte) int {
	if len(text) == 0 || text[0] > ' ' && text[0] < utf8.RuneSelf {
		return 0
	}
	n := len(text) - len(bytes.TrimLeftFunc(text, unicode.IsSpace))
	if n == len(text) || text[n] != '{' && text[n] != '[' || len(bytes.Trim(text[:n], " \t\r\n")) == 0 {
		return 0
	}
	return n
}

// withoutForeignBlanks puts spaces in the place of such blanks, one for each.
func withoutForeignBlanks(text []byte) []byte {
	n := foreignBlanks(text)
	if n == 0 {
		return text
	}
	spaces := bytes.Map(func(c rune) rune {
		if c == '\n' {
			return c
		}
		return ' '
	}, text[:n])
	return append(spaces, text[n:]...)
}

// lineEnd returns where the line at an offset ends, behind its line feed.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// template says whether text has double braces or the tags of Jinja.
func template(text []byte) bool {
	return bytes.Contains(text, []byte("{{")) || bytes.Contains(text, []byte("{%"))
}

// looksLikeManifest reports whether a file that was found and not named may be meant for
// Kubernetes, so that a failure to read it must be reported: it has a line with one of
// the keys, it is not UTF-8, all of its content comes from elsewhere, or it may have been
// a git LFS pointer.
func looksLikeManifest(data []byte) bool {
	if !utf8.Valid(data) || includes(data) || likePointer(data) {
		return true
	}
	data = unescaped(data)
	return hasKey(data, "apiVersion") || hasKey(data, "kind")
}

// escapedASCII are the characters of a key that JSON and YAML can write otherwise.
var escapedASCII = regexp.MustCompile(`\\(?:x|u00|U000000)([0-7][0-9a-fA-F])`)

// unescaped puts the characters in the place of such escapes.
func unescaped(text []byte) []byte {
	return escapedASCII.ReplaceAllFunc(text, func(escape []byte) []byte {
		c, _ := strconv.ParseUint(string(escape[len(escape)-2:]), 16, 8)
		return []byte{byte(c)}
	})
}

// includes says whether text is a template with a line of its own for what
// another one says, as charts have that take their objects from a library. One
// that only defines templates becomes nothing.
func includes(text []byte) bool {
	if !template(text) || bytes.Contains(text, []byte("define ")) {
		return false
	}
	for line := range bytes.Lines(text) {
		calls := func(function string) bool { return bytes.Contains(line, []byte(function)) }
		if bytes.HasPrefix(line, []byte("{{")) && (calls("include ") || calls("template ") || calls("tpl ")) {
			return true
		}
	}
	return false
}

// hasKey reports whether text has a mapping key, without parsing it.
func hasKey(text []byte, key string) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(key))
		if i < 0 {
			return false
		}
		before, after := text[:at+i], text[at+i+len(key):]
		if begins, explicit := keyBegins(before); begins && (explicit || keyEnds(after)) {
			return true
		}
		at += i + len(key)
	}
}

// mostProperty is how long the tag or the anchor of a key may be.
const mostProperty = 64

// keyBegins reports whether a key can stand after text: first in its line or in a
// sequence, or after a brace or comma, in quotes or not, with a tag or an anchor before
// it. explicit says that there is a "?", so that the colon may be anywhere. After a
// closing brace kubectl starts a new document.
func keyBegins(text []byte) (begins, explicit bool) {
	if n := len(text) - 1; n >= 0 && (text[n] == '"' || text[n] == '\'') {
		text = text[:n]
	}
	for len(text) > 0 {
		switch c := text[len(text)-1]; c {
		case ' ', '\t', '-', '?':
			explicit = explicit || c == '?'
			text = text[:len(text)-1]
		case '\n', '{', ',', '}':
			return true, explicit
		default:
			if slices.ContainsFunc(oddBreaks, func(brk []byte) bool { return bytes.HasSuffix(text, brk) }) || bytes.HasSuffix(text, []byte(bom)) {
				return true, explicit
			}
			from := max(0, len(text)-mostProperty)
			token := from + bytes.LastIndexAny(text[from:], " \t\r\n{,") + 1
			if text[token] != '!' && text[token] != '&' {
				return false, false
			}
			text = text[:token]
		}
	}
	return true, explicit
}

// keyEnds reports whether text continues as after a key.
func keyEnds(text []byte) bool {
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		text = text[1:]
	}
	return bytes.HasPrefix(text[outline.Blanks(text):], []byte{':'})
}
