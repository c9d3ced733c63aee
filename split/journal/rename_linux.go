package journal

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew renames what is in a directory, unless there is anything of the new name
// in the other one, in one step where the file system can.
func renameNew(fd int, name string, to int, newName string) error {
	err := unix.Renameat2(fd, name, to, newName, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return renameIfMissing(fd, name, to, newName)
	}
	return err
}
