package journal

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// rootFolder is a folder on any system, by means of os.Root. A Root follows links that
// stay inside of it, so rootFolder checks a name before it opens it.
type rootFolder struct {
	root *os.Root // borrowed
	path string   // below it
}

// OpenPortable opens a directory on any system, by means of os.Root.
func OpenPortable(root *os.Root) (Folder, error) { return rootFolder{root, "."}, nil }

func (d rootFolder) at(name string) string { return path.Join(d.path, name) }

// expect makes sure that a name is of a type, and no link.
func (d rootFolder) expect(name string, want fs.FileMode, otherwise error) error {
	info, err := d.root.Lstat(d.at(name))
	if err == nil && info.Mode().Type() != want {
		err = otherwise
	}
	return err
}

func (d rootFolder) Sub(name string) (Folder, error) {
	return rootFolder{d.root, d.at(name)}, d.expect(name, fs.ModeDir, syscall.ENOTDIR)
}

func (d rootFolder) List() (map[string]fs.FileMode, error) {
	f, err := d.root.Open(d.path)
	if err != nil {
		return nil, err
	}
	return listFile(f)
}

// listFile lists an open directory and closes it.
func listFile(f *os.File) (map[string]fs.FileMode, error) {
	defer f.Close()
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

func (d rootFolder) Read(name string) (File, error) {
	if err := d.expect(name, 0, syscall.EINVAL); err != nil {
		return nil, err
	}
	return d.root.Open(d.at(name))
}

func (d rootFolder) Perm(name string) (fs.FileMode, error) {
	info, err := d.root.Lstat(d.at(name))
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

func (d rootFolder) Create(name string, perm fs.FileMode, content, buffer []byte) error {
	initial := perm
	if perm == 0 {
		initial = filePerm
	}
	f, err := d.root.OpenFile(d.at(name), os.O_RDWR|os.O_CREATE|os.O_EXCL, initial)
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

func (d rootFolder) Mkdir(name string, perm fs.FileMode) error { return d.root.Mkdir(d.at(name), perm) }

func (d rootFolder) Rename(name string, to Folder, newName string) error {
	return d.with(to, newName, func(newPath string) error { return renameIn(d.root, d.at(name), newPath) })
}

func (d rootFolder) RenameNew(name string, to Folder, newName string) error {
	return renameIfMissing(d, name, to, newName)
}

func (d rootFolder) Link(name string, to Folder, newName string) error {
	return d.with(to, newName, func(newPath string) error { return linkIn(d.root, d.at(name), newPath) })
}

// with calls do with the path of a name in another folder, which must be below the
// same root.
func (d rootFolder) with(to Folder, name string, do func(path string) error) error {
	other := to.(rootFolder)
	if other.root != d.root {
		return errors.ErrUnsupported
	}
	return do(other.at(name))
}

func (d rootFolder) Remove(name string) error { return d.root.Remove(d.at(name)) }

func (d rootFolder) Rmdir(name string) error {
	if err := d.expect(name, fs.ModeDir, syscall.ENOTDIR); err != nil {
		return err
	}
	return d.root.Remove(d.at(name))
}

func (rootFolder) Close() {}
