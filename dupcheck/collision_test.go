package dupcheck_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
)

// with makes an object of kind X with a content.
func with(value any) dupcheck.Object {
	return dupcheck.Object{APIVersion: "example.com/v1", Kind: "X", Namespace: "a", Name: "x", Body: body{value: value}}
}

// decoded is a value from JSON, as a reader of manifests decodes it.
func decoded(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return v
}

func TestDiffers(t *testing.T) {
	tests := []struct {
		name    string
		values  []string
		differs []string
	}{
		{"equal", []string{`{"a":1,"b":[1,{"c":null}]}`, `{"b":[1,{"c":null}],"a":1}`}, nil},
		{"scalar", []string{`{"a":1}`, `{"a":2}`}, []string{"a"}},
		{"absent", []string{`{}`, `{"a":null}`}, []string{"a"}},
		{"type", []string{`{"a":"1"}`, `{"a":1}`}, []string{"a"}},
		{"shape", []string{`{"a":[1]}`, `{"a":{"b":1}}`}, []string{"a"}},
		{"collection and scalar", []string{`{"a":{"b":1}}`, `{"a":1}`, `{"a":{"b":1}}`}, []string{"a"}},
		{"list", []string{`{"a":[1,2]}`, `{"a":[1,3,4]}`}, []string{"a[1]", "a[2]"}},
		{"list of three", []string{`{"a":[1]}`, `{"a":[1]}`, `{"a":[]}`}, []string{"a[0]"}},
		{"nested", []string{`{"spec":{"ports":[{"port":80}]}}`, `{"spec":{"ports":[{"port":81}]}}`}, []string{"spec.ports[0].port"}},
		{"keys", []string{`{"":1,"a.b/c":1,"a b":1,"\u001b":1,"\"":1,"ok-1_A":1}`, `{}`}, []string{
			`[""]`, `["\""]`, `["\x1b"]`, `["a b"]`, `["a.b/c"]`, "ok-1_A"}},
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
		with(map[string]any{"a": fields, "a-b": 1}), with(map[string]any{"a": map[string]any{}, "a-b": 2})}))
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
		{"1"}, {true}, {nil}, {""}, {math.Inf(1)},
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
		assert.NotPanics(t, func() { dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(v), with(v)}) })
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
		annotated(`,"annotations":{"a":"1","config.kubernetes.io/index":"0"}`), annotated(`,"annotations":{"a":"2"}`)}))
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

// TestSecretsAreNeverShown: not even on request, and not under another name
// for the kind.
func TestSecretsAreNeverShown(t *testing.T) {
	secret := func(apiVersion, kind, value string) dupcheck.Object {
		o := object(apiVersion, kind, "a", "x")
		o.Body = body{value: map[string]any{"data": map[string]any{"password": value}}}
		return o
	}
	aliases := dupcheck.Rules{ShowValues: true, Aliases: map[groupKind]groupKind{{Group: "", Kind: "Secret"}: {Group: "example.com", Kind: "Hidden"}}}
	for _, tt := range []struct {
		rules   dupcheck.Rules
		objects []dupcheck.Object
	}{
		{dupcheck.Rules{}, []dupcheck.Object{secret("v1", "Secret", "hunter1"), secret("v1", "Secret", "hunter2")}},
		{dupcheck.Rules{ShowValues: true}, []dupcheck.Object{secret("v1", "Secret", "hunter1"), secret("/v1", "Secret", "hunter2")}},
		{aliases, []dupcheck.Object{secret("example.com/v1", "Hidden", "hunter1"), secret("v1", "Secret", "hunter2")}},
	} {
		d := only(t, dupcheck.Check(tt.rules, tt.objects))
		assert.Equal(t, []string{"data.password"}, d.Differs)
		assert.Nil(t, d.Values)
		assert.NotContains(t, fmt.Sprintf("%+v", d), "hunter")
	}
}

