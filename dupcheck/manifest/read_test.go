package manifest_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// cm is a ConfigMap in one line, and block the same in several.
func cm(name string) string {
	return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}\n"
}

func block(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n"
}

// js is a ConfigMap as JSON in one line.
func js(name string) string {
	return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `"}}`
}

// names shows objects as their names and places.
func names(objects []dupcheck.Object) []string {
	out := []string{}
	for _, o := range objects {
		name := o.Name
		if o.Placeholder {
			name = "(aside)"
		}
		out = append(out, name+" "+place(o.At))
	}
	return out
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		unread     []string
	}{
		{"nothing", "", nil, nil},
		{"comments", "# a\n\n", nil, nil},
		{"documents", block("a") + "---\n" + block("b"), []string{"a 4:9", "b 9:9 [1]"}, nil},
		{"comments before the first marker", "# c\n---\n" + block("a"), []string{"a 6:9"}, nil},
		{"empty documents count", "---\n---\n# c\n---\n" + block("a"), []string{"a 8:9 [2]"}, nil},
		{"bare end markers do not", block("a") + "...\n...\n# c\n---\n" + block("b"), []string{"a 4:9", "b 12:9 [1]"}, nil},
		{"a document behind dots", block("a") + "...\n" + block("b"), []string{"a 4:9", "b 9:9 [1]"}, nil},
		{"content on the marker", "--- " + cm("é") + "--- " + cm("b"), []string{"é 1:56", "b 2:56 [1]"}, nil},
		{"CRLF", strings.ReplaceAll(block("a")+"---\n"+block("b"), "\n", "\r\n"), []string{"a 4:9", "b 9:9 [1]"}, nil},
		{"lone CR", strings.ReplaceAll(block("a"), "\n", "\r"), []string{"a 1:50"}, nil},
		{"NEL and LS", "apiVersion: v1\u0085kind: ConfigMap\u2028metadata: {name: a}\n", []string{"a 1:49"}, nil},
		{"BOM", "\ufeff" + cm("a"), []string{"a 1:52"}, nil},
		{"BOM twice", "\ufeff\ufeff" + cm("a"), []string{"a 1:52"}, nil},
		{"BOM behind a marker", block("a") + "---\n\ufeff" + cm("b"), []string{"a 4:9", "b 6:52 [1]"}, nil},
		{"BOM before a comment behind a marker", "---\n\ufeff# c\n" + cm("b"), []string{"b 3:52"}, nil},
		{"BOM before a marker", block("a") + "\ufeff--- " + cm("b"), []string{"a 4:9", "b 5:56 [1]"}, nil},
		{"directive", "%YAML 1.1\n# c\n---\n" + block("a"), []string{"a 7:9"}, nil},
		{"no type", "a: 1\n---\nkind: X\n---\napiVersion: v1\n---\n- 1\n---\nx\n---\nnull\n", nil, nil},
		{"name on the next line", "apiVersion: v1\nkind: X\nmetadata:\n  name:\n    >-\n    a\n", []string{"a 5:5"}, nil},
		{"quoted name", "apiVersion: v1\nkind: X\nmetadata: {\"name\": \"\\u0061\"}", []string{"a 3:20"}, nil},
		{"alias", "apiVersion: &a v1\nkind: X\nmetadata: {name: *a}", []string{"v1 3:18"}, nil},
		{"merge", "x: &x {name: a, namespace: b}\napiVersion: v1\nkind: X\nmetadata:\n  <<: *x\n  name: c\n", []string{"c 6:9"}, nil},
		{"merged name", "x: &x {name: a}\napiVersion: v1\nkind: X\nmetadata: {<<: *x}\n", []string{"a 1:14"}, nil},
		{"generateName", "apiVersion: v1\nkind: X\nmetadata: {name: '', generateName: a-}\n", []string{" 3:36"}, nil},
		{"no name", "apiVersion: v1\nkind: X\n", []string{" 2:7"}, nil},
		{"broken document", block("a") + "---\nkind: [\n---\n" + block("b"), []string{"a 4:9", "b 11:9 [2]"}, []string{"f:6: not valid YAML: did not find expected node content"}},
		{"behind a flow mapping", cm("a") + cm("b"), nil, []string{"f:2: not valid YAML: something follows the end of the document"}},
		{"behind a quoted scalar", "'a' b\n", nil, []string{"f:1: not valid YAML: something follows the end of the document"}},
		{"behind a block scalar", "--- |\n  a\n" + cm("a"), nil, []string{"f:3: not valid YAML: something follows the end of the document"}},
		{"behind end marker", block("a") + "... " + cm("b"), []string{"a 4:9"}, []string{"f:5: not valid YAML: did not find expected node content"}},
		{"doubtful", "a: 1\r---\r" + block("a"), nil, []string{"f:1: a document marker after a line break that kubectl does not know (a lone CR, NEL, LS or PS)"}},
		{"a carriage return more", "apiVersion: v1\r\r\nkind: X\r\nmetadata:\r\n  name: a\r\r\n    b\r\n  namespace: c", []string{"a b 4:9"}, nil},
		{"a line break behind a marker", "# c\n--- # c\r" + block("a") + "---\n" + block("b"), []string{"b 10:9 [1]"}, []string{"f:2: a document marker before a line break that kubectl does not know (a lone CR, NEL, LS or PS)"}},
		{"a marker to kubectl", block("a") + "---#c\n" + block("b"), nil, []string{"f:1: a document marker to kubectl alone; put a blank after \"---\""}},
		{"a marker and a key", block("a") + "---#c: d\n" + block("b"), nil, []string{"f:1: a document marker to kubectl alone; put a blank after \"---\""}},
		{"a marker behind something else", "a: b\n---#c: d\n" + block("b"), nil, []string{"f:1: a document marker to kubectl alone; put a blank after \"---\""}},
		{"a marker with a blank of Unicode", block("a") + "---\u00a0# c\n" + block("b"), nil, []string{"f:1: a document marker to kubectl alone; put a blank after \"---\""}},
		{"more than three dashes", block("a") + "----: d\n---e: f\n", []string{"a 4:9"}, nil},
		{"doubtful comment", "# a\r---\r" + cm("a"), nil, []string{"f:1: a document marker after a line break that kubectl does not know (a lone CR, NEL, LS or PS)"}},
		{"odd break in a comment", "# a\u2028" + cm("a"), []string{"a 1:56"}, nil},
		{"sequence of objects", "- " + cm("a"), nil, []string{"f:1: a sequence of objects without a List around it, which kubectl refuses"}},
		{"JSON patch", "- op: add\n  path: /kind\n  value: {apiVersion: v1, kind: X, metadata: {}}\n", nil, nil},
		{"not UTF-8", block("a") + "---\n" + block("\xff") + "---\n" + block("b"), []string{"a 4:9", "b 14:9 [2]"}, []string{"f:5: not UTF-8"}},
		{"NUL", block("a\x00"), nil, []string{"f:1: not valid YAML: control characters are not allowed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects, unread := read(t, "f", c.text)
			assert.Equal(t, append([]string{}, c.want...), names(objects))
			assert.Equal(t, c.unread, unread)
			checkRead(t, []byte(c.text))
		})
	}
}

