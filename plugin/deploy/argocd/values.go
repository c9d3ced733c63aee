package argocd

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// valuesDir is where files with values of other repositories are beside a chart.
const valuesDir = ".kuniq-values"

// withValues is the repository of a chart with files of others. It is comparable.
type withValues struct {
	fs.FS
	values *checkout.MemoryFS
}

// Of returns the repository.
func (w *withValues) Of() fs.FS { return w.FS }

// in is the tree that has a name.
func (w *withValues) in(name string) fs.FS {
	if strings.HasPrefix(name, valuesDir+"/") {
		return w.values
	}
	return w.FS
}

// Open implements fs.FS.
func (w *withValues) Open(name string) (fs.File, error) { return w.in(name).Open(name) }

// ReadFile implements fs.ReadFileFS.
func (w *withValues) ReadFile(name string) ([]byte, error) { return fs.ReadFile(w.in(name), name) }

// ReadDir implements fs.ReadDirFS.
func (w *withValues) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(w.in(name), name)
}

// Stat implements fs.StatFS.
func (w *withValues) Stat(name string) (fs.FileInfo, error) { return fs.Stat(w.in(name), name) }

// Lstat implements fs.ReadLinkFS.
func (w *withValues) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(w.in(name), name) }

// ReadLink implements fs.ReadLinkFS.
func (w *withValues) ReadLink(name string) (string, error) { return fs.ReadLink(w.in(name), name) }

// chartTree is the tree in which a chart is rendered: that of its repository, with files
// of others.
type chartTree struct {
	repo  fs.FS
	files map[string][]byte // of other repositories, by their names beside the chart
}

// name is the name of a file in the tree.
func (t *chartTree) name(at place) (string, error) {
	if at.repo == t.repo {
		return at.file, nil
	}
	data, err := fs.ReadFile(at.repo, at.file)
	if err != nil {
		return "", checkout.Errorf(checkout.Unreadable, "its values cannot be read")
	}
	if t.files == nil {
		t.files = map[string][]byte{}
	}
	name := path.Join(valuesDir, fmt.Sprint(len(t.files)))
	t.files[name] = data
	return name, nil
}

// tree makes the tree. It is the same one for the same files.
func (a *adapter) tree(t chartTree) fs.FS {
	if len(t.files) == 0 {
		return t.repo
	}
	key := treeOf{t.repo, deploy.Digest(t.files, nil)}
	if a.trees[key] == nil {
		a.trees[key] = &withValues{t.repo, checkout.NewMemoryFS(t.files, nil)}
	}
	return a.trees[key]
}

// treeOf is a repository and a digest of files that are beside it.
type treeOf struct {
	repo   fs.FS
	digest string
}
