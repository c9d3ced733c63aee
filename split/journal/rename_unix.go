//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package journal

// renameNew renames what is in a directory, unless there is anything of the new name
// in the other one.
func renameNew(fd int, name string, to int, newName string) error {
	return renameIfMissing(fd, name, to, newName)
}
