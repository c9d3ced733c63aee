package journal

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew is RenameNew, in one step where the file system can.
func renameNew(in *fdFolder, name string, to *fdFolder, newName string) error {
	err := unix.Renameat2(in.fd, name, to.fd, newName, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return renameIfMissing(in, name, to, newName)
	}
	return err
}