// streams are what the fuzz targets for reading start from.
var streams = []string{
	block("a") + "---\n" + block("b"), cm("a") + "...\n" + cm("b"), js("a") + js("b"), js("a") + "\n" + js("é"), "\ufeff" + js("a"), "[" + js("a") + "]",
	"apiVersion: v1\nkind: List\nitems:\n- " + cm("a") + "- kind: X\n- apiVersion: v1\n  kind: List\n  items: [" + cm("b") + "]\n",
	"kind: ConfigMapList\napiVersion: v1\nitems:\n- metadata: &m\n    name: a\n- metadata: *m\n- metadata: {<<: *m, namespace: b}\n",
	`{"kind":"List","apiVersion":"v1","items":[` + js("a") + `,{"items":[]}]}`, block("a") + "metadata: {name: b}\n", block("123") + "items: []\n",
	"\xff\xfea\x00", "a\x00b\x00", "--- |\n x\n", "'a' b", block("{{ x }}"), block("! 1"), block("&a ! 1"), "kind: X\rmetadata: {name: a}\u2028b: c\n", block("\"\\n\""), block("|\n  a"), "a: &a [*a]\nitems: *a\n",
	"? {a: b}\n: c\n", "%YAML 1.2\n---\n" + block("a"), block("ENC[a]"), "- " + cm("a"),
}

// FuzzRead reads any bytes at all and looks at every position.
func FuzzRead(f *testing.F) {
	for _, s := range streams {
		f.Add([]byte(s))
	}
	f.Fuzz(checkRead)
}

// checkRead says what holds for the objects in any text.
func checkRead(t *testing.T, data []byte) {
	lines := linesOf(data)
	var objects []dupcheck.Object
	for o, err := range manifest.Parse("f", data) {
		if err != nil {
			var u *dupcheck.Unread
			require.ErrorAs(t, err, &u)
			assert.True(t, u.File == "f" && u.Line >= 0 && u.Line <= max(1, len(lines)), "%q: %v", data, u)
			continue
		}
		objects = append(objects, o)
		checkPlace(t, lines, o)
		for _, found := range o.ReaderFindings {
			for _, d := range found.Declarations {
				checkInside(t, lines, d.Position)
			}
		}
		checkBody(t, o)
	}
	for i := 1; i < len(objects); i++ {
		assert.LessOrEqual(t, objects[i-1].At.Document, objects[i].At.Document)
	}
	if utf8.Valid(data) && !bytes.ContainsRune(data, 0) {
		checkDocuments(t, data, objects)
	}
}

