package report_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// apps is the source of the incident, shortened to what snippets look at.
var apps = source{"env/prod/apps.yaml": strings.Join([]string{
	4: "  name: idpe-cd", 24: "  name: idpe-cd",
}, "\n")}

// source is files by name.
type source map[string]string

// line is a report.Options.Source.
func (s source) line(file string, n int) (string, bool) {
	lines := strings.Split(s[file], "\n")
	if n >= len(lines) {
		return "", false
	}
	return lines[n], true
}

func at(file string, line, column int) dupcheck.Position {
	return dupcheck.Position{File: file, Line: line, Column: column}
}

func declared(kind, name string, p dupcheck.Position) dupcheck.Declaration {
	return dupcheck.Declaration{Position: p, APIVersion: "v1", Kind: kind, Name: name}
}

// incident is the report that the design shows.
func incident() dupcheck.Report {
	id := dupcheck.ID{Group: "argoproj.io", Kind: "Application", Namespace: "argocd", Name: "idpe-cd"}
	declaration := func(line, document int) dupcheck.Declaration {
		d := dupcheck.Declaration{
			Position: at("env/prod/apps.yaml", line, 9), APIVersion: "argoproj.io/v1alpha1",
			Kind: "Application", Namespace: "argocd", Name: "idpe-cd",
		}
		d.Document = document
		return d
	}
	return dupcheck.Report{Files: 3, Objects: 4, Diagnostics: []dupcheck.Diagnostic{{
		Rule: dupcheck.DuplicateObject, Severity: dupcheck.Error, ID: id,
		Message:  id.String() + " is declared twice; the declarations differ at spec.destination.namespace, spec.source.path",
		Differs:  []string{"spec.destination.namespace", "spec.source.path"},
		LastWins: true, Effect: "Argo CD would prune what the other deployed", Advice: "rename or remove one",
		Declarations: []dupcheck.Declaration{declaration(4, 0), declaration(24, 1)},
	}}}
}

// collision is one object with the same name in each of the files, at lines 1,
// 2, 3 and so on.
func collision(name string, files ...string) dupcheck.Diagnostic {
	d := dupcheck.Diagnostic{
		Rule: dupcheck.DuplicateObject, Severity: dupcheck.Error,
		ID:      dupcheck.ID{Kind: "ConfigMap", Name: name},
		Message: "ConfigMap " + name + " is declared more than once", LastWins: true, Advice: "remove one",
	}
	for i, file := range files {
		d.Declarations = append(d.Declarations, declared("ConfigMap", name, at(file, i+1, 9)))
	}
	return d
}

func render(t *testing.T, format string, r dupcheck.Report, o report.Options) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, report.Write(&b, format, r, o))
	return b.String()
}

func TestFormats(t *testing.T) {
	assert.Equal(t, []string{"text", "oneline", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"}, report.Formats())
}

func TestUnknownFormat(t *testing.T) {
	var b strings.Builder
	err := report.Write(&b, "yaml\n::error::", dupcheck.Report{}, report.Options{})
	assert.EqualError(t, err, `unknown format "yaml\n::error::": use one of text, oneline, json, sarif, github, gitlab, junit, markdown, html`)
	assert.Empty(t, b.String())
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, format := range report.Formats() {
		err := report.Write(full{}, format, incident(), report.Options{})
		assert.True(t, errors.Is(err, io.ErrShortWrite), format)
	}
}

func TestSummary(t *testing.T) {
	found := func(levels ...dupcheck.Severity) (ds []dupcheck.Diagnostic) {
		for _, l := range levels {
			ds = append(ds, dupcheck.Diagnostic{Rule: dupcheck.PossibleDuplicate, Severity: l, Message: "m"})
		}
		return ds
	}
	unread := []dupcheck.Unread{{File: "a", Reason: "r"}}
	for want, r := range map[string]dupcheck.Report{
		"1 file, 1 object, no duplicates":                              {Files: 1, Objects: 1},
		"3 files, 6 objects, no duplicates, 5 skipped":                 {Files: 3, Objects: 6, Skipped: make([]dupcheck.Skipped, 5)},
		"3 files, 6 objects, 1 unread":                                 {Files: 3, Objects: 6, Unread: unread},
		"0 files, 0 objects, nothing was checked":                      {},
		"2 files, 2 objects, 1 error, 2 warnings, 1 unread, 1 skipped": {Files: 2, Objects: 2, Diagnostics: found(dupcheck.Error, dupcheck.Warning, dupcheck.Default), Unread: unread, Skipped: make([]dupcheck.Skipped, 1)},
		"2 files, 2 objects, 2 errors, 1 info":                         {Files: 2, Objects: 2, Diagnostics: found(dupcheck.Error, dupcheck.Error, dupcheck.Info)},
	} {
		for _, format := range []string{"text", "oneline", "github"} {
			lines := strings.Split(render(t, format, r, report.Options{}), "\n")
			assert.Equal(t, want, lines[len(lines)-2], format)
		}
	}
}

func ExampleOneline() {
	service := func(file string) dupcheck.Declaration {
		at := dupcheck.Position{File: file, Line: 4, Column: 9}
		return dupcheck.Declaration{Position: at, APIVersion: "v1", Kind: "Service", Name: "web"}
	}
	r := dupcheck.Report{Files: 2, Objects: 2, Diagnostics: []dupcheck.Diagnostic{{
		Rule: dupcheck.DuplicateObject, ID: dupcheck.ID{Kind: "Service", Name: "web"},
		Message: "Service web is declared twice; the declarations differ at spec.ports", LastWins: true,
		Declarations: []dupcheck.Declaration{service("a.yaml"), service("b.yaml")},
	}}}
	var b strings.Builder
	if err := report.Oneline(&b, r, report.Options{}); err != nil {
		fmt.Println(err)
	}
	fmt.Print(b.String())
	// Output:
	// b.yaml:4:9: error: Service web is declared twice; the declarations differ at spec.ports; first declared at a.yaml:4:9; the last one wins [duplicate-object]
	// 2 files, 2 objects, 1 error
}
