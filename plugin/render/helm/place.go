package helm

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// sourceLine is a line of helm's output that names the template of what
// follows.
type sourceLine struct {
	line int
	file string // after the name of the chart
}

// sourceLines finds those lines. helm puts one behind every "---".
func sourceLines(text []byte) []sourceLine {
	var out []sourceLine
	n, begins := 0, false
	for line := range bytes.Lines(text) {
		n++
		if source, ok := bytes.CutPrefix(line, []byte("# Source: ")); ok && begins {
			_, file, _ := strings.Cut(strings.TrimSpace(string(source)), "/")
			out = append(out, sourceLine{n, file})
		}
		begins = bytes.HasPrefix(line, []byte("---"))
	}
	return out
}

// place returns where a rendered object is declared. In a file that is a
// manifest it is the object itself. In a template it is the line with the kind,
// if there is one: the first object of a kind has the first such line, and so
// on.
func (t template) place(sources []sourceLine, o dupcheck.Object, seen map[[2]string]int) dupcheck.Position {
	file := ""
	if n, _ := slices.BinarySearchFunc(sources, o.At.Line+1, func(s sourceLine, line int) int { return s.line - line }); n > 0 {
		file = path.Join(t.Dir, sources[n-1].file)
	}
	text, known := t.Files[file]
	if !known {
		return dupcheck.Position{}
	}
	at := t.Place(file, o)
	if at.Line == 0 {
		key := [2]string{file, o.Kind}
		at = kindLine(text, o.Kind, seen[key])
		seen[key]++
	}
	at.File = file
	if moved := t.Moved[file]; moved != "" {
		at.File = moved
	}
	return at
}

// kindLine finds the line of a template that says "kind: KIND", the one after
// skip others if there are so many.
func kindLine(text []byte, kind string, skip int) dupcheck.Position {
	pattern := regexp.MustCompile(`(?m)^ *kind: *(["']?` + regexp.QuoteMeta(kind) + `["']?) *\r?$`)
	all := pattern.FindAllSubmatchIndex(text, -1)
	if len(all) == 0 {
		return dupcheck.Position{}
	}
	at := all[min(skip, len(all)-1)][2]
	return dupcheck.Position{
		Line:   1 + bytes.Count(text[:at], []byte("\n")),
		Column: 1 + at - (1 + bytes.LastIndexByte(text[:at], '\n')),
	}
}
