package vendored

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// The files in which jsonnet-bundler keeps the imports of a directory.
const (
	JsonnetFile     = "jsonnetfile.json"
	JsonnetLockFile = "jsonnetfile.lock.json"
)

// JsonnetDir is the directory beside these files in which "jb install" puts libraries.
const JsonnetDir = "vendor"

// Library is a library of jsonnet programs that jsonnet-bundler installs.
type Library struct {
	// Need is its repository, and Dir its directory in there.
	Need Need
	Dir  string
	// Name is its path below JsonnetDir. Alias is another name for that, or it is empty.
	Name, Alias string

	alone bool // its own imports are not installed
}

// bundlerFile is either of the two files (jsonnet-bundler v0.6.0, spec/v1).
type bundlerFile struct {
	Version       int
	LegacyImports bool
	Dependencies  []struct {
		Name, Version string
		Single        bool
		Source        struct {
			Git *struct{ Remote, Subdir string }
		}
	}
}

// JsonnetLibraries returns the libraries that "jb install" installs for a directory of a
// tree, and the file that names them. Those are the libraries of its lock, or else those of
// its jsonnetfile and of the jsonnetfiles of these libraries, as far as find finds them. The
// longest names come first. There are none without a readable file.
func JsonnetLibraries(tree fs.FS, dir string, find func(Need) (Found, error)) (all []Library, file string) {
	named, isNamed := readBundlerFile(tree, path.Join(dir, JsonnetFile))
	locked, isLocked := readBundlerFile(tree, path.Join(dir, JsonnetLockFile))
	switch {
	case isLocked:
		all, file = locked.libraries(), path.Join(dir, JsonnetLockFile)
	case isNamed:
		all, file = withNested(named.libraries(), find), path.Join(dir, JsonnetFile)
	}
	for i := range all {
		if isNamed && named.Version > 0 && !named.LegacyImports {
			all[i].Alias = ""
		}
	}
	slices.SortStableFunc(all, func(a, b Library) int { return cmp.Compare(len(b.Name), len(a.Name)) })
	return all, file
}

func readBundlerFile(tree fs.FS, name string) (f bundlerFile, ok bool) {
	text, err := fs.ReadFile(tree, name)
	return f, err == nil && json.Unmarshal(text, &f) == nil
}

// libraries returns the libraries of a file. Sources that are no repositories are
// directories of the tree.
func (f bundlerFile) libraries() (all []Library) {
	for _, d := range f.Dependencies {
		git := d.Source.Git
		if git == nil {
			continue
		}
		l := Library{Need: Need{Kind: Git, URL: git.Remote, Version: d.Version}, Dir: path.Join(".", git.Subdir), alone: d.Single}
		l.Name = path.Join(checkout.Locate(git.Remote).String(), git.Subdir)
		l.Alias = cmp.Or(d.Name, path.Base(l.Name))
		if fs.ValidPath(l.Name) && fs.ValidPath(l.Dir) {
			all = append(all, l)
		}
	}
	return all
}

// withNested adds the libraries that libraries need. The first one of each name counts.
func withNested(all []Library, find func(Need) (Found, error)) []Library {
	for i := 0; i < len(all); i++ {
		if all[i].alone {
			continue
		}
		found, err := find(all[i].Need)
		if err != nil {
			continue
		}
		more, _ := readBundlerFile(found.FS, path.Join(all[i].Dir, JsonnetFile))
		for _, l := range more.libraries() {
			if !slices.ContainsFunc(all, func(o Library) bool { return o.Name == l.Name }) {
				all = append(all, l)
			}
		}
	}
	return all
}

// Rest returns the rest of a path below JsonnetDir inside the library, and whether the path
// is in there.
func (l Library) Rest(file string) (rest string, inside bool) {
	if rest, inside = strings.CutPrefix(file, l.Name+"/"); !inside && l.Alias != "" {
		rest, inside = strings.CutPrefix(file, l.Alias+"/")
	}
	return rest, inside
}
