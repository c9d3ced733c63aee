package jsonnet

import (
	"io/fs"
	"path"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// Bundle is the directory in which jsonnet-bundler puts the libraries of a jsonnetfile
// in a directory.
func Bundle(dir string) job.Library {
	return job.Library{Dir: path.Join(dir, vendored.JsonnetDir), Bundled: true}
}

// BundlesOf is the Bundle of the nearest jsonnetfile of a program: in its directory or
// above. It is empty if there is none.
func BundlesOf(tree fs.FS, dir string) []job.Library {
	for ; ; dir = path.Dir(dir) {
		if checkout.IsFile(tree, path.Join(dir, vendored.JsonnetFile)) {
			return []job.Library{Bundle(dir)}
		}
		if dir == "." {
			return nil
		}
	}
}

// bundle has the libraries that jsonnet-bundler would put into a directory.
type bundle struct {
	dir, file string // the directory, and the file that names the libraries
	libraries []vendored.Library
}

// openBundles finds out which libraries there are.
func (c *inputs) openBundles() {
	for _, l := range c.Job.Jsonnet.Libraries {
		if !l.Bundled {
			continue
		}
		dir := path.Dir(l.Dir)
		find := func(n vendored.Need) (vendored.Found, error) { return c.Need(n, path.Join(dir, vendored.JsonnetFile)) }
		if all, file := vendored.JsonnetLibraries(c.FS(), dir, find); len(all) > 0 {
			c.bundles = append(c.bundles, bundle{l.Dir, file, all})
		}
	}
}

// bundled adds a file that the tree does not have from the library that would be
// there, and says whether there is one. name is what was imported.
func (c *inputs) bundled(name, file string) (there bool, err error) {
	for _, b := range c.bundles {
		below, inside := strings.CutPrefix(file, b.dir+"/")
		for _, l := range b.libraries {
			rest, ok := l.Rest(below)
			if !inside || !ok {
				continue
			}
			found, err := c.Need(l.Need, b.file)
			switch {
			case checkout.CodeOf(err) == checkout.Remote:
				c.Job.Missing[name] = err.Error()
				continue
			case err != nil:
				return false, err
			}
			in := path.Join(l.Dir, rest)
			err = c.Put(file, func() ([]byte, error) { return checkout.ReadLinked(found.FS, in, job.MostFile) })
			if checkout.CodeOf(err) == checkout.Missing {
				continue
			}
			c.Job.Moved[file] = path.Join(job.Elsewhere(found), in)
			return true, err
		}
	}
	return false, nil
}
