package dupcheck_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestDiffers(t *testing.T) {
	tests := []struct {
		name    string
		values  []string
		differs []string
	}{
		{"equal", []string{`{"a":1,"b":[1,{"c":null}]}`, `{"b":[1,{"c":null}],"a":1}`}, nil},
		{"scalar", []string{`{"a":1}`, `{"a":2}`}, []string{"a"}},
		{"absent", []string{`{}`, `{"a":null}`}, []string{"a"}},
		{"other key", []string{`{"a":1}`, `{"b":1}`}, []string{"a", "b"}},
		{"type", []string{`{"a":"1"}`, `{"a":1}`}, []string{"a"}},
		{"shape", []string{`{"a":[1]}`, `{"a":{"b":1}}`}, []string{"a"}},
		{"collection and scalar", []string{`{"a":{"b":1}}`, `{"a":1}`, `{"a":{"b":1}}`}, []string{"a"}},
		{"list", []string{`{"a":[1,2]}`, `{"a":[1,3,4]}`}, []string{"a[1]", "a[2]"}},
		{"list of three", []string{`{"a":[1]}`, `{"a":[1]}`, `{"a":[]}`}, []string{"a[0]"}},
		{"nested", []string{`{"spec":{"ports":[{"port":80}]}}`, `{"spec":{"ports":[{"port":81}]}}`}, []string{"spec.ports[0].port"}},
		{"keys", []string{`{"":1,"a.b/c":1,"a b":1,"\u001b":1,"\"":1,"ok-1_A":1}`, `{}`}, []string{
			`[""]`, `["\""]`, `["\x1b"]`, `["a b"]`, `["a.b/c"]`, "ok-1_A",
		}},
		{"nested key", []string{`{"a":{"b.c":{"d":1}}}`, `{"a":{"b.c":{"d":2}}}`}, []string{`a["b.c"].d`}},
		{"N-way", []string{`{"a":1,"b":1,"c":1}`, `{"a":1,"b":2,"c":1}`, `{"a":1,"b":1,"c":3}`}, []string{"b", "c"}},
		{"sorted as strings", []string{`{"a":{"b":1},"a-b":1,"l":[0,1,2,3,4,5,6,7,8,9,10]}`, `{"a":{"b":2},"a-b":2,"l":[0,1,0,3,4,5,6,7,8,9,0]}`}, []string{"a-b", "a.b", "l[10]", "l[2]"}},
		{"top", []string{`1`, `{}`}, []string{"."}},
		{"top list", []string{`[1]`, `[2]`}, []string{"[0]"}},
		{"version as written", []string{`{"apiVersion":"apps/v1"}`, `{"apiVersion":"apps/v1beta1"}`}, []string{"apiVersion"}},
		{"namespace as written", []string{`{"metadata":{"namespace":"a"}}`, `{"metadata":{}}`}, []string{"metadata.namespace"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var objects []dupcheck.Object
			for _, v := range tt.values {
				objects = append(objects, with(decoded(t, v)))
			}
			for range tt.values {
				d := only(t, dupcheck.Check(dupcheck.Rules{}, objects))
				assert.Equal(t, tt.differs, d.Differs)
				assert.Equal(t, len(tt.differs) == 0, d.Identical)
				assert.Nil(t, d.Values, "values are shown only on request")
				if d.Identical {
					assert.Equal(t, dupcheck.IdenticalObject, d.Rule)
				} else {
					assert.Equal(t, dupcheck.DuplicateObject, d.Rule)
					assert.Contains(t, d.Message, "; the declarations differ at "+dupcheck.Quote(tt.differs[0]))
				}
				objects = append(objects[1:], objects[0]) // independent of their order
			}
		})
	}
}

func TestDiffersIsCapped(t *testing.T) {
	fields := map[string]any{}
	for i := range 13 {
		fields[fmt.Sprintf("f%02d", i)] = i
	}
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(fields), with(map[string]any{})}))
	assert.Equal(t, []string{"f00", "f01", "f02", "f03", "f04", "f05", "f06", "f07", "f08", "f09"}, d.Differs)
	assert.Equal(t, 3, d.DiffersMore)
	assert.Equal(t, "X.example.com a/x is declared twice; the declarations differ at f00, f01, f02, f03, f04, f05, f06, f07, f08, f09 and 3 more", d.Message)
}

