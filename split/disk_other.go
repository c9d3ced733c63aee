//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package split

import "os"

func openFolder(root *os.Root) (folder, error) { return openRootFolder(root) }
