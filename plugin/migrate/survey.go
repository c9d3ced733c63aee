package migrate

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split/journal"
)

// source is a file that is split.
type source struct {
	path    string
	data    []byte
	mode    fs.FileMode
	objects []dupcheck.Object
	uses    []*reference
	files   []File
	lines   bool // its objects are documents on lines of their own
	refused bool // because of its content, so that more checks would only repeat that
	sliced  bool // all files are slices of it, line by line
}

func (s *source) name() string { return s.path }

// used says whether the source has one of some uses.
func (s *source) used(as ...checkout.Use) bool {
	return slices.ContainsFunc(s.uses, func(r *reference) bool { return slices.Contains(as, r.Use) })
}

// isPatch says whether the source is used only as patches. That decides the names of its
// files.
func (s *source) isPatch() bool {
	return s.used(checkout.AsPatch, checkout.AsPatchOrText) && !s.used(checkout.AsManifest, checkout.AsConfig)
}

// whole says that the source is one object, which could only be renamed.
func (s *source) whole() bool { return len(s.objects) == 1 && s.objects[0].At.Path == "" }

// single is a file with one object, which stays.
type single struct {
	path   string
	object dupcheck.Object
}

// mentioning is a file that names other files.
type mentioning struct {
	path string
	data []byte
}

// survey reads the tracked files: the manifests of the directory and, in the whole
// repository, files that could name one of them.
func (p *planner) survey() error {
	for i, file := range p.repo.tracked {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		p.options.progress("files read", i, len(p.repo.tracked))
		named, manifests := isDocument(file), manifest.HasExtension(file)
		if !named && !manifests && !isMentioning(file) {
			continue
		}
		data, mode, err := p.repo.readFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if named && !slices.Contains(p.plan.Dirty, file) {
				p.refuse(file, 0, "is not checked out, so what it names cannot be rewritten (git sparse-checkout disable)")
			}
			continue
		case err != nil:
			p.refuse(file, 0, checkout.Reasonf("cannot be read: %s", journal.Reason(err)))
			continue
		}
		p.take(file, data, mode)
	}
	for chart, count := range p.charts {
		p.skip(chart, checkout.Reasonf("a Helm chart (%s with several objects or templates)", report.Count(count, "file")))
	}
	return p.surveyOthers()
}

// take classifies one file.
func (p *planner) take(file string, data []byte, mode fs.FileMode) {
	switch {
	case isDocument(file):
		p.documents = append(p.documents, readDocument(file, data))
		return
	case isMentioning(file):
		p.mentions = append(p.mentions, mentioning{file, data})
	case bytes.Contains(data, []byte("argoproj.io/")) || bytes.Contains(data, []byte("toolkit.fluxcd.io/")):
		p.gitops = append(p.gitops, mentioning{file, data})
	}
	if manifest.HasExtension(file) && p.repo.within(file) {
		p.plan.Looked++
		p.inspect(file, data, mode)
	}
}

// surveyOthers reads files that git does not track. They are not migrated, and their
// references must not break.
func (p *planner) surveyOthers() error {
	unknown, ignored, err := p.repo.untracked(p.ctx)
	if err != nil {
		return err
	}
	for _, file := range unknown {
		data, _, err := p.repo.readFile(file)
		switch {
		case err != nil:
		case isDocument(file):
			p.untracked = append(p.untracked, readDocument(file, data))
		case p.isSeveral(file, data):
			p.skip(file, "not tracked by git")
		}
	}
	for _, file := range ignored {
		if !p.repo.within(strings.TrimSuffix(file, "/")) || hidden(file) {
			continue
		}
		data, _, err := p.repo.readFile(file)
		if strings.HasSuffix(file, "/") || err == nil && p.isSeveral(file, data) {
			p.skip(file, "ignored by git")
		}
	}
	return nil
}

// isSeveral says whether a file of the directory holds several objects.
func (p *planner) isSeveral(file string, data []byte) bool {
	return manifest.HasExtension(file) && p.repo.within(file) && p.contents(file, data).several(false)
}

// contents describes the content of a file.
type contents struct {
	objects   []dupcheck.Object
	unread    []dupcheck.Unread
	documents int
	list      bool // an object is an item of a List
	json      bool // every document is JSON
	someJSON  bool
}

