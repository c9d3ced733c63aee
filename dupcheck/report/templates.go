package report

import (
	"fmt"
	"path"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostTemplates is how many files of one directory are named one by one.
const mostTemplates = 3

// unreadLines returns the lines about what could not be read. Where a directory
// has many templates it is one line for all of them, in the place of the first.
func unreadLines(all []dupcheck.Unread) (lines []string) {
	files := map[string]map[string]bool{} // by directory
	for _, u := range all {
		if dir := path.Dir(u.File); u.Code == dupcheck.Template {
			if files[dir] == nil {
				files[dir] = map[string]bool{}
			}
			files[dir][u.File] = true
		}
	}
	told := map[string]bool{}
	for _, u := range all {
		dir := path.Dir(u.File)
		switch {
		case u.Code != dupcheck.Template || len(files[dir]) <= mostTemplates:
			lines = append(lines, unread(u))
		case !told[dir]:
			told[dir] = true
			lines = append(lines, unread(dupcheck.Unread{File: dir, Reason: fmt.Sprintf(
				"%d files look like templates: render them first (helm template CHART | kuniq check -), or leave them out; oneline names them", len(files[dir]))}))
		}
	}
	return lines
}
