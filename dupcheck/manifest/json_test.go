package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

var jsonTexts = []string{
	`{}`, `[]`, `""`, `0`, `-0.5e+10`, `01`, `1.`, `.1`, `-`, `1e`, `true`, `falsey`, `nul`, `null null`, `{}{}`, `[1,2][3]`, `{"a":1,"a":{"b":[]}}`,
	`{"a" : "b" , "c" : [ true , null ] }`, `{"a":1,}`, `[1,]`, `[,]`, `{,}`, `{"a"}`, `{a:1}`, `{'a':1}`, `"\u00e9\/\b\f\n\r\t\"\\"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\x"`, `"\u12g4"`,
	"\"a\tb\"", "\"a\nb\"", "\"é\u2028\"", "\ufeff{}", "{}\ufeff{}", "{} // c", "/* c */ {}", "{}\x00", "[\"a\",\n \"b\"]\n[1]", `{"a":{"b":{"c":[1,[2,[3]]]}}}`, `"a""b"`, `truefalse`, `1-2`, "\xff", "\"\xff\"", "[1", "{\"a\":", "[\"", "\"\\", "\"\\u00", `[{"k":[{}]}]`,
}

// FuzzJSON holds the reading of JSON against encoding/json.
func FuzzJSON(f *testing.F) {
	for _, s := range jsonTexts {
		f.Add(s)
	}
	f.Fuzz(checkJSON)
}

func checkJSON(t *testing.T, text string) {
	data := []byte(text)
	values, ok := jsonValues(data, 0)
	if strings.Contains(text, "\ufeff") || !utf8.ValidString(text) {
		return // encoding/json takes neither the former nor offence at the latter
	}
	var want []any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	valid := true
	for {
		var value any
		if err := d.Decode(&value); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			valid = false
			break
		}
		want = append(want, value)
	}
	require.Equal(t, valid && len(want) > 0, ok, "%q", text)
	require.Equal(t, json.Valid(data), ok && len(values) == 1, "%q", text)
	if !ok {
		return
	}
	require.Len(t, values, len(want))
	doc := &jsonDocument{data: data, from: cursor{0, 1, 1}}
	for i, v := range values {
		root := jsonView{doc, v[0], v[1]}
		assert.Equal(t, want[i], fromViews(t, root), "%q", text)
		value, err := decode(root, nil)
		require.NoError(t, err)
		assert.Equal(t, want[i], value, "%q", text)
	}
}

// fromViews decodes a value through its views alone, and looks at the place of
// each.
func fromViews(t *testing.T, v jsonView) any {
	line, column := v.place()
	lines := strings.Split(string(v.doc.data), "\n")
	require.Equal(t, v.doc.data[v.start], string([]rune(lines[line-1])[column-1:])[0], "the place of %q", v.source())
	switch v.shape() {
	case shapeMapping:
		out := map[string]any{}
		for e := range v.entries {
			out[e.key] = fromViews(t, e.value.(jsonView))
		}
		v.place() // and back
		return out
	case shapeSequence:
		out := []any{}
		for e := range v.elements {
			out = append(out, fromViews(t, e.(jsonView)))
		}
		return out
	case shapeNull:
		return nil
	case shapeText:
		return v.text()
	}
	switch text := v.text(); text {
	case "true":
		return true
	case "false":
		return false
	default:
		return json.Number(text)
	}
}

func TestJSONDepth(t *testing.T) {
	for depth, want := range map[int]bool{mostDepth - 1: true, mostDepth: true, mostDepth + 1: false} {
		for _, pair := range []string{"[]", "{}"} {
			open, inner := pair[:1], ""
			if pair == "{}" {
				open, inner = `{"a":`, "1"
			}
			text := strings.Repeat(open, depth) + inner + strings.Repeat(pair[1:], depth)
			_, ok := jsonValues([]byte(text), 0)
			assert.Equal(t, want, ok, "%d %s", depth, pair)
			assert.Equal(t, json.Valid([]byte(text)), ok, "%d %s", depth, pair)
		}
	}
}