func TestContentsThatCannotBeHad(t *testing.T) {
	unread := &dupcheck.Unread{File: "b.yaml", Line: 3, Reason: "changed while it was being checked"}
	failing := func(err error) dupcheck.Object {
		o := with(nil)
		o.Body = body{err: err}
		return o
	}
	unknown := with(nil)
	unknown.Body = nil
	tests := []struct {
		name    string
		objects []dupcheck.Object
		message string
		unread  []dupcheck.Unread
	}{
		{"nil", []dupcheck.Object{with(1), unknown}, "the content is not known", nil},
		{"unread", []dupcheck.Object{with(1), failing(fmt.Errorf("wrapped: %w", unread))}, "changed while it was being checked", []dupcheck.Unread{*unread}},
		{"unread twice", []dupcheck.Object{failing(unread), failing(unread)}, "changed while it was being checked", []dupcheck.Unread{*unread}},
		{"both are in the report", []dupcheck.Object{failing(&dupcheck.Unread{File: "b"}), failing(&dupcheck.Unread{File: "a", Reason: "gone"})}, "", []dupcheck.Unread{{File: "a", Reason: "gone"}, {File: "b"}}},
		{"two reasons", []dupcheck.Object{failing(errors.New("b")), failing(errors.New("a"))}, "a", nil},
		{"other", []dupcheck.Object{failing(errors.New("\x1bboom")), with(1)}, `"\x1bboom"`, nil},
	}
	for _, tt := range tests {
		for range 2 {
			r := dupcheck.Check(dupcheck.Rules{}, tt.objects)
			d := only(t, r)
			assert.Equal(t, dupcheck.DuplicateObject, d.Rule, tt.name)
			assert.False(t, d.Identical, tt.name)
			assert.Empty(t, d.Differs, tt.name)
			assert.Contains(t, d.Message, "is declared twice; the contents were not compared: "+tt.message, tt.name)
			assert.Equal(t, tt.unread, r.Unread, tt.name)
			slices.Reverse(tt.objects)
		}
	}
}

// TestBombs: values that hold one another many times over, as YAML aliases
// make them, end in time and count as different.
func TestBombs(t *testing.T) {
	bomb := any("x")
	for range 9 {
		bomb = []any{bomb, bomb, bomb, bomb, bomb, bomb, bomb, bomb, bomb, bomb}
	}
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(bomb), with(bomb)}))
	assert.Equal(t, "X.example.com a/x is declared twice; the contents were not compared: they are too large", d.Message)

	large := any("x")
	for range 6 {
		large = []any{large, large, large, large, large, large, large, large, large, large}
	}
	var objects []dupcheck.Object
	for i := range 60 {
		for range 2 {
			o := with(large)
			o.Name = fmt.Sprintf("x%02d", i)
			objects = append(objects, o)
		}
	}
	compared := func(r dupcheck.Report) (names []string) {
		for _, d := range r.Diagnostics {
			if d.Identical {
				names = append(names, d.ID.Name)
			} else {
				assert.Contains(t, d.Message, "there is too much to compare in this input")
			}
		}
		return names
	}
	first := compared(dupcheck.Check(dupcheck.Rules{}, objects))
	assert.NotEmpty(t, first)
	assert.Less(t, len(first), 60)
	slices.Reverse(objects)
	assert.Equal(t, first, compared(dupcheck.Check(dupcheck.Rules{}, objects)), "independent of the order")
}

// TestDeepContents: paths are as deep as the input and are not kept.
func TestDeepContents(t *testing.T) {
	deep := func(end any) any {
		key := strings.Repeat("k", 1000)
		for range 10_000 {
			end = map[string]any{key: end}
		}
		return end
	}
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(deep(1)), with(deep(2))}))
	require.Len(t, d.Differs, 1)
	assert.Less(t, len(d.Differs[0]), 2000)
	assert.Less(t, len(d.Message), 3000)
}

// TestLongNames: a message does not repeat a name of a hundred megabytes.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("\u00e9", 1_000_000)
	a, b := object("v1", "ConfigMap", "a", long), object(long+"/v1", long, long, long)
	r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{a, a, b, b})
	assert.NotEmpty(t, r.Diagnostics)
	for _, d := range r.Diagnostics {
		assert.Less(t, len(d.Message)+len(d.Advice), 5000, d.Rule)
	}
}

func TestEffect(t *testing.T) {
	app := func(revision string) dupcheck.Object {
		o := object("argoproj.io/v1alpha1", "Application", "argocd", "idpe-cd")
		o.Body = body{value: map[string]any{"spec": revision}}
		return o
	}
	const prune = "Argo CD would prune what the other deployed"
	assert.Equal(t, prune, only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{app("a"), app("b")})).Effect)
	assert.Equal(t, "Argo CD would prune what the others deployed", only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{app("a"), app("b"), app("c")})).Effect)
	assert.Empty(t, only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{app("a"), app("a")})).Effect, "identical")
	assert.Empty(t, only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(1), with(2)})).Effect, "not an Application")
}

func TestWins(t *testing.T) {
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(1), with(2), with(3)}))
	assert.True(t, d.LastWins)
	wins, ok := d.Wins()
	assert.True(t, ok)
	assert.Equal(t, 2, wins)
	_, ok = dupcheck.Diagnostic{}.Wins()
	assert.False(t, ok)
	_, ok = dupcheck.Diagnostic{LastWins: true}.Wins()
	assert.False(t, ok)
}
