package gate

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// MissingSubmodules returns the git submodules below the arguments that are not checked
// out. It is for callers that read directories as plain files. skip may be nil.
func MissingSubmodules(args []string, skip func(name string) string) (unread []dupcheck.Unread, err error) {
	all, err := repositories(args)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		var dirs []string
		for _, d := range c.dirs {
			dirs = append(dirs, d.at)
		}
		tree := checkout.Find(c.fsys, dirs, checkout.Options{Strict: true, Submodules: checkout.GitSubmodules, Skip: func(p string) string {
			if skip == nil {
				return ""
			}
			return skip(c.display(p))
		}})
		for _, dir := range dirs {
			for _, f := range tree.Files(dir) {
				if f.Code == checkout.Absent {
					unread = append(unread, dupcheck.Unread{File: c.display(f.Path), Reason: f.Unread, Code: f.Code})
				}
			}
		}
		_ = c.root.Close() // it was only read
	}
	return unread, nil
}
