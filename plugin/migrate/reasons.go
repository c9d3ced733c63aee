package migrate

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// generatedLine matches the line by which a generated file says that it is generated. The
// rule is that of Go (go.dev/s/generatedcode) with the comment character of YAML.
var generatedLine = regexp.MustCompile(`(?mi)^#+ ?Code generated .*DO NOT EDIT`)

// skipRendering makes Argo CD skip a whole file (argo-cd
// reposerver/repository/repository.go, skipFileRenderingMarker).
const skipRendering = "+argocd:skip-file-rendering"

// reasonInText looks in the file itself for reasons to leave it.
func reasonInText(file string, text []byte, c contents) string {
	switch {
	case generatedLine.Match(text):
		return "generated (Code generated ... DO NOT EDIT)"
	case c.documents > 0 && manifest.HasSOPS(text):
		return "encrypted by SOPS; the checksum may cover all documents, so it must be encrypted again after splitting"
	case bytes.Contains(text, []byte(skipRendering)):
		return "it has " + skipRendering + ", which is about the whole file"
	case len(c.unread) > 0 && (bytes.Contains(text, []byte("{{")) || bytes.Contains(text, []byte("{%"))):
		return "a template"
	case path.Ext(file) == ".json" && !c.json:
		return "a .json file that is not JSON"
	}
	for _, o := range c.objects {
		if isKustomizeConfig(o) {
			return "it holds a " + dupcheck.Quote(o.Kind) + " of kustomize"
		}
	}
	return ""
}

// isKustomizeConfig says whether an object is a Kustomization or a Component, which
// kustomize reads only from a file with one of its own names.
func isKustomizeConfig(o dupcheck.Object) bool {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return group == "kustomize.config.k8s.io"
}

// generatedAttribute is the attribute by which .gitattributes says that a file is generated
// (github-linguist/linguist docs/overrides.md).
const generatedAttribute = "linguist-generated"

// leaveOut leaves out files that .gitattributes calls generated, and those that are only
// read as data.
func (p *planner) leaveOut() error {
	paths := each(p.sorted(), (*source).name)
	values, err := p.repo.attributes(p.ctx, paths, []string{generatedAttribute})
	if err != nil {
		return err
	}
	for _, file := range paths {
		if v := values[file][generatedAttribute]; v == "set" || v == "true" {
			p.drop(file, "generated ("+generatedAttribute+" in .gitattributes)")
		}
	}
	rerouter{p}.collectUses()
	for _, s := range p.sorted() {
		switch r := onlyData(s.uses); {
		case r != nil && s.whole():
			delete(p.sources, s.path)
		case r != nil:
			p.drop(s.path, checkout.Reasonf("%s (%s)", whyData(r), at(r)))
		case s.whole() && slices.ContainsFunc(s.uses, isData):
			delete(p.sources, s.path) // only to be renamed, which is not worth a refusal
		}
	}
	return nil
}

func (p *planner) drop(file string, reason checkout.Reason) {
	p.skip(file, reason)
	delete(p.sources, file)
}

// onlyData returns a use of a file as data, if the file has no other use.
func onlyData(uses []*reference) *reference {
	if len(uses) == 0 || slices.ContainsFunc(uses, func(r *reference) bool { return !isData(r) }) {
		return nil
	}
	return uses[0]
}

// isData says whether a file is read unchanged, or as one document.
func isData(r *reference) bool {
	return r.Use == checkout.AsData || r.Use == checkout.AsJSONPatch || r.Use == checkout.AsValues
}

// whyData says what a field that reads a file as data does with it.
func whyData(r *reference) string {
	switch {
	case strings.HasSuffix(r.Field, "Generator") && r.Use == checkout.AsData:
		return "data for a generator: " + r.Where + " reads its bytes"
	case r.Use == checkout.AsValues:
		return "values of a Helm chart: " + r.Where + " reads it"
	case r.Use == checkout.AsJSONPatch:
		return "a JSON 6902 patch: " + r.Where + " reads it"
	}
	return r.Where + " reads it as one file"
}
