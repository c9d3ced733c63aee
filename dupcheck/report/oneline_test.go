package report_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestOnelineIncident(t *testing.T) {
	r := incident()
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not\nUTF-8"}}
	assert.Equal(t, `env/prod/apps.yaml:24:9: error: Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path; first declared at env/prod/apps.yaml:4:9; the last one wins [duplicate-object]
x.yaml:3: unread: "not\nUTF-8"
3 files, 4 objects, 1 error, 1 unread
`, render(t, "oneline", r, report.Options{}))
}

func TestOnelinePlaces(t *testing.T) {
	tests := []struct {
		files []string
		want  string
	}{
		{[]string{"a"}, "a:1:9: error: ConfigMap x is declared more than once [duplicate-object]"},
		{[]string{"a", "b", "c"}, "c:3:9: error: ConfigMap x is declared more than once; first declared at a:1:9, also at b:2:9; the last one wins [duplicate-object]"},
		{[]string{"a", "b", "c", "d", "e"}, "e:5:9: error: ConfigMap x is declared more than once; first declared at a:1:9, also at b:2:9, c:3:9, d:4:9; the last one wins [duplicate-object]"},
		{strings.Split("a b c d e f g", " "), "g:7:9: error: ConfigMap x is declared more than once; first declared at a:1:9, also at b:2:9, c:3:9, d:4:9, and 2 more; the last one wins [duplicate-object]"},
	}
	for _, tt := range tests {
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{collision("x", tt.files...)}}
		assert.Equal(t, tt.want+"\n0 files, 0 objects, 1 error\n", render(t, "oneline", r, report.Options{}))
	}
}

func TestOnelineWithoutPlace(t *testing.T) {
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: dupcheck.NearDuplicate, Set: "a b", Message: "m"}}}
	assert.Equal(t, "warning: in set a b: m [near-duplicate]\n0 files, 0 objects, 1 warning\n", render(t, "oneline", r, report.Options{}))
}

// TestOnelineAlso: a rule whose places are all alike says "also" once.
func TestOnelineAlso(t *testing.T) {
	d := collision("x", "a", "b", "c")
	d.Rule = "shared-object"
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}
	assert.Contains(t, render(t, "oneline", r, report.Options{}), "more than once; also at a:1:9, b:2:9; the last one wins")
}
