//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package split

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// fdFolder is a folder on a system with openat and its family.
type fdFolder struct{ fd int }

func openFolder(root *os.Root) (folder, error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return (&fdFolder{int(f.Fd())}).sub(".")
}

// uninterrupted repeats a system call that a signal interrupted.
func uninterrupted[T any](call func() (T, error)) (T, error) {
	for {
		if result, err := call(); !errors.Is(err, unix.EINTR) {
			return result, err
		}
	}
}

func (d *fdFolder) openat(name string, flags int, perm uint32) (int, error) {
	return uninterrupted(func() (int, error) {
		return unix.Openat(d.fd, name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, perm)
	})
}

func (d *fdFolder) sub(name string) (folder, error) {
	fd, err := d.openat(name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return &fdFolder{fd}, nil
}

func (d *fdFolder) list() (map[string]fs.FileMode, error) {
	fd, err := d.openat(".", unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	// A file of a Root would ask for the status of each entry.
	f := os.NewFile(uintptr(fd), ".")
	defer f.Close()
	return listFile(f)
}

func (d *fdFolder) read(name string) (io.ReadCloser, error) {
	// Opening a pipe would wait for a writer but for O_NONBLOCK.
	fd, err := d.openat(name, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return fdFile(fd), nil
}

func (d *fdFolder) perm(name string) (fs.FileMode, error) {
	var st unix.Stat_t
	_, err := uninterrupted(func() (int, error) {
		return 0, unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	return fs.FileMode(st.Mode) & fs.ModePerm, err
}

func (d *fdFolder) create(name string, perm fs.FileMode, content []byte) error {
	initial := perm
	if perm == 0 {
		initial = filePerm
	}
	fd, err := d.openat(name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL, uint32(initial))
	if err != nil {
		return err
	}
	err = fdFile(fd).write(content)
	if err == nil && perm != 0 {
		err = unix.Fchmod(fd, uint32(perm))
	}
	return errors.Join(err, unix.Close(fd))
}

func (d *fdFolder) put(name string, content, buffer []byte) error {
	fd, err := d.openat(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, filePerm)
	if err != nil {
		return err
	}
	f := fdFile(fd)
	if err = f.write(content); err == nil {
		err = readBack(f, content, buffer)
	}
	return errors.Join(err, unix.Close(fd))
}

func (d *fdFolder) mkdir(name string, perm fs.FileMode) error {
	return unix.Mkdirat(d.fd, name, uint32(perm))
}

func (d *fdFolder) rename(name string, to folder, newName string) error {
	return unix.Renameat(d.fd, name, to.(*fdFolder).fd, newName)
}

func (d *fdFolder) renameDir(name, newName string) error {
	err := renameNew(d.fd, name, newName)
	if errors.Is(err, unix.EXDEV) { // which means that directories cannot be renamed
		err = errors.ErrUnsupported
	}
	return err
}

// renameIfMissing renames what is in a directory, unless there is anything of the
// new name.
func renameIfMissing(fd int, name, newName string) error {
	var st unix.Stat_t
	err := unix.Fstatat(fd, newName, &st, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case err == nil:
		return unix.EEXIST
	case !errors.Is(err, unix.ENOENT):
		return err
	}
	return unix.Renameat(fd, name, fd, newName)
}

func (d *fdFolder) link(name string, to folder, newName string) error {
	return unix.Linkat(d.fd, name, to.(*fdFolder).fd, newName, 0)
}

func (d *fdFolder) remove(name string) error { return unix.Unlinkat(d.fd, name, 0) }

func (d *fdFolder) rmdir(name string) error { return unix.Unlinkat(d.fd, name, unix.AT_REMOVEDIR) }

func (d *fdFolder) close() { _ = unix.Close(d.fd) }

// fdFile is an open file. An os.File would register with the poller first.
type fdFile int

// Read reads as io.Reader says.
func (f fdFile) Read(p []byte) (int, error) {
	n, err := uninterrupted(func() (int, error) { return unix.Read(int(f), p) })
	if err != nil {
		return 0, err
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// ReadAt reads as io.ReaderAt says, but that it may return less before the end
// of what is no regular file.
func (f fdFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := uninterrupted(func() (int, error) { return unix.Pread(int(f), p, at) })
	if err != nil {
		return 0, err
	}
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}

// Close closes the file.
func (f fdFile) Close() error { return unix.Close(int(f)) }

func (f fdFile) write(content []byte) error {
	for len(content) > 0 {
		n, err := uninterrupted(func() (int, error) { return unix.Write(int(f), content) })
		if err != nil {
			return err
		}
		content = content[n:]
	}
	return nil
}
