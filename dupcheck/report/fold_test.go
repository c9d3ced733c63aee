package report_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// copies is n objects, each declared once in every one of the directories.
func copies(prefix string, n int, dirs ...string) (ds []dupcheck.Diagnostic) {
	for i := range n {
		var files []string
		for _, dir := range dirs {
			files = append(files, dir+"/web/app.yaml")
		}
		ds = append(ds, collision(fmt.Sprintf("%s%d", prefix, i), files...))
	}
	return ds
}

func messages(ds []dupcheck.Diagnostic) []string {
	out := make([]string, len(ds))
	for i, d := range ds {
		out[i] = d.Message
	}
	return out
}

func TestFoldInText(t *testing.T) {
	r := dupcheck.Report{Files: 2, Objects: 26, Diagnostics: copies("x", 12, "env/prod01", "env/prod02")}
	r.Diagnostics[3].Rule = dupcheck.IdenticalObject
	line := func(string, int) (string, bool) { return "  name: x0", true }
	assert.Equal(t, `12 errors: 12 objects are declared twice

env/prod02/web/app.yaml:2:9: error: env/prod01 and env/prod02 declare the same 12 objects (1 of them with identical contents), ConfigMap x0 among them [duplicate-object]
  |
2 |   name: x0
  |         ^^
env/prod01/web/app.yaml:1:9: note: first declared here
  |
1 |   name: x0
  |         ^^
note: applied in this order the one at env/prod02/web/app.yaml:2 wins
help: if they are for different clusters, check them as separate sets: set 'env/*'; if not, -o json lists all 12

2 files, 26 objects, 12 errors
`, render(t, "text", r, report.Options{Source: line}))
	assert.Equal(t, `env/prod02/web/app.yaml:2:9: error: env/prod01 and env/prod02 declare the same 12 objects (1 of them with identical contents), ConfigMap x0 among them; first declared at env/prod01/web/app.yaml:1:9; the last one wins [duplicate-object]
2 files, 26 objects, 12 errors
`, render(t, "oneline", r, report.Options{}))
	for _, format := range []string{"json", "sarif", "github", "junit"} {
		out := render(t, format, r, report.Options{})
		assert.NotContains(t, out, "declare the same", format)
		for i := range r.Diagnostics {
			assert.Contains(t, out, fmt.Sprintf("ConfigMap x%d is declared", i), format)
		}
	}
}

