package evaluate

import (
	"os"
	"path/filepath"
)

// room is a directory whose files may be read, under one of the names by which
// it is reached.
type room struct {
	name string   // absolute
	root *os.Root // what the name leads to, or a directory above that
	at   string   // from root to there
	of   string   // the checkout to whose files alone it is open, or empty
}

// find returns the path from the root of what an absolute path leads to, if that
// is in the room.
func (r room) find(path string) (string, bool) {
	rest, ok := below(r.name, path)
	return filepath.Join(r.at, rest), ok
}

// below returns the way from a directory to what is in it.
func below(dir, path string) (string, bool) {
	rest, err := filepath.Rel(dir, path)
	return rest, err == nil && filepath.IsLocal(rest)
}

// absolute returns a path from the caller's directory.
func (r *Request) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.Dir, path)
}

// rooms opens the checkouts, each for its own files, and the libraries, which
// are for all.
func (r *Request) rooms() []room {
	tops := map[string]*os.Root{}
	all := r.checkout(nil, tops, r.Top, r.Dir)
	for name, named := range r.Named {
		all = r.checkout(all, tops, named.Top, filepath.Dir(r.absolute(name)))
	}
	for _, library := range r.Libraries {
		dir := r.absolute(library)
		for top, root := range tops {
			all = append(all, spelled(root, top, dir)...)
		}
		if root, err := os.OpenRoot(dir); err == nil { // one that is not there has nothing in it
			all = append(all, room{name: dir, root: root, at: "."})
		}
	}
	return all
}

// checkout adds a checkout, also under the name by which a directory in it was
// reached.
func (r *Request) checkout(all []room, tops map[string]*os.Root, top, dir string) []room {
	root := tops[top]
	if root == nil {
		var err error
		if root, err = os.OpenRoot(top); err != nil {
			return all // nothing in it can be read
		}
		tops[top] = root
		all = append(all, room{top, root, ".", top})
	}
	return append(all, spelled(root, top, dir)...)
}

// spelled returns the directory of a checkout that a path reaches first: there
// may be symbolic links in front of it.
func spelled(root *os.Root, top, path string) []room {
	var first []room
	for dir := path; ; dir = filepath.Dir(dir) {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil {
			return first
		}
		at, inside := below(top, real)
		if !inside {
			return first
		}
		first = []room{{dir, root, at, top}}
		if dir == filepath.Dir(dir) {
			return first
		}
	}
}
