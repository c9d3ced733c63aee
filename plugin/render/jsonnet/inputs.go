// Package jsonnet evaluates jsonnet programs with go-jsonnet, from memory. It
// neither opens a file nor connects to anything.
//
// It is v0: the API may change in any minor release, as the changelog says.
package jsonnet

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Renderer renders jsonnet programs.
type Renderer struct{}

// mostImports is how many files a program may import.
const mostImports = 20_000

// Collect is that of job.Renderer.
func (Renderer) Collect(c *job.Collector) error {
	i := inputs{Collector: c}
	i.openBundles()
	if err := i.add(job.Library{Dir: c.Job.File}, c.Job.File); err != nil {
		return job.About(c.Job.File, err)
	}
	var failed error
	met := map[string]bool{c.Job.File: true}
	for queue := []string{c.Job.File}; len(queue) > 0; queue = queue[1:] {
		if !manifest.IsJsonnet(queue[0]) && queue[0] != c.Job.File {
			continue // text and JSON import nothing
		}
		for _, imported := range importsIn(c.Job.Files[queue[0]]) {
			file, err := i.imported(queue[0], imported)
			switch {
			case err != nil:
				failed = checkout.Both(failed, checkout.Wrap(err, "%s imports %s", job.Named(queue[0]), dupcheck.QuoteBrief(imported)))
			case file == "" || met[file]: // one that is not there may never be needed
			case len(met) == mostImports:
				return checkout.Errorf(checkout.TooLarge, "it imports more than %d files", mostImports)
			default:
				met[file] = true
				queue = append(queue, file)
			}
		}
	}
	for i := range c.Job.Jsonnet.Libraries {
		c.Job.Jsonnet.Libraries[i].FS = nil
	}
	return failed
}

// inputs collects what a program reads.
type inputs struct {
	*job.Collector
	bundles []bundle
}

// imported adds what a file imports, and returns it. It returns no file if there
// is none.
func (c *inputs) imported(from, name string) (string, error) {
	if path.IsAbs(name) {
		return "", nil
	}
	for _, dir := range searchPath(c.Job.Jsonnet.Libraries, from) {
		file := path.Join(dir.Dir, name)
		if _, there := c.Job.Files[file]; there {
			return file, nil
		}
		if dir.FS == nil && !fs.ValidPath(file) {
			continue
		}
		if err := c.add(dir, file); checkout.CodeOf(err) != checkout.Missing || err == nil {
			return file, err
		}
		if there, err := c.bundled(name, file); there || err != nil {
			return file, err
		}
	}
	return "", nil
}

// Search returns where an import is searched, in the order of go-jsonnet: beside
// the importing file, and then in the libraries, the last one first.
func Search[D any](beside D, libraries []D) []D {
	out := append([]D{beside}, libraries...)
	slices.Reverse(out[1:])
	return out
}

// searchPath returns the directories in which the imports of a file are searched.
func searchPath(libraries []job.Library, from string) []job.Library {
	beside := job.Library{Dir: path.Dir(from)}
	for _, l := range libraries {
		if l.FS != nil && strings.HasPrefix(from, l.Dir+"/") {
			beside.FS = l.FS
		}
	}
	return Search(beside, libraries)
}

// add adds a file that a program reads, of a directory. Symbolic links are
// followed, as long as they stay in the tree: jsonnet-bundler makes them.
func (c *inputs) add(dir job.Library, file string) error {
	fsys, name := c.FS(), file
	if dir.FS != nil {
		fsys = dir.FS
		for _, l := range c.Job.Jsonnet.Libraries {
			if rest, ok := strings.CutPrefix(file, l.Dir+"/"); ok && l.FS != nil {
				name = rest
			}
		}
	}
	err := c.Put(file, func() ([]byte, error) { return checkout.ReadLinked(fsys, name, job.MostFile) })
	if err == nil && name == file && !c.Linked(file) {
		c.Note(file, roleOf(file))
	}
	return err
}

// roleOf is what a program does with a file that it imports: the text of a
// manifest may become objects.
func roleOf(file string) job.Role {
	if manifest.HasExtension(file) {
		return job.Template
	}
	return job.Setting
}
