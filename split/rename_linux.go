package split

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew renames what is in a directory, unless there is anything of the new
// name, in one step where the file system can.
func renameNew(fd int, name, newName string) error {
	err := unix.Renameat2(fd, name, fd, newName, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return renameIfMissing(fd, name, newName)
	}
	return err
}
