package dupcheck_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

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

// TestSecretsAreNeverShown: not even on request, and not under another name
// for the kind.
func TestSecretsAreNeverShown(t *testing.T) {
	secret := func(apiVersion, kind, value string) dupcheck.Object {
		o := object(apiVersion, kind, "a", "x")
		o.Body = body{value: map[string]any{"data": map[string]any{"password": value}}}
		return o
	}
	aliases := dupcheck.Rules{ShowValues: true, Aliases: map[groupKind]groupKind{{Group: "", Kind: "Secret"}: {Group: "example.com", Kind: "Hidden"}}}
	toSecret := dupcheck.Rules{ShowValues: true, Aliases: map[groupKind]groupKind{{Group: "example.com", Kind: "Hidden"}: {Group: "", Kind: "Secret"}}}
	for _, tt := range []struct {
		rules   dupcheck.Rules
		objects []dupcheck.Object
	}{
		{dupcheck.Rules{}, []dupcheck.Object{secret("v1", "Secret", "hunter1"), secret("v1", "Secret", "hunter2")}},
		{dupcheck.Rules{ShowValues: true}, []dupcheck.Object{secret("v1", "Secret", "hunter1"), secret("/v1", "Secret", "hunter2")}},
		{toSecret, []dupcheck.Object{secret("example.com/v1", "Hidden", "hunter1"), secret("example.com/v1", "Hidden", "hunter2")}},
		{aliases, []dupcheck.Object{secret("example.com/v1", "Hidden", "hunter1"), secret("v1", "Secret", "hunter2")}},
	} {
		d := only(t, dupcheck.Check(tt.rules, tt.objects))
		assert.Equal(t, []string{"data.password"}, d.Differs)
		assert.Nil(t, d.Values)
		assert.NotContains(t, fmt.Sprintf("%+v", d), "hunter")
	}
}

// TestHiddenSecretsAreNeverShown: what is no Secret to a server, or not by
// itself, may be one all the same.
func TestHiddenSecretsAreNeverShown(t *testing.T) {
	inner := func(value any) any { return map[string]any{"kind": "Secret", "data": map[string]any{"p": value}} }
	object := func(kind string, value any) dupcheck.Object {
		return dupcheck.Object{APIVersion: "v1", Kind: kind, Name: "x", Body: body{value: value}}
	}
	twoKinds := func(value string) dupcheck.Object {
		o := object("ConfigMap", value)
		o.ReaderFindings = []dupcheck.Diagnostic{{Rule: dupcheck.DuplicateKey, Declarations: []dupcheck.Declaration{{Kind: "Secret"}, {}}}}
		return o
	}
	for name, pair := range map[string][2]dupcheck.Object{
		"misspelt":      {object("secret", "hunter1"), object("secret", "hunter2")},
		"blank":         {object("Secret ", "hunter1"), object("Secret ", "hunter2")},
		"list":          {object("SecretList", "hunter1"), object("SecretList", "hunter2")},
		"in a list":     {object("Bundle", []any{inner("hunter1")}), object("Bundle", []any{inner("hunter2")})},
		"in a template": {object("Template", map[string]any{"objects": []any{1, inner("hunter1")}}), object("Template", map[string]any{})},
		"two kinds":     {twoKinds("hunter1"), twoKinds("hunter2")},
	} {
		for _, d := range dupcheck.Check(dupcheck.Rules{ShowValues: true}, pair[:]).Diagnostics {
			assert.Nil(t, d.Values, name)
			assert.NotContains(t, fmt.Sprintf("%+v", d), "hunter", name)
		}
	}
	d := only(t, dupcheck.Check(dupcheck.Rules{ShowValues: true}, []dupcheck.Object{
		object("ConfigMap", map[string]any{"kind": "secretive"}), object("ConfigMap", map[string]any{"kind": 1}),
	}))
	assert.Len(t, d.Values, 1, "these are none")
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

	cycle := map[string]any{}
	cycle["again"] = cycle
	d = only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(cycle), with(cycle)}))
	assert.Contains(t, d.Message, "they are too large")

	var many []dupcheck.Object
	for i := range 5 {
		many = append(many, with([]any{i, make([]any, 450_000)}))
	}
	d = only(t, dupcheck.Check(dupcheck.Rules{}, many))
	assert.Contains(t, d.Message, "they are too large", "together")
	assert.NotEmpty(t, only(t, dupcheck.Check(dupcheck.Rules{}, many[:4])).Differs)

	gone := with(nil)
	gone.At.Line, gone.Body = 7, body{err: &dupcheck.Unread{File: "gone"}}
	assert.Equal(t, withoutOrder(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{with(bomb), gone})),
		withoutOrder(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{gone, with(bomb)})))

	large := any("x")
	for range 5 {
		large = []any{large, large, large, large, large, large, large, large, large, large}
	}
	large = []any{large, large, large, large}
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

