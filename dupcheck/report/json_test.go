package report_test

import (
	"encoding/json"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestJSONIncident(t *testing.T) {
	r := incident()
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "a <b> & c"}}
	r.Skipped = []dupcheck.Skipped{{File: "chart/templates/a.yaml", Reason: "a template"}}
	assert.Equal(t, `{
  "version": 1,
  "files": 3,
  "objects": 4,
  "diagnostics": [
    {
      "rule": "duplicate-object",
      "severity": "error",
      "set": "",
      "id": {
        "group": "argoproj.io",
        "kind": "Application",
        "namespace": "argocd",
        "name": "idpe-cd"
      },
      "message": "Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path",
      "identical": false,
      "differs": [
        "spec.destination.namespace",
        "spec.source.path"
      ],
      "differsMore": 0,
      "wins": 1,
      "effect": "Argo CD would prune what the other deployed",
      "advice": "rename or remove one",
      "declarations": [
        {
          "file": "env/prod/apps.yaml",
          "line": 4,
          "column": 9,
          "document": 0,
          "path": "",
          "origin": "",
          "apiVersion": "argoproj.io/v1alpha1",
          "kind": "Application",
          "namespace": "argocd",
          "name": "idpe-cd",
          "generateName": ""
        },
        {
          "file": "env/prod/apps.yaml",
          "line": 24,
          "column": 9,
          "document": 1,
          "path": "",
          "origin": "",
          "apiVersion": "argoproj.io/v1alpha1",
          "kind": "Application",
          "namespace": "argocd",
          "name": "idpe-cd",
          "generateName": ""
        }
      ]
    }
  ],
  "unread": [
    {
      "file": "x.yaml",
      "line": 3,
      "reason": "a <b> & c"
    }
  ],
  "skipped": [
    {
      "file": "chart/templates/a.yaml",
      "reason": "a template"
    }
  ],
  "suppressed": [],
  "stale": [],
  "accounting": {
    "files": 0,
    "compared": 0,
    "inputs": 0,
    "notManifests": 0,
    "leftOut": 0,
    "unread": 0
  },
  "fileStates": []
}
`, render(t, "json", r, report.Options{}))
}

func TestJSONIsNeverNullButForIDAndWins(t *testing.T) {
	assert.Equal(t, "{\n  \"version\": 1,\n  \"files\": 0,\n  \"objects\": 0,\n  \"diagnostics\": [],\n  \"unread\": [],\n  \"skipped\": [],\n  \"suppressed\": [],\n  \"stale\": [],\n  \"accounting\": {\n    \"files\": 0,\n    \"compared\": 0,\n    \"inputs\": 0,\n    \"notManifests\": 0,\n    \"leftOut\": 0,\n    \"unread\": 0\n  },\n  \"fileStates\": []\n}\n",
		render(t, "json", dupcheck.Report{}, report.Options{}))
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{
		Rule: dupcheck.NoName, Message: "m", Values: []dupcheck.Difference{{Path: "spec", Values: []string{"1", ""}}},
	}}}
	assert.JSONEq(t, `{"version":1,"files":0,"objects":0,"unread":[],"skipped":[],"suppressed":[],"stale":[],"fileStates":[],
		"accounting":{"files":0,"compared":0,"inputs":0,"notManifests":0,"leftOut":0,"unread":0},"diagnostics":[{"rule":"no-name",
		"severity":"error","set":"","id":null,"message":"m","identical":false,"differs":[],"differsMore":0,"wins":null,
		"effect":"","advice":"","declarations":[],"values":[{"path":"spec","values":["1",""]}]}]}`,
		render(t, "json", r, report.Options{}))
}

func TestJSONEscapes(t *testing.T) {
	hostile := "\x1b\x7f\u0085\u202e\u2028\U000e0001##[x]###<&>ä世😀\ufffd"
	out := render(t, "json", dupcheck.Report{Unread: []dupcheck.Unread{{File: "a\xff", Reason: hostile}}}, report.Options{})
	assert.Contains(t, out, `"\u001b\u007f\u0085\u202e\u2028\udb40\udc01#\u0023[x]#\u0023#<&>ä世😀`+"\ufffd"+`"`)
	assert.Contains(t, out, `"file": "\"a\\xff\""`)
	var back struct {
		Unread []struct{ File, Reason string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &back))
	assert.Equal(t, hostile, back.Unread[0].Reason)
}
