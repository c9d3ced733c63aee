package manifest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

const example = `# Two of these are one object.
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: app}, data: {a: b}}
---
kind: {{ .Values.kind }}
metadata: {}
`

func ExampleRead() {
	var checker dupcheck.Checker
	for object, err := range manifest.Read("app.yaml", strings.NewReader(example)) {
		var unread *dupcheck.Unread
		switch {
		case errors.As(err, &unread): // this part was not understood; the rest follows
			fmt.Println("unread:", unread)
			continue
		case err != nil:
			fmt.Println(err)
			return
		}
		checker.Add(object)
	}
	for _, d := range checker.Report().Diagnostics {
		fmt.Println(d.Message)
		for _, at := range d.Declarations {
			fmt.Printf("%s:%d:%d\n", at.File, at.Line, at.Column)
		}
	}
	// Output:
	// unread: app.yaml:12: kind is a template; render it first, or leave it out
	// ConfigMap app is declared twice; the declarations differ at data
	// app.yaml:5:9
	// app.yaml:10:54
}

func ExampleTree() {
	tree := manifest.Tree{
		Args: []string{"testdata/ordinary"},
		Skip: func(name string) string {
			if strings.HasSuffix(name, "/ansible") {
				return "no manifests"
			}
			return ""
		},
	}
	for file := range tree.Files(context.Background()) {
		for _, o := range file.Objects {
			line, _ := tree.Line(file.Name, o.At.Line)
			fmt.Printf("%s:%d:%s\n", file.Name, o.At.Line, line)
		}
		if file.Skipped != "" {
			fmt.Printf("%s: skipped: %s\n", file.Name, file.Skipped)
		}
		for _, u := range file.Unread {
			fmt.Fprintln(os.Stderr, u.Error())
		}
	}
	// Output:
	// testdata/ordinary/ansible: skipped: no manifests
	// testdata/ordinary/catalog-info.yaml:4:  name: shop
	// testdata/ordinary/deploy/base/service.yaml:5:  name: shop
	// testdata/ordinary/tsconfig.json: skipped: not a manifest: not valid YAML: did not find expected ',' or '}'
	// testdata/ordinary/web/settings.json: skipped: not a manifest: not valid YAML: did not find expected ',' or '}'
}

func ExampleChunks() {
	const stream = "# head\n--- # first\na: 1\n...\nb: 2\n"
	for c := range manifest.Chunks([]byte(stream)) {
		fmt.Printf("%q then %q\n", stream[c.From:c.Start], stream[c.Start:c.End])
	}
	// Output:
	// "# head\n--- " then "# first\na: 1\n"
	// "...\n" then "b: 2\n"
}

func ExampleDocuments() {
	for d := range manifest.Documents("app.yaml", []byte(example)) {
		fmt.Printf("document %d in line %d has %d objects\n", d.Index, d.Line, len(d.Objects))
	}
	// Output:
	// document 0 in line 2 has 1 objects
	// document 1 in line 6 has 1 objects
	// document 2 in line 11 has 0 objects
}
