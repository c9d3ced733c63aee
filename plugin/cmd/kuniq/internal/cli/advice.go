package cli

import (
	"errors"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// helpingFlags are what the flags can do about a reason, by its code. The libraries
// know no flags, so that their words end where these begin.
var helpingFlags = map[dupcheck.Code]string{
	dupcheck.Template:    " with --skip",
	checkout.NeedsHelm:   " (--helm, --skip)",
	checkout.NeedsValue:  " (--ext-str, --tla-str)",
	checkout.NeedsImport: " (-J names other directories)",
	checkout.TooLong:     " (--timeout)",
}

// advised returns what could not be read with the flags that help.
func advised(unread []dupcheck.Unread) []dupcheck.Unread {
	out := slices.Clone(unread)
	for i := range out {
		out[i].Reason += helpingFlags[out[i].Code]
	}
	return out
}

// advisedReport is a report with the flags that help.
func advisedReport(r dupcheck.Report) dupcheck.Report {
	r.Unread, r.Diagnostics = advised(r.Unread), slices.Clone(r.Diagnostics)
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Rule == dupcheck.IdenticalObject && d.Advice != "" {
			d.Advice += " with --identical warn"
		}
	}
	return r
}

// advisedError is an error with the flags that help.
func advisedError(err error) error {
	var u *checkout.Unresolved
	if !errors.As(err, &u) || helpingFlags[u.Code] == "" {
		return err
	}
	return errors.New(err.Error() + helpingFlags[u.Code])
}

// sayUnread says what could not be read, a line each.
func (c Command) sayUnread(unread ...dupcheck.Unread) {
	for _, u := range advised(unread) {
		c.sayf("%s", u.Error())
	}
}
