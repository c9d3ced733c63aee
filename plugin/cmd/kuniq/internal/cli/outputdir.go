package cli

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split"
)

// besides returns a function like skip that also leaves out an output directory below one
// of the arguments. It refuses an output directory that is an argument itself, because then
// nothing would be left to read.
func besides(c Command, dir string, args []string, skip func(string) string) (func(string) string, error) {
	if dir == "" {
		return skip, nil
	}
	if root, err := split.OpenDir(dir); err == nil {
		_ = root.Close() // the type of the output directory is the question
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, failf("%s: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	}
	left, itself, err := checkout.NamesOf(dir, args)
	switch {
	case err != nil:
		return nil, failf("%s: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	case itself != "":
		return nil, usagef("%s is the input and the output directory: name another one with -d", dupcheck.Quote(itself))
	}
	if len(left) > 0 && isDirectory(dir) {
		c.notef("%s is the output directory, and not read", dupcheck.Quote(dir))
	}
	return func(name string) string {
		if slices.Contains(left, name) {
			return "the output directory"
		}
		return skip(name)
	}, nil
}

func isDirectory(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
