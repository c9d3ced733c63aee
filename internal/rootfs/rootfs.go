// Package rootfs reads the directories of an os.Root without a system call for each entry.
package rootfs

import (
	"io/fs"
	"os"
)

// FS returns the tree below a root, like its method FS. But its ReadDir does not ask the
// system for the status of each entry before it is needed: in a directory of ten thousand
// files that takes as long as reading them. An entry has the type that the directory gives.
// Its Info is that of the path at the time of the call, which may lead out of the root by
// then. A caller that needs it should ask the tree.
func FS(root *os.Root) fs.FS { return below(root) }