// TestDiffersKeepsTheLeast: paths are sorted as strings, in which "-" and "["
// come elsewhere than keys do.
func TestDiffersKeepsTheLeast(t *testing.T) {
	fields := map[string]any{}
	for i := range 12 {
		fields[fmt.Sprintf("f%02d", i)] = i
	}
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		with(map[string]any{"a": fields, "a-b": 1}), with(map[string]any{"a": map[string]any{}, "a-b": 2}),
	}))
	assert.Equal(t, []string{"a-b", "a.f00", "a.f01", "a.f02", "a.f03", "a.f04", "a.f05", "a.f06", "a.f07", "a.f08"}, d.Differs)
	assert.Equal(t, 3, d.DiffersMore)
}

func TestNumbers(t *testing.T) {
	equal := [][]any{
		{1, int64(1), uint64(1), 1.0, json.Number("1"), json.Number("1.0"), json.Number("1e0")},
		{-1, -1.0, json.Number("-1")},
		{0, json.Number("-0"), math.Copysign(0, -1)},
		{0.5, json.Number("0.50"), json.Number("5e-1")},
		{uint64(1 << 63), float64(1 << 63), json.Number("9223372036854775808")},
		{uint64(math.MaxUint64), json.Number("18446744073709551615")},
		{uint64(math.MaxUint64) - 1, json.Number("18446744073709551614")},
		{int64(1<<53 + 1), json.Number("9007199254740993")},
		{1e300, json.Number("1e300")},
		{json.Number("1e999")},
		{"1"},
		{true},
		{nil},
		{""},
		{math.Inf(1)},
	}
	for i, a := range equal {
		for j, b := range equal {
			for _, x := range a {
				for _, y := range b {
					d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(x), with(y)}))
					require.Equal(t, i == j, d.Identical, "%T %v and %T %v", x, x, y, y)
				}
			}
		}
	}
}

func TestForeignValues(t *testing.T) {
	type odd struct{ list []string }
	for _, v := range []any{odd{[]string{"a"}}, []string{"a"}, map[string]string{"a": "b"}, int32(1)} {
		dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(v), with(v)}) // it does not panic
	}
}

func TestProvenanceIsIgnored(t *testing.T) {
	annotated := func(annotations string) dupcheck.Object {
		return with(decoded(t, `{"metadata":{"name":"x"`+annotations+`},"spec":1}`))
	}
	plain := annotated("")
	for _, annotations := range []string{
		`{"config.kubernetes.io/index":"0"}`, `{"config.kubernetes.io/path":"a.yaml"}`, `{"config.kubernetes.io/origin":"x"}`,
		`{"internal.config.kubernetes.io/anything":"x"}`, `{"config.k8s.io/id":"1"}`, `{"kustomize.config.k8s.io/id":"1"}`,
		`{"kubecfg.github.com/provenance-file":"a","kubecfg.github.com/provenance-path":"$"}`,
		`{"postrenderer.helm.sh/postrender-filename":"web/templates/a.yaml"}`,
	} {
		o := annotated(`,"annotations":` + annotations)
		assert.True(t, only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{plain, o})).Identical, annotations)
		value, _ := o.Body.Value()
		assert.Len(t, value.(map[string]any)["metadata"], 2, "the reader's value is not changed")
	}
	for _, annotations := range []string{
		`{"config.kubernetes.io/local-config":"true"}`, `{"config.kubernetes.io/depends-on":"x"}`, `{"a":"b"}`, `{}`,
	} {
		assert.False(t, only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{plain, annotated(`,"annotations":` + annotations)})).Identical, annotations)
	}
	both := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		annotated(`,"annotations":{"a":"1","config.kubernetes.io/index":"0"}`), annotated(`,"annotations":{"a":"2"}`),
	}))
	assert.Equal(t, []string{"metadata.annotations.a"}, both.Differs)
}

func TestShowValues(t *testing.T) {
	rules := dupcheck.Rules{ShowValues: true}
	long := strings.Repeat("\u00e9", 100)
	d := only(t, dupcheck.Check(rules, []dupcheck.Object{
		with(map[string]any{"a": 1, "b": "x<y\n", "c": []any{map[string]any{"k": nil}}, "long": long}),
		with(map[string]any{"a": 2, "b": true, "long": "z"}),
	}))
	assert.Equal(t, []dupcheck.Difference{
		{Path: "a", Values: []string{"1", "2"}},
		{Path: "b", Values: []string{`"x<y\n"`, "true"}},
		{Path: "c", Values: []string{`[{"k":null}]`, ""}},
		{Path: "long", Values: []string{`"` + strings.Repeat("\u00e9", 76) + "...", `"z"`}},
	}, d.Values)
}
