package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// File is an open file. Its ReadAt returns fewer bytes than requested only at the end of
// the file, even without an error.
type File interface {
	io.ReaderAt
	io.Closer
}

// Folder is an open directory. Names are single components, and no method follows a
// symbolic link. It is like os.Root without the system calls per file and component, and
// stricter: a Root follows links that stay inside.
type Folder interface {
	// Sub opens a directory in it.
	Sub(name string) (Folder, error)
	// List returns the names in it and their types.
	List() (map[string]fs.FileMode, error)
	// Read opens a file, which must be a regular one.
	Read(name string) (File, error)
	// Perm returns the permission bits of a file.
	Perm(name string) (fs.FileMode, error)
	// Create writes a new file and fails if the name exists. The permission bits are
	// exactly perm, or for 0 those of the umask. With a buffer for reading it also fails
	// unless the file then has the content.
	Create(name string, perm fs.FileMode, content, buffer []byte) error
	// Mkdir makes a directory, with perm limited by the umask.
	Mkdir(name string, perm fs.FileMode) error
	// Rename moves a file to another folder of the same kind, and replaces an existing
	// file. The error is errors.ErrUnsupported if the folder is on another device.
	Rename(name string, to Folder, newName string) error
	// RenameNew does so with a file or a directory, and fails if there is
	// anything of the new name. It is errors.ErrUnsupported also where
	// directories cannot be renamed.
	RenameNew(name string, to Folder, newName string) error
	// Link gives a file a second name.
	Link(name string, to Folder, newName string) error
	// Remove removes a file, and Rmdir an empty directory.
	Remove(name string) error
	Rmdir(name string) error
	// Close closes it.
	Close()
}

// readBack makes sure that an open file holds exactly some bytes.
func readBack(f io.ReaderAt, content, buffer []byte) error {
	same, err := sameContent(f, content, buffer)
	if err == nil && !same {
		err = ErrOtherBytes
	}
	return err
}

// sameContent says whether an open file holds exactly some bytes.
func sameContent(f io.ReaderAt, content, buffer []byte) (bool, error) {
	for at := 0; ; {
		n, err := f.ReadAt(buffer, int64(at))
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if n > len(content)-at || string(buffer[:n]) != string(content[at:at+n]) {
			return false, nil
		}
		if at += n; n < len(buffer) {
			return at == len(content), nil
		}
	}
}

// renameIfMissing is RenameNew in two steps.
func renameIfMissing(in Folder, name string, to Folder, newName string) error {
	_, err := to.Perm(newName)
	switch {
	case err == nil:
		return fs.ErrExist
	case !IsMissing(err):
		return err
	}
	return in.Rename(name, to, newName)
}

// openPath opens a directory by its path below top, one component after the
// other, so that none of them is a link.
func openPath(top Folder, dir string) (Folder, error) {
	if dir == "." {
		return top.Sub(".")
	}
	parent, err := openPath(top, path.Dir(dir))
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	return parent.Sub(path.Base(dir))
}

// Reason returns an error of the system without its path, which would be below a handle
// and unknown to the user.
func Reason(err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return pathError.Err
	case errors.As(err, &linkError):
		return linkError.Err
	}
	return err
}
