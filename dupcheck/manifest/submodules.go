package manifest

import (
	"bytes"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// mostModules is how much of a .gitmodules is read.
const mostModules = 1 << 20

// submodules reports the directories of git submodules that are empty, since a
// checkout without --recurse-submodules leaves them so, and nobody can say what
// is deployed from there. p is a .gitmodules (gitmodules(5)).
func (d *dirWalker) submodules(p string) bool {
	f, err := d.root.Open(p)
	if err != nil {
		return true // git would not read it either
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostModules))
	if err != nil {
		return true
	}
	for line := range bytes.Lines(text) {
		key, value, _ := strings.Cut(string(line), "=")
		if strings.TrimSpace(key) != "path" {
			continue
		}
		dir := path.Join(path.Dir(p), strings.Trim(strings.TrimSpace(value), `"`))
		if d.misses(dir) && !d.unread(path.Join(d.name, dir), "a git submodule that is not checked out (git submodule update --init)") {
			return false
		}
	}
	return true
}

// misses says whether a directory that the walk will come to is empty.
func (d *dirWalker) misses(dir string) bool {
	if !filepath.IsLocal(dir) {
		return false
	}
	for at := dir; at != "."; at = path.Dir(at) {
		if base := path.Base(at); strings.HasPrefix(base, ".") || base == "node_modules" || d.passedOver(path.Join(d.name, at)) {
			return false
		}
	}
	f, err := d.root.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = f.Readdirnames(1)
	return err == io.EOF
}

// passedOver says whether a name is skipped, or belongs to somebody else.
func (d *dirWalker) passedOver(name string) bool {
	if d.tree.Skip != nil && d.tree.Skip(name) != "" {
		return true
	}
	if d.tree.Belongs == nil {
		return false
	}
	belongs, _ := d.tree.Belongs(name)
	return belongs
}
