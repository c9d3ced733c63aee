package render

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// testData is what a directory is called that holds the input of tests, by the
// convention of the go command ("go help packages"). Tests of policies, of
// controllers and of renderers keep one object there in all its states.
const testData = "testdata"

// testsLast walks the directories with test data that Argo CD or Flux deploys
// nevertheless, and sets the others aside, unless they were named. What a
// kustomization elsewhere names is a part of that one in any case.
func (f *finder) testsLast(named []string) {
	f.tests = slices.DeleteFunc(f.tests, func(dir string) bool { return slices.Contains(named, dir) })
	for i := 0; i < len(f.tests); i++ {
		dir := f.tests[i]
		if !f.goesOut(dir) {
			continue
		}
		f.tests = slices.Delete(f.tests, i, i+1)
		f.walk(dir)
		i = -1 // it may say that others are deployed, too
	}
	for _, dir := range f.tests {
		f.owned[dir] = true
		f.Aside = append(f.Aside, Aside{dir, "test data, not deployed by itself; name the directory to check it"})
	}
}

// goesOut says whether Argo CD or Flux deploys a directory, something in it, or
// plain manifests above it, among which it may be.
func (f *finder) goesOut(dir string) bool {
	for where := range f.deployed {
		switch {
		case where == dir || strings.HasPrefix(where, dir+"/"):
			return true
		case (where == "." || strings.HasPrefix(dir, where+"/")) && !f.renders(where):
			return true
		}
	}
	return false
}

// renders says whether what is deployed of a directory is not its files.
func (f *finder) renders(dir string) bool {
	return f.exists(path.Join(dir, "Chart.yaml")) || len(kustomizationsIn(f.fsys, dir)) > 0
}

// walk looks for what would be deployed below a directory.
func (f *finder) walk(dir string) {
	// visit never fails.
	_ = fs.WalkDir(f.fsys, dir, func(p string, e fs.DirEntry, err error) error { return f.visit(p, e, err, p == dir) })
}