func TestFold(t *testing.T) {
	inSet := func(ds []dupcheck.Diagnostic) []dupcheck.Diagnostic {
		for i := range ds {
			ds[i].Set = "s"
		}
		return ds
	}
	tests := []struct {
		name string
		in   []dupcheck.Diagnostic
		want []string
	}{
		{"three", copies("x", 3, "env/a", "env/b"), []string{"env/a and env/b declare the same 3 objects, ConfigMap x0 among them"}},
		{"two", copies("x", 2, "env/a", "env/b"), []string{"ConfigMap x0 is declared more than once", "ConfigMap x1 is declared more than once"}},
		{
			"two of the three in another set", append(copies("x", 2, "env/a", "env/b"), inSet(copies("x", 1, "env/a", "env/b"))...),
			[]string{"ConfigMap x0 is declared more than once", "ConfigMap x1 is declared more than once", "ConfigMap x0 is declared more than once"},
		},
		{
			"two of the three in another parent", append(copies("x", 2, "env/a", "env/b"), copies("y", 1, "dev/a", "dev/b")...),
			[]string{"ConfigMap x0 is declared more than once", "ConfigMap x1 is declared more than once", "ConfigMap y0 is declared more than once"},
		},
		{"top", copies("x", 3, "a", "b"), []string{"a and b declare the same 3 objects, ConfigMap x0 among them"}},
		{"absolute", copies("x", 3, "/a", "/b"), []string{"/a and /b declare the same 3 objects, ConfigMap x0 among them"}},
		{"above", copies("x", 3, "../a", "../b"), []string{"../a and ../b declare the same 3 objects, ConfigMap x0 among them"}},
		{"many", copies("x", 3, "env/d", "env/b", "env/a", "env/c"), []string{"env/a and env/b (and 2 more) declare the same 3 objects, ConfigMap x0 among them"}},
		{
			"chain", append(copies("x", 3, "env/a", "env/b"), copies("y", 3, "env/b", "env/c")...),
			[]string{"env/a and env/b (and 1 more) declare 6 objects more than once between them, ConfigMap x0 among them"},
		},
		{
			"two pairs", append(copies("x", 3, "env/a", "env/b"), copies("y", 3, "env/c", "env/d")...),
			[]string{"env/a and env/b declare the same 3 objects, ConfigMap x0 among them", "env/c and env/d declare the same 3 objects, ConfigMap y0 among them"},
		},
		{
			"pairs that share three only together",
			slices.Concat(copies("x", 2, "env/a", "env/b"), copies("y", 1, "env/a", "env/b", "env/c"), copies("z", 2, "env/c", "env/a")),
			[]string{"env/a and env/b (and 1 more) declare 5 objects more than once between them, ConfigMap x0 among them"},
		},
		{
			"a third place is told", append(copies("x", 3, "env/a", "env/b"), copies("y", 1, "env/a", "env/b", "env/c")...),
			[]string{"env/a and env/b declare the same 3 objects, ConfigMap x0 among them", "ConfigMap y0 is declared more than once"},
		},
		{
			"nearly all have a third place", slices.Concat(copies("x", 1, "env/a", "env/b"), copies("x", 1, "env/a", "env/b", "env/c"),
				copies("x", 1, "env/a", "env/b", "env/d"), copies("x", 1, "env/a", "env/b", "env/e")),
			slices.Repeat([]string{"ConfigMap x0 is declared more than once"}, 4),
		},
		{
			"one directory",
			[]dupcheck.Diagnostic{collision("x", "env/a/1.yaml", "env/a/2.yaml"), collision("y", "env/a/1.yaml", "env/a/2.yaml"), collision("z", "env/a/1.yaml", "env/a/2.yaml")},
			[]string{"ConfigMap x is declared more than once", "ConfigMap y is declared more than once", "ConfigMap z is declared more than once"},
		},
		{
			"twice in one directory", append(copies("x", 3, "env/a", "env/b"), collision("y", "env/a/1.yaml", "env/a/2.yaml", "env/b/1.yaml")),
			[]string{"env/a and env/b declare the same 3 objects, ConfigMap x0 among them", "ConfigMap y is declared more than once"},
		},
		{
			"a file in the parent",
			[]dupcheck.Diagnostic{collision("x", "env/x.yaml", "env/a/x.yaml"), collision("y", "env/x.yaml", "env/a/x.yaml"), collision("z", "env/x.yaml", "env/a/x.yaml")},
			[]string{"ConfigMap x is declared more than once", "ConfigMap y is declared more than once", "ConfigMap z is declared more than once"},
		},
		{
			"files in the root",
			[]dupcheck.Diagnostic{collision("x", "/x.yaml", "a.yaml"), collision("y", "x.yaml", "a/x.yaml"), collision("z", "", "b/x.yaml")},
			[]string{"ConfigMap x is declared more than once", "ConfigMap y is declared more than once", "ConfigMap z is declared more than once"},
		},
		{"parent's parent", copies("x", 3, "../../a", "../b")[:1], []string{"ConfigMap x0 is declared more than once"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.in)
			assert.Equal(t, tt.want, messages(report.Fold(dupcheck.Report{Diagnostics: tt.in})))
			assert.Equal(t, before, tt.in, "the report is left alone")
		})
	}
}

