//go:build !unix

package rootfs

import (
	"io/fs"
	"os"
)

func below(root *os.Root) fs.FS { return root.FS() }
