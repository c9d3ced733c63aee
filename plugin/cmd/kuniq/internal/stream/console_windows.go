package stream

import (
	"os"

	"golang.org/x/sys/windows"
)

// Colors says whether a terminal understands the escapes of colours and links, which a
// console of Windows only does when it is asked to.
func Colors(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	return windows.GetConsoleMode(console, &mode) == nil &&
		windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