// slow is a content that takes long to be had, and then is not.
type slow struct{ asked *int }

func (s slow) Value() (any, error) { *s.asked++; return nil, errors.New("too large") }

// TestManyCopies: copies of a large content are compared one by one.
func TestManyCopies(t *testing.T) {
	large := map[string]any{}
	for i := range 1000 {
		large[fmt.Sprint(i)] = []any{i, map[string]any{"a": "b"}}
	}
	var objects []dupcheck.Object
	for range 1000 {
		objects = append(objects, with(large))
	}
	assert.True(t, only(t, dupcheck.Check(dupcheck.Rules{}, objects)).Identical, "four million values")
	rules := dupcheck.Rules{ShowValues: true}
	d := only(t, dupcheck.Check(rules, append(objects, with(map[string]any{}), with(large))))
	assert.Equal(t, 990, d.DiffersMore)
	require.Len(t, d.Values[0].Values, 1002)
	assert.Equal(t, `[0,{"a":"b"}]`, d.Values[0].Values[0])
	assert.Empty(t, d.Values[0].Values[1000])
	assert.Equal(t, `[0,{"a":"b"}]`, d.Values[0].Values[1001])
}

// TestFailuresAreBounded: a thousand contents that are each too large to be
// decoded are not all decoded.
func TestFailuresAreBounded(t *testing.T) {
	asked := 0
	var objects []dupcheck.Object
	for i := range 1000 {
		o := with(nil)
		o.Name, o.Body = fmt.Sprintf("x%d", i/2), slow{&asked}
		objects = append(objects, o)
	}
	assert.Len(t, dupcheck.Check(dupcheck.Rules{}, objects).Diagnostics, 500)
	assert.Less(t, asked, 100)
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

// countedBody counts how often it is read.
type countedBody struct {
	text  string
	reads *int
}

func (b countedBody) Value() (any, error) {
	*b.reads++
	return map[string]any{"x": b.text}, nil
}

func (b countedBody) Changes(other dupcheck.Body) ([]dupcheck.Change, bool) {
	return nil, other.(countedBody).text == b.text
}

// TestContentsAreReadOnce counts how often contents are read: once if they differ, and
// never if they are known to be the same.
func TestContentsAreReadOnce(t *testing.T) {
	const n = 100
	for _, c := range []struct {
		second string
		reads  int
		rule   dupcheck.Rule
	}{{"a", 0, dupcheck.IdenticalObject}, {"b", 2 * n, dupcheck.DuplicateObject}} {
		reads := 0
		var objects []dupcheck.Object
		for _, text := range []string{"a", c.second} {
			for i := range n {
				objects = append(objects, dupcheck.Object{
					APIVersion: "v1", Kind: "ConfigMap", Namespace: "x", Name: fmt.Sprint("n", i), Body: countedBody{text, &reads},
					At: dupcheck.Position{File: text, Line: i + 1},
				})
			}
		}
		r := dupcheck.Check(dupcheck.Rules{}, objects)
		require.Len(t, r.Diagnostics, n)
		assert.Equal(t, c.rule, r.Diagnostics[0].Rule)
		assert.Equal(t, c.reads, reads)
	}
}
