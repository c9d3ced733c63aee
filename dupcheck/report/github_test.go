package report_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestGitHubIncident(t *testing.T) {
	r := incident()
	r.Diagnostics = append(r.Diagnostics,
		dupcheck.Diagnostic{Rule: dupcheck.NearDuplicate, Set: "a", Message: "100%, twice: m"},
		dupcheck.Diagnostic{
			Rule: dupcheck.NearDuplicate, Severity: dupcheck.Info, Message: "m",
			Declarations: []dupcheck.Declaration{{Position: dupcheck.Position{File: "a.yaml", Path: "items[1]"}}},
		})
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not UTF-8"}}
	assert.Equal(t, `::error file=env/prod/apps.yaml,line=24,col=9,title=kuniq duplicate-object::Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path; first declared at env/prod/apps.yaml:4:9; the last one wins; Argo CD would prune what the other deployed. Help: rename or remove one (https://github.com/kuniq/kuniq/blob/main/docs/rules.md#duplicate-object)
::warning title=kuniq near-duplicate::in set a: 100%25, twice: m (https://github.com/kuniq/kuniq/blob/main/docs/rules.md#near-duplicate)
::notice file=a.yaml,title=kuniq near-duplicate::m (items[1]) (https://github.com/kuniq/kuniq/blob/main/docs/rules.md#near-duplicate)
::error file=x.yaml,line=3,title=kuniq unread::x.yaml:3: unread: not UTF-8
3 files, 4 objects, 1 error, 1 warning, 1 info, 1 unread
`, render(t, "github", r, report.Options{}))
}

func TestGitHubEscapes(t *testing.T) {
	d := collision("x", "a%b,c:d\r\n::error::", "::stop-commands::x,y")
	assert.Equal(t, `::error file=%3A%3Astop-commands%3A%3Ax%2Cy,line=2,col=9,title=kuniq duplicate-object::ConfigMap x is declared more than once; first declared at "a%25b,c:d\r\n::error::":1:9; the last one wins. Help: remove one (https://github.com/kuniq/kuniq/blob/main/docs/rules.md#duplicate-object)
0 files, 0 objects, 1 error
`, render(t, "github", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{}))
}
