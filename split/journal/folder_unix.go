//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// fdFolder is a folder on a system with openat and its family.
type fdFolder struct{ fd int }

// OpenFolder opens a directory by the system calls that are relative to one.
func OpenFolder(root *os.Root) (Folder, error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return (&fdFolder{int(f.Fd())}).Sub(".")
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

func (d *fdFolder) Sub(name string) (Folder, error) {
	fd, err := d.openat(name, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return &fdFolder{fd}, nil
}

func (d *fdFolder) List() (map[string]fs.FileMode, error) {
	fd, err := d.openat(".", unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	// A file of a Root would ask for the status of each entry.
	return listFile(os.NewFile(uintptr(fd), "."))
}

func (d *fdFolder) Read(name string) (File, error) {
	// Opening a pipe would wait for a writer but for O_NONBLOCK.
	fd, err := d.openat(name, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return fdFile(fd), nil
}

func (d *fdFolder) Perm(name string) (fs.FileMode, error) {
	var st unix.Stat_t
	_, err := uninterrupted(func() (int, error) {
		return 0, unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	return fs.FileMode(st.Mode) & fs.ModePerm, err
}

func (d *fdFolder) Create(name string, perm fs.FileMode, content, buffer []byte) error {
	initial := perm
	if perm == 0 {
		initial = filePerm
	}
	fd, err := d.openat(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, uint32(initial))
	if err != nil {
		return err
	}
	f := fdFile(fd)
	err = f.write(content)
	if err == nil && perm != 0 {
		err = unix.Fchmod(fd, uint32(perm))
	}
	if err == nil && buffer != nil {
		err = readBack(f, content, buffer)
	}
	return errors.Join(err, unix.Close(fd))
}

func (d *fdFolder) Mkdir(name string, perm fs.FileMode) error {
	return unix.Mkdirat(d.fd, name, uint32(perm))
}

func (d *fdFolder) Rename(name string, to Folder, newName string) error {
	return supported(unix.Renameat(d.fd, name, to.(*fdFolder).fd, newName))
}

func (d *fdFolder) RenameNew(name string, to Folder, newName string) error {
	return supported(renameNew(d, name, to.(*fdFolder), newName))
}

// supported turns the error of a rename to another device, which may also mean that
// directories cannot be renamed, into errors.ErrUnsupported.
func supported(err error) error {
	if errors.Is(err, unix.EXDEV) {
		return errors.ErrUnsupported
	}
	return err
}

func (d *fdFolder) Link(name string, to Folder, newName string) error {
	return unix.Linkat(d.fd, name, to.(*fdFolder).fd, newName, 0)
}

func (d *fdFolder) Remove(name string) error { return unix.Unlinkat(d.fd, name, 0) }

func (d *fdFolder) Rmdir(name string) error { return unix.Unlinkat(d.fd, name, unix.AT_REMOVEDIR) }

func (d *fdFolder) Close() { _ = unix.Close(d.fd) }

// fdFile is an open file. An os.File would register with the poller first.
type fdFile int

// ReadAt implements io.ReaderAt, but may return less before the end of a file that is not
// regular.
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

// LockDirectory keeps other runs out of a directory until unlock is called or the process
// ends in any way. It locks the directory itself and so changes nothing in it. If that is
// impossible, as on NFS, the error is errors.ErrUnsupported.
func LockDirectory(root *os.Root) (unlock func(), err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Shown(root, "."), Reason(err))
	}
	_, err = uninterrupted(func() (int, error) {
		return 0, unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	})
	switch {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", Shown(root, "."), ErrBusy)
	}
	_ = f.Close()
	return nil, errors.ErrUnsupported
}
