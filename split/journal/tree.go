package journal

import (
	"io/fs"
	"path"
)

// Tree looks at directories below one of them. Each is listed once,
// which spares a question to the system for each file.
type Tree struct {
	top  Folder
	seen map[string]*Seen // by path

	open    Folder // the last one that was asked for
	openDir string
}

// newTree returns the tree below a directory, which stays open.
func newTree(top Folder) Tree { return Tree{top: top} }

// Seen describes a directory.
type Seen struct {
	// Entries are the names in it and their types, nil if there is no such
	// directory.
	Entries map[string]fs.FileMode
	// Blocked is the obstacle to a directory of that path: a name on the way to it that
	// is no directory. Why says what it is.
	Blocked, Why string
}

// Look describes the directory of a path.
func (t *Tree) Look(dir string) *Seen {
	s, ok := t.seen[dir]
	if !ok {
		s = t.find(dir)
		if t.seen == nil {
			t.seen = map[string]*Seen{}
		}
		t.seen[dir] = s
	}
	return s
}

func (t *Tree) find(dir string) *Seen {
	if dir != "." {
		parent := t.Look(path.Dir(dir))
		typ, there := parent.Entries[path.Base(dir)]
		switch {
		case parent.Blocked != "":
			return &Seen{Blocked: parent.Blocked, Why: parent.Why}
		case !there:
			return &Seen{}
		case typ != fs.ModeDir:
			return &Seen{Blocked: dir, Why: WhatIs(typ)}
		}
	}
	var entries map[string]fs.FileMode
	f, err := t.Folder(dir)
	if err == nil {
		entries, err = f.List()
	}
	if err != nil {
		return &Seen{Blocked: dir, Why: "cannot be read: " + Reason(err).Error()}
	}
	return &Seen{Entries: entries}
}

// WhatIs names the type of an entry that is no proper file or directory.
func WhatIs(typ fs.FileMode) string {
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

// Folder returns an open directory. It is open until another one is asked
// for: files come directory by directory.
func (t *Tree) Folder(dir string) (Folder, error) {
	if dir == "." {
		return t.top, nil
	}
	if t.open != nil && t.openDir == dir {
		return t.open, nil
	}
	t.Forget()
	f, err := openPath(t.top, dir)
	if err != nil {
		return nil, err
	}
	t.open, t.openDir = f, dir
	return f, nil
}

// Hash returns the Digest of the bytes of a file, up to limit.
func (t *Tree) Hash(name string, limit int64, buffer []byte) (Digest, error) {
	dir, base := SplitPath(name)
	in, err := t.Folder(dir)
	if err != nil {
		return Digest{}, err
	}
	return hash(in, base, limit, buffer)
}

// Forget closes the open directory.
func (t *Tree) Forget() {
	if t.open != nil {
		t.open.Close()
		t.open = nil
	}
}
