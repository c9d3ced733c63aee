package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// Limits on the input of the YAML parser, whose tree takes up to two hundred times the
// memory of the text.
const (
	mostYAML  = 64 << 20  // bytes of one document
	mostNodes = 3_000_000 // values in it, by what heavy estimates
	mostTags  = 100       // %TAG directives, which the parser looks up one by one
)

// yamlDocument is a parsed YAML document with the data that gives the place of its nodes
// in the file.
type yamlDocument struct {
	root   *yaml.Node // nil if there is nothing but comments
	line   int        // of the first byte of the text in the file
	rows   []row      // if the parser sees other lines than the file has
	bangs  map[mark]bool
	merges int // fields that merge keys may still bring in
	// overrun says that merge keys brought in more fields than a manifest needs,
	// and that not all of them were looked at.
	overrun bool

	text   []byte
	whole  bool  // text is that of the file, and nothing was cut out of it
	offset int   // of text in the file
	starts []int // of the lines of text, if a caller asked for them
}

// syntaxError says that a document is not valid YAML.
type syntaxError struct {
	line   int // in the file, or 0
	reason string
	// template says that the document looks like one.
	template bool
}

func (e *syntaxError) code() dupcheck.Code {
	if e.template {
		return dupcheck.Template
	}
	return dupcheck.Invalid
}

// parseYAML parses one document that begins in the given line of its file.
// weight is what heavy says of it.
func parseYAML(text []byte, weight, line int) (doc *yamlDocument, failed *syntaxError) {
	if reason := unaffordable(text, weight); reason != "" {
		return nil, &syntaxError{reason: reason}
	}
	defer func() {
		// yaml/v3 is known to panic on some input that is not YAML.
		if recover() != nil {
			doc, failed = nil, &syntaxError{reason: "not valid YAML: the parser gave up"}
		}
	}()
	d := &yamlDocument{line: line, merges: 1000 + len(text)/2, text: withoutForeignBlanks(withoutBOM(text))}
	odd := hasOddBreak(d.text)
	if odd {
		// So kubectl reads lines, and the parser gets the rest. It matters if another
		// carriage return is before that of the line's end.
		d.text = bytes.ReplaceAll(d.text, []byte("\r\n"), []byte("\n"))
	}
	d.whole = len(d.text) == len(text)
	text = d.text
	d.bangs = nonSpecificTags(text)
	if odd {
		d.rows = yamlRows(text)
	}
	// There must be only one document: the parser does not look beyond the end of a flow
	// mapping or a quoted scalar unless it is asked to continue.
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var node, more yaml.Node
	if err := decoder.Decode(&node); errors.Is(err, io.EOF) {
		return d, nil
	} else if err != nil {
		return nil, d.syntaxError(err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, &syntaxError{reason: "not valid YAML: " + trailing}
	} else if !errors.Is(err, io.EOF) {
		return nil, d.syntaxError(err)
	}
	if len(node.Content) > 0 {
		d.root = node.Content[0]
	}
	return d, nil
}

const trailing = "something follows the end of the document"

// unaffordable says why text would take too much to parse, if so.
func unaffordable(text []byte, weight int) string {
	switch {
	case !utf8.Valid(text):
		return "not UTF-8"
	case len(text) > mostYAML:
		return fmt.Sprintf("a YAML document of more than %d MiB", mostYAML>>20)
	case weight > mostNodes:
		return fmt.Sprintf("a YAML document of more than %d values", mostNodes)
	case bytes.Count(text, []byte("%TAG")) > mostTags:
		return fmt.Sprintf("a YAML document with more than %d tag directives", mostTags)
	case tooManyOddLines(text):
		return fmt.Sprintf("a YAML document of more than %d lines, with line breaks that Kubernetes does not know", mostOddLines)
	}
	return ""
}

// affordable says whether the parser would take on a document of that size.
func affordable(text []byte) bool {
	return len(text) <= mostYAML && (len(text) <= mostNodes/2 || heavy(text) <= mostNodes)
}

// mostOddLines bounds the lines whose places have to be remembered because
// YAML counts them differently than other tools do.
const mostOddLines = 1_000_000

func tooManyOddLines(text []byte) bool {
	if !hasOddBreak(text) {
		return false
	}
	n := bytes.Count(text, []byte{'\n'})
	for _, brk := range oddBreaks {
		n += bytes.Count(text, brk)
	}
	return n > mostOddLines
}

// heavy estimates how many nodes the tree of text can have, and rather too
// many. Every node has an indicator of its own, and of a pair of key and value
// both may be empty.
func heavy(text []byte) int {
	n := 1
	var before byte
	for i, c := range text {
		switch c {
		case '[', '*', '&', '!':
			n++
		case '{', ',', '?':
			n += 2
		case '-':
			if i+1 == len(text) || strings.IndexByte(" \t\r\n\xc2\xe2", text[i+1]) >= 0 {
				n++
			}
		case ':':
			if i+1 == len(text) || strings.IndexByte(" \t\r\n\xc2\xe2,[]{}", text[i+1]) >= 0 || strings.IndexByte("\"']}", before) >= 0 {
				n += 2
			}
		}
		before = c
	}
	return n
}

var (
	yamlLine   = regexp.MustCompile(`^line (\d+): `)
	yamlQuoted = regexp.MustCompile("'[^']*'|\"[^\"]*\"|`[^`]*`")
	yamlToken  = regexp.MustCompile("^['\"`][^\\w\\s]{1,3}['\"`]$")
)

// grammarErrors are the errors whose line the parser counts from 0, unlike
// those of its scanner.
var grammarErrors = []string{
	"did not find expected '-' indicator", "did not find expected ',' or", "did not find expected key",
	"did not find expected node content", "did not find expected <",
}

// syntaxError turns the parser's error into one that quotes nothing of the
// document, for that may be a secret, and that counts lines in the file.
func (d *yamlDocument) syntaxError(err error) *syntaxError {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	e := &syntaxError{}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		text = strings.TrimPrefix(text, m[0])
		n, _ := strconv.Atoi(m[1])
		if slices.ContainsFunc(grammarErrors, func(s string) bool { return strings.HasPrefix(text, s) }) {
			n++
		}
		e.line, _ = d.position(n, 1)
		// Something that is missing at the end has its place there.
		e.line = min(e.line, d.line+bytes.Count(bytes.TrimRight(d.text, "\n"), []byte{'\n'}))
	}
	switch {
	case strings.HasPrefix(text, "unknown anchor"):
		text = "an alias without its anchor"
	case strings.Contains(text, "<document start>"):
		text = trailing
	}
	text = yamlQuoted.ReplaceAllStringFunc(text, func(quoted string) string {
		if yamlToken.MatchString(quoted) {
			return quoted // of the grammar
		}
		return "..."
	})
	e.reason = "not valid YAML: " + strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
	return e
}
