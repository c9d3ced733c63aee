package render

import (
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Place returns where in a file of the job a rendered object is declared. The
// file is the one of Result.Origins, which has no lines. A kustomization can
// rename an object, so of the file's objects of the same group and kind it is
// the one with the same name, else the only one, else the one whose name the
// rendered name holds the most of. The position has no line if there is none.
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
	if alike > 1 && most == 1 { // nothing but the kind is the same
		return dupcheck.Position{File: file}
	}
	return best
}

func group(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}
