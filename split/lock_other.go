//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package split

import "os"

// lock keeps other runs out of a directory until unlock is called.
func lock(root *os.Root) (unlock func(), err error) { return lockByFile(root) }
