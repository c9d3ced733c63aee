package journal

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// staging writes the files that a run needs, before anything is changed.
type staging struct{ *Run }

// stage writes everything to .kuniq-tmp that the run will need, including the future
// journal. Nothing has happened until that is in place.
func (r staging) stage(ctx context.Context) error {
	err := r.inHome("mkdir", TempName, func() (err error) {
		if err = r.home.Mkdir(TempName, 0o700); err == nil {
			r.temp, err = r.home.Sub(TempName)
		}
		return err
	})
	if err != nil {
		return err
	}
	defer r.Tree.Forget()
	create := func(w *worker, c *Change) error {
		return r.temp.Create(c.newName(), c.Mode, w.inOnePiece(c.Parts), nil)
	}
	if err := r.each(ctx, r.changes, r.prepare, create); err != nil {
		return err
	}
	err = r.inHome("temp", JournalName, func() error {
		r.made = r.newDirs()
		j := Journal{Note: r.options.Note, Changes: r.changes, dirs: r.made}
		return r.temp.Create(r.journalTemp(), 0, j.format(), nil)
	})
	return cmp.Or(err, ctx.Err())
}

// journalTemp is the name of the journal in .kuniq-tmp.
func (r staging) journalTemp() string { return (&Change{number: len(r.changes)}).newName() }

// newDirs returns the directories that will be made, each behind the one above it.
func (r staging) newDirs() []string {
	dirs := slices.DeleteFunc(r.above((*Change).isNew), func(dir string) bool { return r.Tree.Look(dir).Entries != nil })
	slices.Reverse(dirs)
	return dirs
}

// prepare backs up the file that a change replaces. A file that is removed is moved away
// later.
func (r staging) prepare(c *Change) error {
	if c.IsDelete() {
		return nil
	}
	var err error
	if c.replaces() {
		c.Mode, err = r.backUp(c)
	}
	if err == nil {
		err = r.options.step("temp", c.Path)
	}
	return err
}

// backUp gives a file that will be replaced a second name, and returns its
// permission bits. Where the file system has no links the file is copied.
func (r staging) backUp(c *Change) (fs.FileMode, error) {
	dir, base := SplitPath(c.Path)
	in, err := r.Tree.Folder(dir)
	if err != nil {
		return 0, err
	}
	mode, err := in.Perm(base)
	if err != nil {
		return 0, err
	}
	if err = r.options.step("link", c.Path); err == nil {
		err = in.Link(base, r.temp, c.oldName())
	}
	if err == nil {
		return mode, nil
	}
	if err := r.options.step("copy", c.Path); err != nil {
		return mode, err
	}
	return mode, copyFile(in, base, mode, r.temp, c.oldName())
}

// copyFile writes the bytes of a file to a new one.
func copyFile(in Folder, name string, mode fs.FileMode, to Folder, newName string) error {
	content, err := ReadFile(in, name, NoLimit)
	if err != nil {
		return err
	}
	return to.Create(newName, mode, content, nil)
}

// ReadFile returns the bytes of a file, which must not be larger than a limit.
func ReadFile(in Folder, name string, limit int64) ([]byte, error) {
	f, err := in.Read(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, 0, limit))
	if err == nil && int64(len(text)) == limit {
		err = fmt.Errorf("has %d MiB or more", limit>>20)
	}
	return text, err
}

// ReadText returns the text of a journal, or of an index. An untrusted one may have any
// size, and must be smaller than one of two million files.
func ReadText(in Folder, name string) ([]byte, error) { return ReadFile(in, name, 512<<20) }

// promise puts the journal in its place. From now on a run must be undone.
func (r staging) promise() error {
	return r.inHome("promise", JournalName, func() error {
		r.journaled = true
		return r.temp.Rename(r.journalTemp(), r.home, JournalName)
	})
}
