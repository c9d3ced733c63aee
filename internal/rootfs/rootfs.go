// Package rootfs reads the directories of an os.Root without asking for more than
// is in them.
package rootfs

import (
	"io/fs"
	"os"
)

// FS returns the tree below a root, as its method FS does, but that ReadDir does
// not ask the system for the status of each entry before it is needed:
// in a directory of ten thousand files that takes as long as to read them. An
// entry has the type that the directory says. Its Info is that of the path at the
// time when it is asked for, which may lead out of the root by then; a caller that
// needs it should ask the tree.
func FS(root *os.Root) fs.FS { return below(root) }
