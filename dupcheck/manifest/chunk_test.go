package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// parts shows a chunk: what stands before its document, then the directives and
// the marker, then the content. X is for an explicit document, B for a bare
// chunk, D for a doubtful one.
func parts(data string, c manifest.Chunk) string {
	s := fmt.Sprintf("%q %q %q", data[c.From:c.Parse], data[c.Parse:c.Start], data[c.Start:c.End])
	for _, flag := range []struct {
		set  bool
		name string
	}{{c.Explicit, "X"}, {c.Bare, "B"}, {c.Doubtful, "D"}} {
		if flag.set {
			s += " " + flag.name
		}
	}
	return s
}

func TestChunks(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []string
	}{
		{"empty", "", nil},
		{"one document", "a: 1\n", []string{`"" "" "a: 1\n"`}},
		{"no final newline", "a: 1\n---\nb: 2", []string{`"" "" "a: 1\n"`, `"" "---" "\nb: 2" X`}},
		{"marker at the end", "a: 1\n---", []string{`"" "" "a: 1\n"`, `"" "---" "" X`}},
		{"only comments", "# a\n\n# b\n", []string{`"# a\n\n# b\n" "" "" B`}},
		{"comments before the marker", "# a\n\n---\na: 1\n", []string{`"# a\n\n" "---" "\na: 1\n" X`}},
		{"comments before content", "# a\na: 1\n", []string{`"# a\n" "" "a: 1\n"`}},
		{"comment on the marker", "a: 1\n--- # b\nb: 2\n", []string{`"" "" "a: 1\n"`, `"" "--- " "# b\nb: 2\n" X`}},
		{"blanks on the marker", "a: 1\n---  \t \nb: 2\n", []string{`"" "" "a: 1\n"`, `"" "---  \t " "\nb: 2\n" X`}},
		{"tab on the marker", "a: 1\n---\t{b: 2}\n", []string{`"" "" "a: 1\n"`, `"" "---\t" "{b: 2}\n" X`}},
		{"content on the marker", "--- {a: 1}\n--- |\n b\n", []string{`"" "--- " "{a: 1}\n" X`, `"" "--- " "|\n b\n" X`}},
		{"empty documents", "---\n---\n\n---\n", []string{`"" "---" "\n" X`, `"" "---" "\n\n" X`, `"" "---" "\n" X`}},
		{"CRLF", "a: 1\r\n---\r\nb: 2\r\n", []string{`"" "" "a: 1\r\n"`, `"" "---" "\r\nb: 2\r\n" X`}},
		{"BOM", "\ufeffa: 1\n", []string{`"\ufeff" "" "a: 1\n"`}},
		{"BOM and marker", "\ufeff---\na: 1\n", []string{`"\ufeff" "---" "\na: 1\n" X`}},
		{"BOM before a later marker", "a: 1\n\ufeff---\nb: 2\n", []string{`"" "" "a: 1\n"`, `"\ufeff" "---" "\nb: 2\n" X`}},
		{"BOM before a comment", "\ufeff# c\na: 1\n", []string{`"\ufeff# c\n" "" "a: 1\n"`}},
		{"dots and a bare document", "a: 1\n...\nb: 2\n", []string{`"" "" "a: 1\n"`, `"...\n" "" "b: 2\n"`}},
		{"dots and a marker", "a: 1\n...\n---\nb: 2\n", []string{`"" "" "a: 1\n"`, `"...\n" "---" "\nb: 2\n" X`}},
		{"dots, comments and a marker", "a: 1\n... # c\n# d\n---\nb: 2\n", []string{`"" "" "a: 1\n"`, `"... # c\n# d\n" "---" "\nb: 2\n" X`}},
		{"dots at the end", "a: 1\n...\n", []string{`"" "" "a: 1\n"`, `"...\n" "" "" B`}},
		{"dots with content", "a: 1\n... b: 2\nc: 3\n", []string{`"" "" "a: 1\n"`, `"" "" "... b: 2\nc: 3\n"`}},
		{"dots twice", "...\n...\na: 1\n", []string{`"...\n...\n" "" "a: 1\n"`}},
		{"directives", "%YAML 1.1\n# c\n---\na: 1\n", []string{`"" "%YAML 1.1\n# c\n---" "\na: 1\n" X`}},
		{"directives of a later document", "a: 1\n...\n%TAG ! !x\n---\nb: 2\n", []string{`"" "" "a: 1\n"`, `"...\n" "%TAG ! !x\n---" "\nb: 2\n" X`}},
		{"directives without a marker", "%YAML 1.1\na: 1\n", []string{`"" "%YAML 1.1\n" "a: 1\n"`}},
		{"directives without a document", "a: 1\n...\n%YAML 1.1\n", []string{`"" "" "a: 1\n"`, `"...\n" "" "%YAML 1.1\n"`}},
		{"percent inside a document", "a: |\n  x\n%b\n", []string{`"" "" "a: |\n  x\n%b\n"`}},
		{"percent behind a marker", "---\n%a\n", []string{`"" "---" "\n%a\n" X`}},
		{"marker in a block scalar", "a: |\n  x\n---\nb\n", []string{`"" "" "a: |\n  x\n"`, `"" "---" "\nb\n" X`}},
		{"indented marker in a block scalar", "a: |\n  ---\n  b\n ---\n", []string{`"" "" "a: |\n  ---\n  b\n ---\n"`}},
		{"no markers", "----\n---a\n....\n--\n -- -\n", []string{`"" "" "----\n---a\n....\n--\n -- -\n"`}},
		{"marker in a quoted scalar", "a: \"x\n---\ny\"\n", []string{`"" "" "a: \"x\n"`, `"" "---" "\ny\"\n" X`}},
		{"lone CR before a marker", "a: 1\r---\rb: 2\n", []string{`"" "" "a: 1\r---\rb: 2\n" D`}},
		{"NEL before a marker", "a: 1\u0085---\nb: 2\n", []string{`"" "" "a: 1\u0085---\nb: 2\n" D`}},
		{"LS before dots", "a: 1\u2028...\nb: 2\n", []string{`"" "" "a: 1\u2028...\nb: 2\n" D`}},
		{"PS and a BOM before a marker", "a: 1\u2029\ufeff---\nb: 2\n", []string{`"" "" "a: 1\u2029\ufeff---\nb: 2\n" D`}},
		{"lone CR in a comment", "# c\r---\rb: 2\n", []string{`"" "" "# c\r---\rb: 2\n" D`}},
		{"lone CR in a comment behind a marker", "--- # c\r---\rb: 2\n", []string{`"" "--- " "# c\r---\rb: 2\n" X D`}},
		{"lone CR in a comment behind dots", "a: 1\n... # c\r---\rb: 2\n", []string{`"" "" "a: 1\n"`, `"" "" "... # c\r---\rb: 2\n" D`}},
		{"odd break that hides content in a comment", "# c\u2028a: 1\n", []string{`"" "" "# c\u2028a: 1\n"`}},
		{"odd breaks elsewhere", "a: 1\rb: 2\u2028c\n", []string{`"" "" "a: 1\rb: 2\u2028c\n"`}},
		{"lone CR at the end", "\r", []string{`"\r" "" "" B`}},
		{"marker and CR at the end", "a: 1\n---\r", []string{`"" "" "a: 1\n"`, `"" "---" "\r" X`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for chunk := range manifest.Chunks([]byte(c.data)) {
				got = append(got, parts(c.data, chunk))
			}
			assert.Equal(t, c.want, got)
			checkChunks(t, []byte(c.data))
		})
	}
}

