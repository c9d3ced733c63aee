// Package playground is kuniq for a page in a browser: a check of files in memory, and
// the files that split would write. It touches no disk and no network.
package playground

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

// MostBytes and MostFiles are how much one check takes, so that it fits into the memory
// of a page.
const (
	MostBytes = 32 << 20
	MostFiles = 10_000
)

// mostLines is how many refusals or notes an answer has.
const mostLines = 100

// Options are the choices of the reader. The zero value is ready for use.
type Options struct {
	// Namespace is that of objects whose manifest names none, as kuniq's flag -n.
	Namespace string
	// Layout is one of split.LayoutNames. Empty means the first of them.
	Layout string
}

// Result is a check and its plan of files. Make it with Check.
type Result struct {
	plan   split.Plan
	source map[string][]byte
}

// Check checks files together and plans how to split them. The data of the files must
// not change as long as the result is used. The error says that there is too much of
// them, or that there is no such layout.
func Check(files []split.Input, o Options) (*Result, error) {
	bytes := 0
	for _, f := range files {
		bytes += len(f.Data)
	}
	if bytes > MostBytes || len(files) > MostFiles {
		return nil, fmt.Errorf("%s with %d bytes are more than a page takes (%d files, %d bytes): use the command kuniq",
			report.Count(len(files), "file"), bytes, MostFiles, MostBytes)
	}
	layout, ok := split.LayoutNamed(o.Layout)
	if !ok {
		return nil, fmt.Errorf("there is no layout %s", dupcheck.QuoteAlways(o.Layout))
	}
	r := &Result{source: map[string][]byte{}}
	var read []split.Input
	var unread []dupcheck.Unread
	for _, f := range files {
		r.source[f.Name] = f.Data
		if reason := rendered(f.Name); reason != "" {
			unread = append(unread, dupcheck.Unread{File: f.Name, Reason: reason, Code: dupcheck.Template})
			continue
		}
		read = append(read, f)
	}
	r.plan = split.New(read, split.Options{Rules: dupcheck.Rules{DefaultNamespace: o.Namespace}, Layout: layout})
	r.plan.Report.Files = len(files)
	r.plan.Report.Unread = append(unread, r.plan.Report.Unread...)
	return r, nil
}

// rendered says why a file is not what is deployed.
func rendered(name string) string {
	switch {
	case manifest.IsKustomization(name):
		return "a kustomization, which this page does not build: paste the output of kustomize build"
	case path.Base(name) == manifest.ChartFile:
		return "a Helm chart, which this page does not render: paste the output of helm template"
	}
	return ""
}

// Answer is what the page shows of a result, as JSON.
type Answer struct {
	// Text is the report in the format text, with colours.
	Text string `json:"text"`
	// Counts are numbers of the report in JSON, by the names that pages in HTML use.
	Counts map[string]int `json:"counts"`
	// Blocked says that split writes nothing because of a finding in Text. Otherwise
	// Refusals are its reasons not to write. Both have no Files.
	Blocked  bool  `json:"blocked"`
	Refusals Lines `json:"refusals"`
	// Notes are about the files that split writes.
	Notes Lines  `json:"notes"`
	Files []File `json:"files"`
}

// Lines are the first lines of a list, and how many it has in all.
type Lines struct {
	First []string `json:"first"`
	Total int      `json:"total"`
}

func (l *Lines) add(at dupcheck.Position, text string) {
	if l.Total++; l.Total <= mostLines {
		l.First = append(l.First, report.At(at)+": "+report.Sentence(text))
	}
}

// File is a file that split writes.
type File struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// Answer returns what the page shows. The error is that of the report.
func (r *Result) Answer() (a Answer, err error) {
	rep := r.plan.Report
	var text strings.Builder
	err = report.Text(&text, rep, report.Options{Color: true, Links: true, Brief: true, Source: r.line})
	a = Answer{
		Text:    text.String(),
		Blocked: len(rep.Unread) > 0 || rep.Count(dupcheck.Error) > 0,
		Counts: map[string]int{
			"files": rep.Files, "objects": rep.Objects, "unread": len(rep.Unread), "errors": rep.Count(dupcheck.Error),
			"warnings": rep.Count(dupcheck.Warning), "infos": rep.Count(dupcheck.Info),
		},
	}
	if a.Blocked {
		return a, err
	}
	for _, refusal := range r.plan.Refusals {
		a.Refusals.add(refusal.At, refusal.Reason)
	}
	if a.Refusals.Total > 0 {
		return a, err
	}
	for _, n := range r.plan.Notes {
		a.Notes.add(n.At, n.Text)
	}
	for _, f := range r.plan.Files {
		a.Files = append(a.Files, File{f.Name, f.Size()})
	}
	return a, err
}

// line returns a line of an input without its break and byte order mark.
func (r *Result) line(name string, number int) (string, bool) {
	rest, ok := r.source[name]
	for ; ok && number > 1; number-- {
		_, rest, ok = bytes.Cut(rest, []byte("\n"))
	}
	first, _, _ := bytes.Cut(rest, []byte("\n"))
	return strings.TrimPrefix(strings.TrimSuffix(string(first), "\r"), "\ufeff"), ok
}

// JSON writes the report as "kuniq check -o json" does. The error is that of w.
func (r *Result) JSON(w io.Writer) error { return report.JSON(w, r.plan.Report, report.Options{}) }

// Content returns the bytes of a file by its index in Answer.Files, or nothing.
func (r *Result) Content(i int) []byte {
	if i < 0 || i >= len(r.plan.Files) {
		return nil
	}
	return r.plan.Files[i].Bytes()
}

// Zip writes an archive of the files of Answer. The same files give the same archive.
// The error is that of w.
func (r *Result) Zip(w io.Writer) error {
	z := zip.NewWriter(w)
	for _, f := range r.plan.Files {
		to, err := z.Create(f.Name)
		if err != nil {
			return err
		}
		for _, part := range f.Parts {
			if _, err := to.Write(part); err != nil {
				return err
			}
		}
	}
	return z.Close()
}
