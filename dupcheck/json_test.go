package dupcheck_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// hostile are strings that JSON has to escape, or Quote.
var hostile = []string{"", "web", "a<b>&\"c\\", "\u2028\u202e\x7f", "\xff", "\x00\n\t", "ä/\U0001f600"}

// fill sets every string, number and boolean of a value, and gives lists two elements.
// Each call takes the next of the hostile strings.
func fill(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile[*next%len(hostile)])
	case reflect.Int:
		v.SetInt(int64(*next - 9))
	case reflect.Bool:
		v.SetBool(*next%2 == 0)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), next)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	}
}

// quoted is a copy of a value without the strings that are not UTF-8.
func quoted[T any](v T) T {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString(dupcheck.UTF8(v.String()))
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(&v).Elem())
	return v
}

// TestJSONOfDiagnostic compares the fields that are appended with those that encoding/json
// makes of the same types by their tags.
func TestJSONOfDiagnostic(t *testing.T) {
	for next := range 40 {
		var d dupcheck.Diagnostic
		fill(reflect.ValueOf(&d).Elem(), &next)
		d.Rule, d.Severity, d.Code = dupcheck.DuplicateObject, dupcheck.Warning, "a-code" // which are ours
		got, err := json.Marshal(d)
		require.NoError(t, err)
		var wins *int
		if i, ok := d.Wins(); ok {
			wins = &i
		}
		var id any
		if d.ID != (dupcheck.ID{}) {
			id = quoted(d.ID)
		}
		q := quoted(d)
		want, err := json.Marshal(struct {
			Rule         dupcheck.Rule          `json:"rule"`
			Severity     dupcheck.Severity      `json:"severity"`
			Set          string                 `json:"set"`
			ID           any                    `json:"id"`
			Message      string                 `json:"message"`
			Several      bool                   `json:"several,omitempty"`
			Identical    bool                   `json:"identical"`
			Differs      []string               `json:"differs"`
			DiffersMore  int                    `json:"differsMore"`
			Values       []dupcheck.Difference  `json:"values,omitempty"`
			Wins         *int                   `json:"wins"`
			Effect       string                 `json:"effect"`
			Advice       string                 `json:"advice"`
			Code         dupcheck.Code          `json:"code,omitempty"`
			Declarations []dupcheck.Declaration `json:"declarations"`
		}{
			d.Rule, d.Severity, q.Set, id, q.Message, d.Several, d.Identical, q.Differs, d.DiffersMore, q.Values, wins,
			q.Effect, q.Advice, d.Code, q.Declarations,
		})
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
	empty, err := json.Marshal(dupcheck.Diagnostic{Rule: dupcheck.DuplicateObject})
	require.NoError(t, err)
	require.True(t, bytes.Contains(empty, []byte(`"id":null`)) && bytes.Contains(empty, []byte(`"differs":[]`)) && bytes.Contains(empty, []byte(`"declarations":[]`)), "%s", empty)
}
