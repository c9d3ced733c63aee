//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package split

// renameNew renames what is in a directory, unless there is anything of the new
// name.
func renameNew(fd int, name, newName string) error { return renameIfMissing(fd, name, newName) }
