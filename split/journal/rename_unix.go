//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package journal

// renameNew is RenameNew.
func renameNew(in *fdFolder, name string, to *fdFolder, newName string) error {
	return renameIfMissing(in, name, to, newName)
}
