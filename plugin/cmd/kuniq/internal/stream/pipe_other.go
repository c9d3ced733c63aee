//go:build !linux

package stream

import "os"

// Widen does nothing: only Linux lets a program choose how much a pipe holds.
func Widen(*os.File) {}
