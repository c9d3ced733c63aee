package cli

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
)

// sayUnread lists the parts that could not be read, by cause.
func (c Command) sayUnread(unread ...dupcheck.Unread) {
	for _, cause := range report.Causes(unread) {
		c.sayCause(cause, cause.Parts, "")
	}
}

// sayFew lists the first parts that could not be read, by cause, and counts the others.
func (c Command) sayFew(unread ...dupcheck.Unread) {
	for _, cause := range report.Causes(unread) {
		first, others := cause.Few()
		c.sayCause(cause, first, others)
	}
}

func (c Command) sayCause(cause report.Cause, parts []dupcheck.Unread, others string) {
	for _, u := range parts {
		c.sayf("%s", u.Error())
	}
	if others != "" {
		c.sayf("%s; kuniq check -o oneline names all %d", others, len(cause.Parts))
	}
	if way := advice.Ways[cause.Code]; way != "" {
		c.sayf("help: %s", way)
	}
}
