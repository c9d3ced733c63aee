package restore

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

//go:embed restore.md.tmpl
var documentText string

var documentTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New(documentName).Funcs(template.FuncMap{
		"md":     md,
		"count":  func(files []written, noun string) string { return report.Count(len(files), noun) },
		"chunks": func(files []written) [][]written { return slices.Collect(slices.Chunk(files, 20)) }, // the length of a command line is limited
	}).Parse(documentText))
})

// document makes RESTORE.md: the order, the commands, and the checks.
func document(r Restoration, files []written) split.File {
	phases := map[string][]written{}
	for _, f := range files {
		phases[f.phase] = append(phases[f.phase], f)
	}
	var text bytes.Buffer
	err := documentTemplate().Execute(&text, map[string]any{
		"Needs": needs(r.Bindings), "Bindings": r.Bindings, "Findings": r.Findings,
		"Retain": phases[retainPhase], "Release": phases[releasePhase],
		"Namespaces": phases[namespacePhase], "Volumes": phases[volumePhase], "Claims": phases[claimPhase],
	})
	if err != nil {
		panic(err) // the template is a part of the program
	}
	return split.File{Name: documentName, How: split.Reencoded, Parts: [][]byte{text.Bytes()}}
}

// needs lists the drivers, nodes and StatefulSets that the volumes depend on.
func needs(bindings []Binding) []string {
	drivers, nodes := map[string]int{}, map[string]int{}
	for _, b := range bindings {
		if b.State == Refused {
			continue
		}
		drivers[b.Driver]++
		for _, n := range b.NodeAffinity {
			nodes[n]++
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(drivers)) {
		if strings.Contains(name, ".") {
			out = append(out, fmt.Sprintf("The CSI driver %s, for %s (`kubectl get csidrivers,pods -A`)", md(name), report.Count(drivers[name], "volume")))
		} else {
			out = append(out, md(name)+": "+report.Count(drivers[name], "volume"))
		}
	}
	for _, n := range slices.Sorted(maps.Keys(nodes)) {
		out = append(out, "A node with "+md(n)+", for "+report.Count(nodes[n], "volume"))
	}
	for _, s := range waitingSets(bindings) {
		out = append(out, "Not yet the StatefulSet of "+md(s)+", if there is one: only when these claims are Bound")
	}
	return out
}

// markdown escapes the characters that have a meaning in Markdown.
var markdown = strings.NewReplacer("|", `\|`, "`", "\\`", "<", `\<`, "@", `\@`, "[", `\[`, "*", `\*`)

// md makes text from a dump harmless, and keeps it in its line.
func md(s string) string {
	const most = 1000
	if len(s) > most {
		s = s[:most] + "..."
	}
	return markdown.Replace(dupcheck.Quote(s))
}
