package split

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// What the umask leaves of these is what new files and directories get.
const (
	filePerm = 0o666
	dirPerm  = 0o777
)

// rootFolder is a folder on any system, by means of os.Root. A Root follows
// links that stay inside of it, so what is opened is looked at first.
type rootFolder struct {
	top  *os.Root // borrowed
	path string   // below top
	here *os.Root
}

func openRootFolder(root *os.Root) (folder, error) {
	here, err := root.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return &rootFolder{root, ".", here}, nil
}

func (d *rootFolder) sub(name string) (folder, error) {
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

func (d *rootFolder) list() (map[string]fs.FileMode, error) {
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

func (d *rootFolder) read(name string) (io.ReadCloser, error) {
	if err := d.expect(name, 0, syscall.EINVAL); err != nil {
		return nil, err
	}
	return d.here.Open(name)
}

func (d *rootFolder) perm(name string) (fs.FileMode, error) {
	info, err := d.here.Lstat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

func (d *rootFolder) create(name string, perm fs.FileMode, content []byte) error {
	initial := perm
	if perm == 0 {
		initial = filePerm
	}
	f, err := d.here.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, initial)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil && perm != 0 {
		err = f.Chmod(perm)
	}
	return errors.Join(err, f.Close())
}

func (d *rootFolder) put(name string, content, buffer []byte) error {
	f, err := d.here.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = readBack(f, content, buffer)
	}
	return errors.Join(err, f.Close())
}

func (d *rootFolder) mkdir(name string, perm fs.FileMode) error { return d.here.Mkdir(name, perm) }

func (d *rootFolder) rename(name string, to folder, newName string) error {
	return renameIn(d.top, path.Join(d.path, name), path.Join(to.(*rootFolder).path, newName))
}

func (d *rootFolder) renameDir(name, newName string) error {
	if _, err := d.here.Lstat(newName); !isMissing(err) {
		if err == nil {
			err = fs.ErrExist
		}
		return err
	}
	return renameIn(d.here, name, newName)
}

func (d *rootFolder) link(name string, to folder, newName string) error {
	return linkIn(d.top, path.Join(d.path, name), path.Join(to.(*rootFolder).path, newName))
}

func (d *rootFolder) remove(name string) error { return d.here.Remove(name) }

func (d *rootFolder) rmdir(name string) error {
	if err := d.expect(name, fs.ModeDir, syscall.ENOTDIR); err != nil {
		return err
	}
	return d.here.Remove(name)
}

func (d *rootFolder) close() { _ = d.here.Close() }
