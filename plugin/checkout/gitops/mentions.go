package gitops

import (
	"bytes"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// MayBeIn says whether objects of the tools may be in some manifests. It is there
// to pass over most files without parsing them, so it is true as well where a
// group may be written in another way, or nothing is known: for letters that are
// escaped, for base64, for directives and for binary data.
func (t Tool) MayBeIn(data []byte) bool {
	text, _, err := manifest.Decode(data)
	return err != nil ||
		t&ArgoCD != 0 && bytes.Contains(text, []byte(ArgoGroup)) ||
		t&Flux != 0 && (bytes.Contains(text, []byte("fluxcd.io")) || bytes.Contains(text, []byte(operatorGroup))) ||
		escapes(text) || tags(text)
}

// MayDeploy says whether deployers may be in some manifests, or objects that
// generate deployers. It is as careful as MayBeIn.
func (t Tool) MayDeploy(data []byte) bool {
	text, _, err := manifest.Decode(data)
	return t.MayBeIn(data) && (err != nil || t&Flux != 0 || bytes.Contains(text, []byte("Application")) || escapes(text) || tags(text))
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
