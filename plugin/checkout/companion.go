package checkout

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Companion is a directory of a Go program's sources with what accompanies the
// program and is not deployed.
type Companion struct {
	// Dir is the directory, from the top of the tree.
	Dir string
	// What is in it: "documentation", "demos", "examples" or "tests".
	What string
	// Module and Source are what shows that it belongs to a Go program: the
	// go.mod above it, and a Go file beside it or in a directory beside it.
	Module, Source string
}

// companionNames are the names of such directories, as Go programs for
// Kubernetes have them: Argo CD, Cluster API, Gatekeeper, Knative Serving,
// External Secrets and the Prometheus Operator among others.
var companionNames = map[string]string{
	"docs": "documentation",
	"demo": "demos", "demos": "demos",
	"example": "examples", "examples": "examples",
	"test": "tests", "tests": "tests", "e2e": "tests",
}

// environmentNames are the names of directories beside which a test or a demo is
// an environment.
var environmentNames = []string{"preprod", "prod", "production", "qa", "stage", "staging", "uat"}

// companions is what is known of them.
type companions struct {
	shapes map[string]Companion // by directory, deployed or not
	goIns  map[string]string    // by directory, a Go file in or below it
}

// Companion returns the outermost directory with the documentation, demos,
// examples or tests of a Go program that a file is in, and false if it is in
// none. A directory counts as one if
//
//   - it is called docs, demo, demos, example, examples, test, tests or e2e, and
//     lies below the innermost directory given to Find that the file is in,
//   - a go.mod lies in a directory above it, no higher than that one,
//   - a Go file lies beside it, or in a directory beside it that has none of
//     these names, and no directory beside it without Go is called like the
//     environments that a test environment has for company, such as prod,
//   - nothing deploys it: no Argo CD or Flux object, and no kustomization, names
//     it, something in it, or, as plain manifests, a directory above it, unless
//     what does so is in such a directory itself.
//
// So the test environment of a repository of manifests is none, even if the
// repository has a Go program elsewhere. Companion must not be called
// concurrently with the other methods.
func (t *Tree) Companion(file string) (Companion, bool) {
	for _, dir := range t.shapes(file) {
		if !t.reached(dir) {
			return t.companions.shapes[dir], true
		}
	}
	return Companion{}, false
}

// shapes returns the directories that a file is in and that are companions
// unless something deploys them, the outermost first.
func (t *Tree) shapes(file string) []string {
	top, found := t.asked(file)
	if !found {
		return nil
	}
	var out []string
	for i, c := range file {
		if c == '/' && strictlyBelow(file[:i], top) && t.shape(file[:i], top).Source != "" {
			out = append(out, file[:i])
		}
	}
	return out
}

// asked returns the innermost directory given to Find that a file is in.
func (t *Tree) asked(file string) (dir string, found bool) {
	for _, d := range t.dirs {
		if strictlyBelow(file, d) && (!found || strictlyBelow(d, dir)) {
			dir, found = d, true
		}
	}
	return dir, found
}

// shape says what a directory is if nothing deploys it. Without a Source it is
// nothing.
func (t *Tree) shape(dir, top string) Companion {
	what := companionNames[path.Base(dir)]
	if what == "" {
		return Companion{}
	}
	c, known := t.companions.shapes[dir]
	if known {
		return c
	}
	c = Companion{Dir: dir, What: what, Module: t.moduleAbove(dir, top)}
	if c.Module != "" && !t.environmentIn(path.Dir(dir)) {
		c.Source = t.goIn(path.Dir(dir))
	}
	if t.companions.shapes == nil {
		t.companions.shapes = map[string]Companion{}
	}
	t.companions.shapes[dir] = c
	return c
}

// moduleAbove returns the nearest go.mod above a directory.
func (t *Tree) moduleAbove(dir, top string) string {
	for dir != top {
		dir = path.Dir(dir)
		if file := path.Join(dir, "go.mod"); IsFile(t.fsys, file) {
			return file
		}
	}
	return ""
}

// environmentIn says whether a directory has one with the name of an environment
// and no Go file: Kubernetes itself has packages in a directory staging.
func (t *Tree) environmentIn(dir string) bool {
	return slices.ContainsFunc(environmentNames, func(name string) bool {
		name = path.Join(dir, name)
		return t.exists(name) && t.goIn(name) == ""
	})
}

// goIn returns a Go file of a directory or of one below it. What accompanies a
// program is no program, and what the go command passes over neither.
func (t *Tree) goIn(dir string) string {
	if file, known := t.companions.goIns[dir]; known {
		return file
	}
	if t.companions.goIns == nil {
		t.companions.goIns = map[string]string{}
	}
	entries, _ := fs.ReadDir(t.fsys, dir) // what cannot be read shows nothing
	file := ""
	for _, e := range entries {
		if e.Type().IsRegular() && path.Ext(e.Name()) == ".go" {
			file = path.Join(dir, e.Name())
			break
		}
	}
	for _, e := range entries {
		if file == "" && e.IsDir() && mayHaveGo(e.Name()) {
			file = t.goIn(path.Join(dir, e.Name()))
		}
	}
	t.companions.goIns[dir] = file
	return file
}

func mayHaveGo(dir string) bool {
	return companionNames[dir] == "" && manifest.SkippedDirectory(dir) == "" && !strings.HasPrefix(dir, "_") &&
		dir != testData && dir != "vendor"
}