// linesOf cuts text into lines as the file has them, without byte order marks,
// which are in no column.
func linesOf(data []byte) []string {
	lines := strings.Split(string(data), "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], "\ufeff")
	}
	return lines
}

func checkInside(t *testing.T, lines []string, p dupcheck.Position) (rest string, ok bool) {
	if bytes.HasPrefix([]byte(lines[0]), []byte("\xff\xfe")) || bytes.HasPrefix([]byte(lines[0]), []byte("\xfe\xff")) {
		return "", false // the lines are those of the decoded text
	}
	if !assert.True(t, p.Line >= 1 && p.Line <= len(lines), "%q has no line %d", lines, p.Line) {
		return "", false
	}
	line := []rune(lines[p.Line-1])
	if !assert.True(t, p.Column >= 1 && p.Column <= len(line)+1, "%q has no column %d", string(line), p.Column) {
		return "", false
	}
	return string(line[p.Column-1:]), true
}

// checkPlace says whether the name stands where the object is said to be. It
// cannot know of names that are escaped, folded or behind an anchor.
func checkPlace(t *testing.T, lines []string, o dupcheck.Object) {
	rest, ok := checkInside(t, lines, o.At)
	if !ok || o.Name == "" || rest != "" && strings.ContainsRune("&*!|>", rune(rest[0])) ||
		strings.ContainsAny(o.Name, "\\'\" \r\u0085\u2028\u2029\n\ufeff\ufffd") {
		return
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		if strings.Contains(rest, "\\") {
			return
		}
		rest = rest[1:]
	}
	assert.True(t, strings.HasPrefix(rest, o.Name), "%q stands where %q should be", rest, o.Name)
}

// checkBody says whether the content is that of the object.
func checkBody(t *testing.T, o dupcheck.Object) {
	if o.Placeholder {
		assert.Nil(t, o.Body)
		assert.NotEmpty(t, o.ReaderFindings)
		return
	}
	value, err := o.Body.Value()
	if err != nil {
		assert.Contains(t, err.Error(), "the object is") // too large, or no JSON
		return
	}
	object, ok := value.(map[string]any)
	require.True(t, ok)
	metadata, _ := object["metadata"].(map[string]any)
	if name, ok := metadata["name"].(string); ok {
		assert.Equal(t, o.Name, name)
	} else if !o.Unnamed {
		assert.Empty(t, o.Name)
	}
	if kind, ok := object["kind"].(string); ok && kind != "" {
		assert.Equal(t, o.Kind, kind)
	}
}

// checkDocuments says what holds for the documents of any text.
func checkDocuments(t *testing.T, data []byte, objects []dupcheck.Object) {
	at, index := 0, 0
	var got []dupcheck.Object
	for d := range manifest.Documents("f", data) {
		require.Equal(t, at, d.From)
		require.True(t, d.From <= d.Parse && d.Parse <= d.Start && d.Start <= d.End, "%+v", d)
		require.Equal(t, index, d.Index)
		require.Equal(t, 1+bytes.Count(data[:d.Start], []byte("\n")), d.Line)
		for _, o := range d.Objects {
			require.Equal(t, d.Index, o.At.Document)
		}
		at = d.End
		if !d.Bare {
			index++
		}
		got = append(got, d.Objects...)
	}
	require.Equal(t, len(data), at)
	require.Equal(t, names(objects), names(got))
}

// FuzzConcatenation strings two streams together.
func FuzzConcatenation(f *testing.F) {
	for i, s := range streams {
		f.Add([]byte(s), []byte(streams[(i+3)%len(streams)]))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if bytes.ContainsAny(append(a[:len(a):len(a)], b...), "\x00\xff\xfe") || bytes.HasSuffix(a, []byte("\r")) {
			return // they would not be of one encoding, or a line break becomes another
		}
		documents, dangling := 0, false
		for d := range manifest.Documents("f", a) {
			if !d.Bare {
				documents++
			}
			dangling = !d.Explicit && d.Parse < len(a) && a[d.Parse] == '%'
		}
		for c := range manifest.Chunks(b) {
			if c.Parse < len(b) && b[c.Parse] == '%' || dangling {
				return // directives stand before a marker or not at all
			}
			if c.Explicit || c.Bare || bytes.Contains(b[:c.Parse], []byte("...")) {
				documents++ // the one that the new marker begins is empty
			}
			break
		}
		var want []dupcheck.Object
		for o, err := range manifest.Parse("f", a) {
			if err == nil {
				want = append(want, o)
			}
		}
		for o, err := range manifest.Parse("f", b) {
			if err == nil {
				o.At.Line += 2 + bytes.Count(a, []byte("\n"))
				o.At.Document += documents
				want = append(want, o)
			}
		}
		var got []dupcheck.Object
		for o, err := range manifest.Parse("f", bytes.Join([][]byte{a, b}, []byte("\n---\n"))) {
			if err == nil {
				got = append(got, o)
			}
		}
		assert.Equal(t, names(want), names(got))
	})
}
