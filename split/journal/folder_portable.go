package journal

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// rootFolder is a folder on any system, by means of os.Root. A Root follows
// links that stay inside of it, so what is opened is looked at first.
type rootFolder struct {
	top  *os.Root // borrowed
	path string   // below top
	here *os.Root
}

// OpenPortable opens a directory on any system, by means of os.Root.
func OpenPortable(root *os.Root) (Folder, error) {
	here, err := root.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return &rootFolder{root, ".", here}, nil
}

func (d *rootFolder) Sub(name string) (Folder, error) {
	if err := d.expect(name, fs.ModeDir, syscall.ENOTDIR); err != nil {
		return nil, err
	}
	here, err := d.here.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &rootFolder{d.top, path.Join(d.path, name), here}, nil
}

// expect makes sure that a name is of a type, and no link.
func (d *rootFolder) expect(name string, want fs.FileMode, otherwise error) error {
	info, err := d.here.Lstat(name)
	if err == nil && info.Mode().Type() != want {
		err = otherwise
	}
	return err
}

func (d *rootFolder) List() (map[string]fs.FileMode, error) {
	f, err := d.here.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return listFile(f)
}

// listFile lists an open directory.
func listFile(f *os.File) (map[string]fs.FileMode, error) {
	entries, err := f.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	types := make(map[string]fs.FileMode, len(entries))
	for _, e := range entries {
		types[e.Name()] = e.Type()
	}
	return types, nil
}

func (d *rootFolder) Read(name string) (File, error) {
	if err := d.expect(name, 0, syscall.EINVAL); err != nil {
		return nil, err
	}
	return d.here.Open(name)
}

func (d *rootFolder) Perm(name string) (fs.FileMode, error) {
	info, err := d.here.Lstat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

func (d *rootFolder) Create(name string, perm fs.FileMode, content, buffer []byte) error {
	initial := perm
	if perm == 0 {
		initial = filePerm
	}
	f, err := d.here.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, initial)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil && perm != 0 {
		err = f.Chmod(perm)
	}
	if err == nil && buffer != nil {
		err = readBack(f, content, buffer)
	}
	return errors.Join(err, f.Close())
}

func (d *rootFolder) Mkdir(name string, perm fs.FileMode) error { return d.here.Mkdir(name, perm) }

func (d *rootFolder) Rename(name string, to Folder, newName string) error {
	return d.with(to, newName, func(newPath string) error { return renameIn(d.top, path.Join(d.path, name), newPath) })
}

func (d *rootFolder) RenameNew(name string, to Folder, newName string) error {
	if _, err := to.(*rootFolder).here.Lstat(newName); !IsMissing(err) {
		if err == nil {
			err = fs.ErrExist
		}
		return err
	}
	return d.Rename(name, to, newName)
}

func (d *rootFolder) Link(name string, to Folder, newName string) error {
	return d.with(to, newName, func(newPath string) error { return linkIn(d.top, path.Join(d.path, name), newPath) })
}

// with calls do with the path of a name in another folder, which must be below the
// same root.
func (d *rootFolder) with(to Folder, name string, do func(path string) error) error {
	other := to.(*rootFolder)
	if other.top != d.top {
		return errors.ErrUnsupported
	}
	return do(path.Join(other.path, name))
}

func (d *rootFolder) Remove(name string) error { return d.here.Remove(name) }

func (d *rootFolder) Rmdir(name string) error {
	if err := d.expect(name, fs.ModeDir, syscall.ENOTDIR); err != nil {
		return err
	}
	return d.here.Remove(name)
}

func (d *rootFolder) Close() { _ = d.here.Close() }
