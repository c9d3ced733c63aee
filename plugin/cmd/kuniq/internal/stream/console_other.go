//go:build !windows

package stream

import "os"

// Colors says whether a terminal understands the escapes of colours and links.
func Colors(*os.File) bool { return true }