func FuzzChunks(f *testing.F) {
	for _, s := range []string{
		"", "a: 1\n---\nb: 2", "# a\n---\n...\n---\n", "\ufeff%YAML 1.1\n---\na: |\n  ---\n---\n", "a\n...\nb\n", "a\r---\n", "a\u2028... \n--- {b: 1}\n", "%a\n", "... a", "{}\n{}\n", "--- # c\u0085a",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(checkChunks)
}

// checkChunks says what holds for the chunks of any text.
func checkChunks(t *testing.T, data []byte) {
	at, contents, dots := 0, 0, false
	for c := range manifest.Chunks(data) {
		if !assert.Equal(t, at, c.From, "a gap before the chunk") {
			return
		}
		assert.True(t, c.From <= c.Parse && c.Parse <= c.Start && c.Start <= c.End && c.From < c.End, "%+v", c)
		assert.False(t, c.Bare && (c.Start < c.End || c.Explicit || c.Doubtful), "%+v", c)
		at = c.End
		prefix := data[c.From:c.Parse]
		dots = dots || bytes.Contains(prefix, []byte("...")) && !c.Explicit
		if !c.Bare {
			contents++
		}
		if c.Doubtful {
			return
		}
	}
	assert.Equal(t, len(data), at, "the chunks are not all of the text")
	n, ok := documentsOfYAML(data)
	if !ok || dots || !utf8.Valid(data) {
		return // the parser decodes UTF-16 by itself; Chunks is given UTF-8
	}
	if bytes.ContainsAny(data, "\ufeff\u0085\u2028\u2029") || bytes.Contains(bytes.ReplaceAll(data, []byte("\r\n"), nil), []byte("\r")) {
		// To the parser these are line breaks, or no part of a marker.
		assert.LessOrEqual(t, n, contents, "%q has more documents for the YAML parser", data)
	} else {
		assert.Equal(t, n, contents, "%q has other documents for the YAML parser", data)
	}
}

// documentsOfYAML counts the documents that the YAML parser sees, if it reads
// all of the text. It stops, without a word, behind a "..." that no "---"
// follows.
func documentsOfYAML(data []byte) (n int, ok bool) {
	defer func() {
		if recover() != nil {
			n, ok = 0, false
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var node yaml.Node
		if err := d.Decode(&node); errors.Is(err, io.EOF) {
			return n, true
		} else if err != nil {
			return n, false
		}
		n++
	}
}

// TestChunksStop stops in the middle.
func TestChunksStop(t *testing.T) {
	n := 0
	for range manifest.Chunks([]byte("a\n---\nb\n---\nc\n")) {
		if n++; n == 2 {
			break
		}
	}
	assert.Equal(t, 2, n)
}
