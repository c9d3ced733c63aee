package krmfn

import (
	"bytes"
	_ "embed" // for the files below
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed metadata.yaml
var metadataFile []byte

//go:embed README.md
var readme string

// metadata is metadata.yaml, and with the texts of the README what "--doc"
// prints (kptdev/krm-functions-sdk, go/fn, WithDocs).
type metadata struct {
	Short              string   `json:"short" yaml:"-"`
	Long               string   `json:"long" yaml:"-"`
	Examples           string   `json:"examples" yaml:"-"`
	Image              string   `json:"image" yaml:"image"`
	Description        string   `json:"description" yaml:"description"`
	Tags               []string `json:"tags" yaml:"tags"`
	SourceURL          string   `json:"sourceURL" yaml:"sourceURL"`
	ExamplePackageURLs []string `json:"examplePackageURLs" yaml:"examplePackageURLs"`
	Emails             []string `json:"emails" yaml:"emails"`
	License            string   `json:"license" yaml:"license"`
	Hidden             bool     `json:"hidden" yaml:"hidden"`
}

// Doc returns the documentation of the function as the JSON object that kpt
// asks a function for with "--doc". It ends with a newline.
func Doc() []byte {
	var m metadata
	var b bytes.Buffer
	if err := yaml.Unmarshal(metadataFile, &m); err != nil {
		panic(err) // an embedded file, which a test reads
	}
	m.Short, m.Long, m.Examples = marked("Short"), marked("Long"), marked("Examples")
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		panic(err) // strings and booleans
	}
	return b.Bytes()
}

// marked returns the part of the README between the marks of mdtogo
// (GoogleContainerTools/kpt, mdtogo).
func marked(name string) string {
	_, rest, _ := strings.Cut(readme, "<!--mdtogo:"+name+"-->")
	part, _, _ := strings.Cut(rest, "<!--mdtogo-->")
	return strings.TrimSpace(part)
}
