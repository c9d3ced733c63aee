package text_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck/manifest/text"
	"github.com/kuniq/kuniq/internal/assertion"
)

var require = assertion.Stop

const list = "é: 'a'\r\nlist:\r\n- x: \"é\" # c\r\n  y: |\r\n    z\r\n# b\r\n- [1]"

func TestPlaces(t *testing.T) {
	doc := text.New([]byte(list))
	require.Equal(t, 7, doc.Lines())
	require.Equal(t, "list:\r\n", string(doc.Line(2)))
	require.Equal(t, "- [1]", string(doc.Line(7)))
	require.Empty(t, doc.Line(0))
	require.Empty(t, doc.Line(8))
	require.Equal(t, 1, text.New(nil).Lines())
	require.Equal(t, -1, doc.Offset(8, 1))
	require.Equal(t, -1, doc.Offset(7, 9))

	var node yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(list), &node))
	root := node.Content[0]
	start, end, quote, ok := doc.Scalar(root.Content[1])
	require.True(t, ok)
	require.Equal(t, "a'", list[start:end]+quote)
	items := root.Content[3].Content
	start, end, quote, ok = doc.Scalar(items[0].Content[1])
	require.True(t, ok)
	require.Equal(t, `é"`, list[start:end]+quote)
	_, _, _, ok = doc.Scalar(items[0].Content[3])
	require.True(t, !ok, "it has several lines")
	first, last, ok := doc.Item(items[0])
	require.True(t, ok)
	require.Equal(t, []int{3, 5}, []int{first, last})
	_, last, _ = doc.Item(items[1])
	require.Equal(t, 7, last)
	_, _, ok = doc.Item(items[1].Content[0])
	require.True(t, !ok, "it is in no block sequence")
}

func TestApply(t *testing.T) {
	out, ok := text.Apply([]byte("abc"), []text.Edit{{3, 3, "!"}, {1, 2, "B"}, {0, 0, "<"}, {0, 0, ">"}})
	require.True(t, ok)
	require.Equal(t, "<>aBc!", string(out))
	for _, edits := range [][]text.Edit{{{0, 2, ""}, {1, 3, ""}}, {{2, 1, ""}}, {{0, 4, ""}}} {
		_, ok := text.Apply([]byte("abc"), edits)
		require.True(t, !ok)
	}
}

func TestLines(t *testing.T) {
	require.Equal(t, 2, text.Indent([]byte("  - a")))
	for line, blank := range map[string]bool{"": true, " \t\r\n": true, " # x\n": true, "a # x": false, "-": false} {
		require.Equal(t, blank, text.IsBlank([]byte(line)), line)
	}
	for line, at := range map[string]int{"a # b": 2, "#": 0, "a#b": -1, `"#" #`: 4, `' # '`: -1} {
		require.Equal(t, at, text.Comment([]byte(line)), line)
	}
	for data, odd := range map[string]bool{"a\r\nb\n": false, "a\rb": true, "\u0085": true, "\u2028": true, "é": false} {
		require.Equal(t, odd, text.OddBreaks([]byte(data)), data)
	}
	require.Equal(t, "\r\n", string(text.LineBreak([]byte("a\r\n"))))
}