// several says whether there is anything to split.
func (c contents) several(rename bool) bool {
	return len(c.objects) > 1 || len(c.objects) == 1 && (c.list || rename)
}

// contents reads a file.
func (p *planner) contents(file string, data []byte) contents {
	c := contents{json: true}
	for d := range manifest.Documents(file, data) {
		if d.Bare {
			continue
		}
		c.documents++
		c.json, c.someJSON = c.json && d.JSON, c.someJSON || d.JSON
		c.unread = append(c.unread, d.Unread...)
		for _, o := range d.Objects {
			if o.Placeholder {
				continue
			}
			c.list = c.list || o.At.Path != ""
			c.objects = append(c.objects, o)
		}
	}
	return c
}

// inspect decides whether to split a file.
func (p *planner) inspect(file string, data []byte, mode fs.FileMode) {
	text, changed, err := manifest.Decode(data)
	if err != nil {
		text = nil
	}
	c := p.contents(file, text)
	if !c.several(p.options.Rename) && len(c.unread) == 0 && err == nil {
		if len(c.objects) == 1 {
			p.singles = append(p.singles, single{file, own(c.objects[0])})
		}
		return
	}
	if chart := p.repo.chartOf(file); chart != "" {
		p.charts[chart]++
		return
	}
	reason := p.reasonToSkip(file, text, c)
	switch {
	case reason != "":
	case err != nil || changed:
		reason = "UTF-16, whose bytes cannot be kept; convert it first"
	case len(c.objects) == 0:
		if !looksLikeManifest(text) {
			return
		}
		reason = "cannot be understood: " + c.unread[0].Reason
	case !c.several(p.options.Rename) && c.documents < 2:
		return // one object, which check has something to say about
	}
	if reason != "" {
		if c.several(false) || len(c.unread) > 0 {
			p.skip(file, checkout.Text(reason))
		}
		return
	}
	p.sources[file] = &source{path: file, data: data, mode: mode, objects: c.objects, lines: !c.list && !c.someJSON}
}

// own copies the needed parts of an object, so that it does not keep the whole file in
// memory.
func own(o dupcheck.Object) dupcheck.Object {
	o.APIVersion, o.Kind = strings.Clone(o.APIVersion), strings.Clone(o.Kind)
	o.Namespace, o.Name, o.GenerateName = strings.Clone(o.Namespace), strings.Clone(o.Name), strings.Clone(o.GenerateName)
	o.Body, o.CRD, o.ReaderFindings = nil, nil, nil
	return o
}

// looksLikeManifest says whether a file may be meant for Kubernetes.
func looksLikeManifest(data []byte) bool {
	return bytes.Contains(data, []byte("apiVersion:")) || bytes.HasPrefix(data, []byte("kind:")) || bytes.Contains(data, []byte("\nkind:"))
}

// reasonToSkip says why a file that holds several objects stays as it is.
func (p *planner) reasonToSkip(file string, text []byte, c contents) string {
	if p.options.Skip != nil {
		if reason := p.options.Skip(file); reason != "" {
			return reason
		}
	}
	switch {
	case hidden(file):
		return "in a hidden directory, or a hidden file"
	case slices.Contains(strings.Split(file, "/"), "node_modules"):
		return "below node_modules"
	case isValuesName(file):
		return "a Helm values file, by its name"
	}
	return reasonInText(file, text, c)
}

// hidden says whether a component of a path begins with a dot.
func hidden(file string) bool {
	return strings.HasPrefix(file, ".") || strings.Contains(file, "/.")
}

// chartOf returns the directory of the Helm chart that a file is part of.
func (r *Repository) chartOf(file string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if r.known[path.Join(dir, manifest.ChartFile)] {
			return dir
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

// isValuesName says whether a file has a name for values of Helm.
func isValuesName(file string) bool {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	return stem == "values" || strings.HasPrefix(stem, "values-") || strings.HasPrefix(stem, "values.") ||
		strings.HasPrefix(stem, "values_") || strings.HasSuffix(stem, "-values") || strings.HasSuffix(stem, ".values") ||
		strings.HasSuffix(stem, "_values")
}
