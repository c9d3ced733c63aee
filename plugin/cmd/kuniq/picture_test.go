package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestPicture: docs/check.svg in the README is what the command prints on a
// terminal.
func TestPicture(t *testing.T) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	output := printed(t, root, "check", "--color", "always", "examples/incident/head")
	require.Contains(t, output, "\x1b[1;31m", "colours")
	got := picture("$ kuniq check examples/incident/head\n" + output)
	name := filepath.Join("docs", "check.svg")
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "the picture shows another output (go test ./plugin/cmd/kuniq -run TestPicture -update)")
}

// The terminal of a picture, in characters and in pixels.
const (
	columns   = 100
	character = 8.0
	lineSkip  = 19
	margin    = 16
)

var (
	escape = regexp.MustCompile("\x1b\\[([0-9;]*)m|\x1b\\]8;[^\x1b\a]*(?:\x1b\\\\|\a)")
	styles = map[string]string{
		"1": "b", "2": "d", "31": "r", "32": "g", "33": "y", "34": "u", "36": "c",
		"1;31": "b r", "1;32": "b g", "1;33": "b y", "1;34": "b u", "1;36": "b c",
	}
)

// A cell is one character of a terminal, with the classes of its style.
type cell struct {
	r     rune
	style string
}

// cells returns the lines of a terminal on which a text was printed.
func cells(text string) [][]cell {
	lines, style := [][]cell{nil}, ""
	for len(text) > 0 {
		if m := escape.FindStringSubmatchIndex(text); m != nil && m[0] == 0 {
			if m[2] >= 0 {
				style = styles[text[m[2]:m[3]]]
			}
			text = text[m[1]:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		last := &lines[len(lines)-1]
		if r == '\n' {
			lines = append(lines, nil)
			continue
		}
		if len(*last) == columns {
			lines = append(lines, nil)
			last = &lines[len(lines)-1]
		}
		*last = append(*last, cell{r, style})
	}
	return lines[:len(lines)-1]
}

// picture returns an SVG of a terminal on which a text was printed.
func picture(text string) string {
	lines := cells(text)
	width, height := columns*character+2*margin, len(lines)*lineSkip+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre; }
.b { font-weight: bold; } .d { fill: #8b949e; } .r { fill: #ff7b72; } .g { fill: #7ee787; } .y { fill: #e3b341; } .u { fill: #79c0ff; } .c { fill: #76e3ea; }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
`, width, height, width, height)
	for i, line := range lines {
		for start := 0; start < len(line); {
			end := start
			var run strings.Builder
			for end < len(line) && line[end].style == line[start].style {
				run.WriteRune(line[end].r)
				end++
			}
			if strings.TrimSpace(run.String()) != "" {
				// textLength keeps the columns with any font.
				fmt.Fprintf(&b, `<text class="%s" x="%.0f" y="%d" textLength="%.0f" xml:space="preserve">%s</text>`+"\n",
					line[start].style, margin+float64(start)*character, margin+(i+1)*lineSkip-5, float64(end-start)*character, html.EscapeString(run.String()))
			}
			start = end
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
