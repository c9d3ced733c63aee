package split

import (
	"io/fs"
	"path"
)

// tree looks at directories below the output directory. Each is listed once,
// which spares a question to the system for each file.
type tree struct {
	top  folder
	seen map[string]*seen // by path

	open    folder // the last one that was asked for
	openDir string
}

// seen is what a directory was found to be.
type seen struct {
	entries map[string]fs.FileMode // nil if there is no such directory
	// blocked is what stands in the way of a directory of that path: a name
	// on the way to it, which is no directory. why says what it is.
	blocked, why string
	// planned are the names that the plan has here, by their folded form.
	planned map[string]string
}

// look returns what the directory of a path is.
func (t *tree) look(dir string) *seen {
	s, ok := t.seen[dir]
	if !ok {
		s = t.find(dir)
		if t.seen == nil {
			t.seen = map[string]*seen{}
		}
		t.seen[dir] = s
	}
	return s
}

func (t *tree) find(dir string) *seen {
	if dir != "." {
		parent := t.look(path.Dir(dir))
		typ, there := parent.entries[path.Base(dir)]
		switch {
		case parent.blocked != "":
			return &seen{blocked: parent.blocked, why: parent.why}
		case !there:
			return &seen{}
		case typ != fs.ModeDir:
			return &seen{blocked: dir, why: whatIs(typ)}
		}
	}
	entries, err := t.list(dir)
	if err != nil {
		return &seen{blocked: dir, why: "cannot be read: " + reason(err).Error()}
	}
	return &seen{entries: entries}
}

func (t *tree) list(dir string) (map[string]fs.FileMode, error) {
	f, err := t.folder(dir)
	if err != nil {
		return nil, err
	}
	return f.list()
}

// whatIs says what is no file or directory as it should be.
func whatIs(typ fs.FileMode) string {
	switch {
	case typ&fs.ModeSymlink != 0:
		return "is a symbolic link, and kuniq follows none"
	case typ.IsDir():
		return "is a directory"
	case typ.IsRegular():
		return "is a file"
	}
	return "is neither a file nor a directory"
}

// folder returns an open directory. It is open until another one is asked
// for: files come directory by directory.
func (t *tree) folder(dir string) (folder, error) {
	if dir == "." {
		return t.top, nil
	}
	if t.open != nil && t.openDir == dir {
		return t.open, nil
	}
	t.forget()
	f, err := openPath(t.top, dir)
	if err != nil {
		return nil, err
	}
	t.open, t.openDir = f, dir
	return f, nil
}

// forget closes the directory that is open.
func (t *tree) forget() {
	if t.open != nil {
		t.open.close()
		t.open = nil
	}
}
