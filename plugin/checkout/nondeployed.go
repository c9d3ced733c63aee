package checkout

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// NonDeployedDir is a directory of a Go program's sources with files that go with
// the program and are not deployed.
type NonDeployedDir struct {
	// Dir is the directory, from the top of the tree.
	Dir string
	// The kind of its content: "documentation", "demos", "examples" or "tests".
	What string
	// Module and Source show that it belongs to a Go program: the go.mod above it,
	// and a Go file beside it or in a directory beside it.
	Module, Source string
}

// nonDeployedNames are the names of such directories, as Go programs for
// Kubernetes have them: Argo CD, Cluster API, Gatekeeper, Knative Serving,
// External Secrets and the Prometheus Operator among others.
var nonDeployedNames = map[string]string{
	"docs": "documentation",
	"demo": "demos", "demos": "demos",
	"example": "examples", "examples": "examples",
	"test": "tests", "tests": "tests", "e2e": "tests",
}

// environmentNames are the names of directories beside which a test or a demo is
// an environment.
var environmentNames = []string{"preprod", "prod", "production", "qa", "stage", "staging", "uat"}

// nonDeployed finds these directories.
type nonDeployed struct {
	fsys    fs.FS
	dirs    []string                  // that were given to Find
	known   map[string]NonDeployedDir // candidates by directory, deployed or not
	goFiles map[string]string         // by directory, a Go file in or below it
}

// NonDeployed returns the outermost directory with the documentation, demos, examples or
// tests of a Go program that a file is in, and false if it is in none. A directory counts
// as one if
//
//   - it is called docs, demo, demos, example, examples, test, tests or e2e, and
//     is below the innermost directory given to Find that the file is in,
//   - a directory above it has a go.mod, but none above that innermost directory,
//   - a Go file is beside it, or in a directory beside it that has none of
//     these names; and no directory beside it without Go has the name of another
//     environment, such as prod, as a test environment would have beside it,
//   - nothing deploys it: no Argo CD or Flux object, and no kustomization, names
//     it, something in it, or, as plain manifests, a directory above it, unless
//     that object or kustomization is in such a directory itself.
//
// So the test environment of a repository of manifests is not such a directory, even if
// the repository has a Go program elsewhere. NonDeployed must not be called concurrently
// with the other methods.
func (t *Tree) NonDeployed(file string) (NonDeployedDir, bool) {
	t.findLive()
	d := &t.deployments
	for _, c := range t.nonDeployed.candidates(file) {
		if !slices.ContainsFunc(d.live, func(x deployment) bool { return d.covers(&x, c.Dir) }) {
			return c, true
		}
	}
	return NonDeployedDir{}, false
}

// candidates returns the directories of a file that are not deployed unless something
// deploys them, the outermost first.
func (n *nonDeployed) candidates(file string) (out []NonDeployedDir) {
	top, found := n.asked(file)
	if !found {
		return nil
	}
	for i, c := range file {
		if c != '/' || !strictlyBelow(file[:i], top) {
			continue
		}
		if d := n.candidate(file[:i], top); d.Source != "" {
			out = append(out, d)
		}
	}
	return out
}

// asked returns the innermost directory given to Find that a file is in.
func (n *nonDeployed) asked(file string) (dir string, found bool) {
	for _, d := range n.dirs {
		if strictlyBelow(file, d) && (!found || strictlyBelow(d, dir)) {
			dir, found = d, true
		}
	}
	return dir, found
}

// candidate returns the kind of a directory if nothing deploys it. Without a Source it is
// no candidate.
func (n *nonDeployed) candidate(dir, top string) NonDeployedDir {
	what := nonDeployedNames[path.Base(dir)]
	if what == "" {
		return NonDeployedDir{}
	}
	c, known := n.known[dir]
	if known {
		return c
	}
	c = NonDeployedDir{Dir: dir, What: what, Module: n.moduleAbove(dir, top)}
	if c.Module != "" && !n.environmentIn(path.Dir(dir)) {
		c.Source = n.goIn(path.Dir(dir))
	}
	n.known[dir] = c
	return c
}

// moduleAbove returns the nearest go.mod above a directory.
func (n *nonDeployed) moduleAbove(dir, top string) string {
	for dir != top {
		dir = path.Dir(dir)
		if file := path.Join(dir, "go.mod"); IsFile(n.fsys, file) {
			return file
		}
	}
	return ""
}

// environmentIn says whether a directory has one with the name of an environment
// and no Go file: Kubernetes itself has packages in a directory staging.
func (n *nonDeployed) environmentIn(dir string) bool {
	return slices.ContainsFunc(environmentNames, func(name string) bool {
		name = path.Join(dir, name)
		return exists(n.fsys, name) && n.goIn(name) == ""
	})
}

// goIn returns a Go file of a directory or of one below it. Directories that belong to a
// program do not count, nor those that the go command skips.
func (n *nonDeployed) goIn(dir string) string {
	if file, known := n.goFiles[dir]; known {
		return file
	}
	entries, _ := fs.ReadDir(n.fsys, dir) // an unreadable one shows nothing
	file := ""
	for _, e := range entries {
		if e.Type().IsRegular() && path.Ext(e.Name()) == ".go" {
			file = path.Join(dir, e.Name())
			break
		}
	}
	for _, e := range entries {
		if file == "" && e.IsDir() && mayHaveGo(e.Name()) {
			file = n.goIn(path.Join(dir, e.Name()))
		}
	}
	n.goFiles[dir] = file
	return file
}

func mayHaveGo(dir string) bool {
	return nonDeployedNames[dir] == "" && manifest.SkippedDirectory(dir) == "" && !strings.HasPrefix(dir, "_") &&
		dir != testData && dir != "vendor"
}
