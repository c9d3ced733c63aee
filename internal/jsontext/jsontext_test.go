package jsontext_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/kuniq/kuniq/internal/jsontext"
)

// TestString compares strings of every byte and some characters with encoding/json.
func TestString(t *testing.T) {
	all := []string{"", "web", "a<b>&c", "ä\u2028\u2029\ufffd\u202e", "\xff", "##"}
	for c := range 256 {
		all = append(all, "a"+string([]byte{byte(c)})+"b")
	}
	for _, s := range all {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got := string(jsontext.String(nil, s)) + "\n"; got != want.String() {
			t.Errorf("%q: %s and not %s", s, got, want.String())
		}
	}
}

// TestFields writes one field of each sort.
func TestFields(t *testing.T) {
	b := jsontext.Number(jsontext.Text([]byte{'{'}, "a", `"`), "b", -1)
	b = jsontext.Bool(b, "c", true)
	b = jsontext.List(b, "d", 2, func(b []byte, i int) []byte { return jsontext.Number(append(b, '{'), "n", i) })
	if want := `{"a":"\"","b":-1,"c":true,"d":[{"n":0,{"n":1]`; string(b) != want {
		t.Errorf("%s and not %s", b, want)
	}
}