func TestFoldKeepsOtherRulesAndOrder(t *testing.T) {
	ds := copies("x", 3, "env/a", "env/b")
	other := collision("y", "env/a/y.yaml", "env/b/y.yaml")
	other.Rule, other.Message = dupcheck.PossibleDuplicate, "possible"
	ds = slices.Concat([]dupcheck.Diagnostic{other}, ds[:1], []dupcheck.Diagnostic{other}, ds[1:], []dupcheck.Diagnostic{other})
	assert.Equal(t, []string{"possible", "env/a and env/b declare the same 3 objects, ConfigMap x0 among them", "possible", "possible"},
		messages(report.Fold(dupcheck.Report{Diagnostics: ds})))
}

func TestFoldRuleSeverityAndEffect(t *testing.T) {
	ds := copies("x", 3, "env/a", "env/b")
	for i := range ds {
		ds[i].Rule, ds[i].Severity, ds[i].Identical, ds[i].Effect = dupcheck.IdenticalObject, dupcheck.Warning, true, "e"
	}
	d := report.Fold(dupcheck.Report{Diagnostics: ds})[0]
	assert.Equal(t, "env/a and env/b declare the same 3 objects with identical contents, ConfigMap x0 among them", d.Message)
	assert.Equal(t, []any{dupcheck.IdenticalObject, dupcheck.Warning, true, true, "e"}, []any{d.Rule, d.Severity, d.Identical, d.LastWins, d.Effect})
	ds[2].Rule, ds[2].Severity, ds[2].Identical, ds[2].Effect, ds[2].LastWins = dupcheck.DuplicateObject, dupcheck.Error, false, "f", false
	d = report.Fold(dupcheck.Report{Diagnostics: ds})[0]
	assert.Equal(t, []any{dupcheck.DuplicateObject, dupcheck.Error, false, false, ""}, []any{d.Rule, d.Severity, d.Identical, d.LastWins, d.Effect})
}

func TestFoldAdvice(t *testing.T) {
	for dir, want := range map[string]string{
		"env/":        "check them as separate sets: set 'env/*'; if",
		"":            "check them as separate sets: set '*'; if",
		"it's/":       "check them as separate sets; if",
		"{name}/":     "check them as separate sets; if",
		"a b/":        "check them as separate sets; if",
		"env\n::x::/": "check them as separate sets; if",
	} {
		d := report.Fold(dupcheck.Report{Diagnostics: copies("x", 3, dir+"a", dir+"b")})[0]
		assert.Contains(t, d.Advice, want)
	}
	d := report.Fold(dupcheck.Report{Diagnostics: copies("x", 3, "e\n/a", "e\n/b")})[0]
	assert.Contains(t, d.Message, `"e\n/a" and "e\n/b" declare`)
}

// The answer must not depend on the order of a map, nor folding take long.
func TestFoldIsStable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var ds []dupcheck.Diagnostic
	for i := range 300 {
		a := random.IntN(20)
		ds = append(ds, collision(fmt.Sprint(i), fmt.Sprintf("env/%d/x.yaml", a), fmt.Sprintf("env/%d/x.yaml", a+1+random.IntN(5))))
	}
	want := report.Fold(dupcheck.Report{Diagnostics: ds})
	assert.Less(t, len(want), len(ds))
	for range 20 {
		assert.Equal(t, want, report.Fold(dupcheck.Report{Diagnostics: ds}))
	}
}

func TestFoldManyDirectories(t *testing.T) {
	var dirs []string
	for i := range 5000 {
		dirs = append(dirs, fmt.Sprintf("env/%04d", i))
	}
	ds := copies("x", 20, dirs...)
	for i := range 20 { // each in directories of its own, so that pairs are counted
		ds = append(ds, copies(fmt.Sprintf("y%d-", i), 1, dirs[i:]...)...)
	}
	folded := report.Fold(dupcheck.Report{Diagnostics: ds})
	assert.Equal(t, []string{"env/0000 and env/0001 (and 4998 more) declare 40 objects more than once between them, ConfigMap x0 among them"}, messages(folded))
	assert.Len(t, strings.Split(render(t, "oneline", dupcheck.Report{Diagnostics: ds[20:]}, report.Options{}), "\n"), 22, "too many pairs: not folded")
}
