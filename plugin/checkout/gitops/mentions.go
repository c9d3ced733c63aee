package gitops

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"

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

// IsOf says whether an apiVersion may be of a group of Argo CD or Flux.
func IsOf(apiVersion string) bool {
	return strings.Contains(apiVersion, ArgoGroup) || strings.Contains(apiVersion, "fluxcd")
}

// MayDeploy says whether deployers may be in some manifests, or objects that
// generate deployers. It is as careful as MayBeIn.
func (t Tool) MayDeploy(data []byte) bool {
	text, _, err := manifest.Decode(data)
	return t.MayBeIn(data) && (err != nil || t&Flux != 0 || bytes.Contains(text, []byte("Application")) || escapes(text) || tags(text))
}

// MayDeclare is MayDeploy for manifests and patches that it takes the time to read:
// comments do not count, nor do annotations and labels of the tools.
func (t Tool) MayDeclare(data []byte) bool {
	text, _, err := manifest.Decode(data)
	if err != nil || !t.MayDeploy(data) {
		return err != nil
	}
	version, kind := false, t&Flux != 0
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var doc yaml.Node
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return version && kind
		case err != nil:
			return true
		}
		for n := range scalars(&doc) {
			if n.ShortTag() == "!!binary" {
				return true
			}
			version = version || t&ArgoCD != 0 && strings.Contains(n.Value, ArgoGroup+"/v") ||
				t&Flux != 0 && (strings.Contains(n.Value, "fluxcd.io/v") || strings.Contains(n.Value, operatorGroup+"/v"))
			kind = kind || strings.Contains(n.Value, "Application")
		}
	}
}

// scalars are all scalars below a node. Aliases stand for nodes that are there.
func scalars(n *yaml.Node) iter.Seq[*yaml.Node] {
	return func(yield func(*yaml.Node) bool) { eachScalar(n, yield) }
}

func eachScalar(n *yaml.Node, yield func(*yaml.Node) bool) bool {
	if n.Kind == yaml.ScalarNode {
		return yield(n)
	}
	for _, child := range n.Content {
		if !eachScalar(child, yield) {
			return false
		}
	}
	return true
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
