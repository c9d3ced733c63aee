package report_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestJUnitIncident(t *testing.T) {
	r := incident()
	r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{
		Rule: dupcheck.NearDuplicate, Set: "prod", Message: "<m> & \x01",
		Declarations: []dupcheck.Declaration{{Position: dupcheck.Position{File: "a.yaml", Line: 2, Column: 3}}},
	})
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not UTF-8"}}
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kuniq" tests="3" failures="1" errors="1" skipped="0">
  <testsuite name="kuniq" tests="3" failures="1" errors="1" skipped="0">
    <testcase name="Application.argoproj.io argocd/idpe-cd at env/prod/apps.yaml:24:9" classname="kuniq.duplicate-object" file="env/prod/apps.yaml" line="24">
      <failure message="Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path; first declared at env/prod/apps.yaml:4:9; the last one wins; Argo CD would prune what the other deployed. Help: rename or remove one" type="duplicate-object">env/prod/apps.yaml:24:9: error: Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path [duplicate-object]&#xA;env/prod/apps.yaml:4:9: note: first declared here&#xA;note: applied in this order the one at line 24 wins; Argo CD would prune what the other deployed&#xA;help: rename or remove one&#xA;</failure>
    </testcase>
    <testcase name="a.yaml:2:3 in set prod" classname="kuniq.near-duplicate" file="a.yaml" line="2">
      <system-out>a.yaml:2:3: warning: in set prod: &#34;&lt;m&gt; &amp; \x01&#34; [near-duplicate]&#xA;</system-out>
    </testcase>
    <testcase name="x.yaml:3" classname="kuniq.unread" file="x.yaml" line="3">
      <error message="not UTF-8" type="unread">x.yaml:3: unread: not UTF-8</error>
    </testcase>
  </testsuite>
</testsuites>
`, render(t, "junit", r, report.Options{}))
}

func TestJUnitClean(t *testing.T) {
	assert.Contains(t, render(t, "junit", dupcheck.Report{Files: 3, Objects: 6}, report.Options{}),
		`  <testsuite name="kuniq" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="3 files, 6 objects, no duplicates" classname="kuniq"></testcase>
  </testsuite>`)
	assert.Contains(t, render(t, "junit", dupcheck.Report{}, report.Options{}),
		`  <testsuite name="kuniq" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="0 files, 0 objects, nothing was checked" classname="kuniq">
      <skipped message="nothing was checked"></skipped>
    </testcase>
  </testsuite>`)
}
