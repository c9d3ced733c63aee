package checkout

import (
	"bytes"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Mentions says whether the objects in some manifests may have a word in them. It
// is there to pass over most files without parsing them, so it is true as well
// where a word may be written in another way, or nothing is known: for letters
// that are escaped, for base64, for directives and for what is no text.
func Mentions(data []byte, word string) bool {
	text, _, err := manifest.Decode(data)
	return err != nil || bytes.Contains(text, []byte(word)) || escapes(text) || tags(text)
}

// escapes looks for those of YAML and JSON that stand for a letter, or for
// nothing, as at the end of a line.
func escapes(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			return false
		}
		if text = text[i+1:]; strings.IndexByte("xuU\r\n", text[0]) >= 0 {
			return true
		}
	}
}

// longestTag is more than any real tag has.
const longestTag = 100

// tags looks for those that may be "!!binary", whose value is base64.
func tags(text []byte) bool {
	if bytes.Contains(text, []byte("%TAG")) {
		return true
	}
	for {
		i := bytes.IndexByte(text, '!')
		if i < 0 {
			return false
		}
		text = text[i+1:]
		tag := text[:min(len(text), longestTag)]
		if end := bytes.IndexAny(tag, " \t\r\n"); end >= 0 {
			tag = tag[:end]
		}
		if len(tag) == longestTag || bytes.IndexByte(tag, '%') >= 0 || bytes.Contains(tag, []byte("binary")) {
			return true
		}
	}
}
