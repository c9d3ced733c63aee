package job

import (
	"bytes"
	"encoding/json"
	"iter"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Place returns the place in a file of the job where a rendered object is declared. A
// kustomization can rename an object. So of the file's objects with the same group and
// kind it is the one with the same name, else the only one, else the one with the longest
// name that is part of the rendered name. An object of a generator is declared at the
// generator's name. The position has no line if there is none.
func (j Job) Place(file string, rendered dupcheck.Object) dupcheck.Position {
	best, onlyKind := Likeliest(manifest.Parse(file, j.Files[file]), rendered)
	switch {
	case manifest.IsKustomization(file) && best.At.Line == 0:
		return j.GeneratorLine(file, rendered.Name)
	case onlyKind, best.At.File == "":
		return dupcheck.Position{File: file}
	}
	return best.At
}

// Likeliest returns the source of a rendered object, by the rules of Place. onlyKind says
// that of several objects only the kind fits. The zero Object means that there is none.
func Likeliest(objects iter.Seq2[dupcheck.Object, error], rendered dupcheck.Object) (best dupcheck.Object, onlyKind bool) {
	most, alike := 0, 0
	for o, err := range objects {
		if err != nil || o.Kind != rendered.Kind || dupcheck.GroupOf(o.APIVersion) != dupcheck.GroupOf(rendered.APIVersion) || o.Placeholder {
			continue
		}
		score := 1
		switch {
		case o.Name == rendered.Name && o.Namespace == rendered.Namespace:
			score = 1 << 22
		case o.Name == rendered.Name:
			score = 1 << 21
		case o.Name != "" && strings.Contains(rendered.Name, o.Name):
			score += len(o.Name)
		}
		if score == most {
			alike++
		} else if score > most {
			best, most, alike = o, score, 1
		}
	}
	return best, alike > 1 && most == 1
}

// generatorName matches the name of a generator in a kustomization.
var generatorName = regexp.MustCompile(`(?:^|[\s{,-])name: *(["']?([a-z0-9][a-z0-9.-]*)["']?)`)

// GeneratorLine returns the place of a generator in a file: the one with the longest name
// that is part of the name of an object, which may have a prefix and a hash.
func (j Job) GeneratorLine(file, name string) dupcheck.Position {
	at, n, longest := dupcheck.Position{File: file}, 0, 0
	for line := range bytes.Lines(j.Files[file]) {
		n++
		for _, m := range generatorName.FindAllSubmatchIndex(line, -1) {
			if found := string(line[m[4]:m[5]]); len(found) > longest && strings.Contains(name, found) {
				longest = len(found)
				at.Line, at.Column = n, 1+utf8.RuneCount(line[:m[2]])
			}
		}
	}
	return at
}

// Bare returns an object without the fields that are only valid in its output.
func Bare(o dupcheck.Object, document int) dupcheck.Object {
	o.Body = nil
	o.At = dupcheck.Position{Document: document, Path: o.At.Path}
	for i := range o.ReaderFindings {
		for k := range o.ReaderFindings[i].Declarations {
			o.ReaderFindings[i].Declarations[k].Position = o.At
		}
	}
	return o
}

// ContentOf returns the content of an object as JSON, or nil if it is not available.
func ContentOf(o dupcheck.Object) []byte {
	if o.Body == nil {
		return nil
	}
	value, err := o.Body.Value()
	if err != nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return text
}
