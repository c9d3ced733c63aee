package manifest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// utf16Text encodes text, with a byte order mark.
func utf16Text(text string, big bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		high, low := byte(unit>>8), byte(unit)
		if !big {
			high, low = low, high
		}
		b.WriteByte(high)
		b.WriteByte(low)
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	text := block("é😀\ufffd") + "---\n" + block("b")
	for _, big := range []bool{false, true} {
		objects, unread := read(t, "f", utf16Text(text, big))
		assert.Empty(t, unread)
		assert.Equal(t, []string{"é😀\ufffd 4:9", "b 9:9 [1]"}, names(objects))
		value, err := objects[0].Body.Value()
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"name": "é😀\ufffd"}, value.(map[string]any)["metadata"])
	}
	little := utf16Text(text, false)
	for _, c := range []struct{ text, reason string }{
		{little[2:], "UTF-16 without a byte order mark"},
		{utf16Text(text, true)[2:], "UTF-16 without a byte order mark"},
		{little[:len(little)-1], "UTF-16 that ends in half a character"},
		{"\xff\xfe\x3d\xd8", "UTF-16 with half a character in it"},
		{"\xff\xfe\x3d\xd8a\x00", "UTF-16 with half a character in it"},
		{"\xfe\xff\xde\x00", "UTF-16 with half a character in it"},
		{"\xff\xfe\x00\x00a\x00\x00\x00", "UTF-32, which no Kubernetes tool reads"},
		{"\x00\x00\xfe\xff\x00\x00\x00a", "UTF-32, which no Kubernetes tool reads"},
		{"a\x00\x00\x00b\x00\x00\x00", "UTF-32, which no Kubernetes tool reads"},
	} {
		objects, unread := read(t, "f", c.text)
		assert.Empty(t, objects)
		assert.Equal(t, []string{"f: " + c.reason}, unread)
	}
}

// TestUnreadable has documents that are YAML and still no objects that can be
// checked.
func TestUnreadable(t *testing.T) {
	const hint = "; render it first, or leave it out"
	for _, c := range []struct {
		name, text string
		objects    []string
		unread     []string
	}{
		{"SOPS", block("a") + "data:\n  k: ENC[AES256_GCM,data:x,type:str]\nsops:\n  mac: ENC[x]\n", []string{"a 4:9"}, nil},
		{
			"SOPS, all encrypted", block("ENC[AES256_GCM,data:x]") + "---\n" + block("b"),
			[]string{"b 9:9 [1]"},
			[]string{"f:4: metadata.name is encrypted by SOPS; encrypt only data and stringData (encrypted_regex)"},
		},
		{
			"SOPS, kind", `{"apiVersion":"v1","kind":"ENC[x]","metadata":{"name":"a"}}`, nil,
			[]string{"f:1: kind is encrypted by SOPS; encrypt only data and stringData (encrypted_regex)"},
		},
		{
			"SOPS in a List", "apiVersion: v1\nkind: List\nitems:\n- " + cm("'ENC[x]'") + "- " + cm("b"),
			[]string{"b 5:54 items[1]"},
			[]string{"f:4: metadata.name is encrypted by SOPS; encrypt only data and stringData (encrypted_regex)"},
		},
		{
			"template in quotes", block("'{{ .Release.Name }}-a'") + "---\n" + block("b"),
			[]string{"b 9:9 [1]"},
			[]string{"f:4: metadata.name is a template" + hint},
		},
		{"template without quotes", block("{{ x }}") + "---\n" + block("b"), []string{"b 9:9 [1]"}, []string{"f:4: metadata.name is a template" + hint}},
		{"template as metadata", "apiVersion: v1\nkind: X\nmetadata: {{ x }}\n", nil, []string{"f:3: metadata is a template" + hint}},
		{"template as document", "{{ x }}\n---\n" + block("b"), []string{"b 6:9 [1]"}, []string{"f:1: a template" + hint}},
		{
			"template before a document", "{{ if .Values.x }}\n" + block("a") + "{{ end }}\n", nil,
			[]string{"f:2: not valid YAML: something follows the end of the document; it looks like a template: " + hint[2:]},
		},
		{"template in the content", block("a") + "data: {{ x }}\nspec: '{{ y }}'\n", []string{"a 4:9"}, nil},
		{"template that is not YAML", block("{{ x }}-a"), nil, []string{"f:4: not valid YAML: did not find expected key; it looks like a template: " + hint[2:]}},
		{
			"Jinja", "{% if x %}\n" + block("a") + "{% endif %}\n", nil,
			[]string{"f:1: not valid YAML: found character that cannot start any token; it looks like a template: " + hint[2:]},
		},
		{"lists in lists", strings.Repeat("{apiVersion: v1, kind: List, items: [", 21) + cm("a") + strings.Repeat("]}", 21), nil, []string{"f:1: lists nested more than 20 deep"}},
		{"alias without anchor", block("*x"), nil, []string{"f:1: not valid YAML: an alias without its anchor"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects, unread := read(t, "f", c.text)
			objects = slices.DeleteFunc(objects, func(o dupcheck.Object) bool { return o.Placeholder })
			assert.Equal(t, append([]string{}, c.objects...), names(objects))
			assert.Equal(t, c.unread, unread)
		})
	}
}

func TestReadFails(t *testing.T) {
	broken := errors.New("broken pipe")
	n := 0
	for _, err := range manifest.Read("a\nb", iotest.ErrReader(broken)) {
		require.ErrorIs(t, err, broken)
		assert.Equal(t, `"a\nb": broken pipe`, err.Error())
		n++
	}
	assert.Equal(t, 1, n)
}

// secret is planted in documents, whole and in pieces.
const secret = "s3cr3t"

// FuzzReason plants a secret in text of all kinds. Whatever is wrong with the
// text, no reason may tell it.
func FuzzReason(f *testing.F) {
	for _, s := range streams {
		f.Add(s, uint(3))
		f.Add(s, uint(17))
	}
	for _, s := range []string{"a: *", "a: !", "!a!", "%TAG ! ", "%", "a: '", "a: \"\\", "&", "{{ ", "ENC[", block("a") + " ", "a: `", "@", "a: |", "a: |9", "{a: [", "!!int ", "<<: ", "? ", "a: *it's", "a: *x'y'", "*\"", "!<"} {
		f.Add(s, uint(len(s)))
	}
	f.Fuzz(func(t *testing.T, text string, at uint) {
		if strings.Contains(text, secret) {
			return
		}
		at %= uint(len(text) + 1)
		_, unread := read(t, "f", text[:at]+secret+text[at:])
		for _, reason := range unread {
			assert.NotContains(t, reason, secret)
		}
		_, unread = read(t, "f", text[:at]+secret+" "+secret+": '"+secret+text[at:]+"\n"+secret)
		for _, reason := range unread {
			assert.NotContains(t, reason, secret)
		}
	})
}
