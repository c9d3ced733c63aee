package render

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Place returns where in a file of the job a rendered object is declared. The
// file is the one of Result.Origins, which has no lines. A kustomization can
// rename an object, so of the file's objects of the same group and kind it is
// the one with the same name, else the only one, else the one whose name the
// rendered name holds the most of. What a generator makes is at the name in it.
// The position has no line if there is none.
func (j Job) Place(file string, rendered dupcheck.Object) dupcheck.Position {
	best, most, alike := dupcheck.Position{File: file}, 0, 0
	for o, err := range manifest.Parse(file, j.Files[file]) {
		if err != nil || o.Kind != rendered.Kind || group(o.APIVersion) != group(rendered.APIVersion) || o.Aside {
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
			best, most, alike = o.At, score, 1
		}
	}
	switch {
	case manifest.IsKustomization(file) && best.Line == 0:
		return generatorLine(file, j.Files[file], rendered.Name)
	case alike > 1 && most == 1: // nothing but the kind is the same
		return dupcheck.Position{File: file}
	}
	return best
}

// generatorName is how a generator of a kustomization says what it makes.
var generatorName = regexp.MustCompile(`(?:^|[\s{,-])name: *(["']?([a-z0-9][a-z0-9.-]*)["']?)`)

// generatorLine finds the generator with the longest name that is in that of an
// object, which may have a prefix and a hash around it.
func generatorLine(file string, text []byte, name string) dupcheck.Position {
	at, n, longest := dupcheck.Position{File: file}, 0, 0
	for line := range bytes.Lines(text) {
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

func group(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}
