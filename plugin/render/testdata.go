package render

import (
	"path"
	"slices"
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
	for more := true; more; { // one may say that others are deployed, too
		more = false
		tests := f.tests
		f.tests = nil
		for _, dir := range tests {
			if f.goesOut(dir) {
				more = true
				f.walk(dir)
			} else {
				f.tests = append(f.tests, dir)
			}
		}
		f.readDeployments()
	}
	for _, dir := range f.tests {
		f.owned[dir] = true
		f.Aside = append(f.Aside, Aside{dir, "test data, not deployed by itself; name the directory to check it"})
	}
}

// goesOut says whether Argo CD or Flux deploys a directory, something in it, or
// plain manifests above it, among which it may be.
func (f *finder) goesOut(dir string) bool {
	if f.above[dir] {
		return true
	}
	for where := path.Dir(dir); ; where = path.Dir(where) {
		if f.deployed[where] && !f.renders(where) {
			return true
		}
		if where == "." {
			return false
		}
	}
}

// renders says whether what is deployed of a directory is not its files.
func (p *Parts) renders(dir string) bool {
	return p.exists(path.Join(dir, "Chart.yaml")) || len(kustomizationsIn(p.fsys, dir)) > 0
}
