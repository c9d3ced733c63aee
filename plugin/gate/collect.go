package gate

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// collector collects objects, and what could not be read.
type collector struct {
	checker dupcheck.Checker
	report  dupcheck.Report
	objects int
	held    int // objects of a file that comes in several parts
}

func (in *collector) add(file manifest.File) {
	for _, o := range file.Objects {
		in.checker.Add(o)
	}
	in.objects += len(file.Objects)
	in.report.Unread = append(in.report.Unread, file.Unread...)
	switch {
	case file.More: // the last part counts it
		in.held += len(file.Objects)
	case file.Skipped != "":
		in.report.Skipped = append(in.report.Skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	case in.held+len(file.Objects) > 0 || len(file.Unread) == 0:
		in.report.Files++ // at least a part of it was read
	}
	if !file.More {
		in.held = 0
	}
}

// finish checks the collected objects.
func (in *collector) finish() dupcheck.Report {
	r, found := in.report, in.checker.Report()
	r.Objects, r.Diagnostics = found.Objects, found.Diagnostics
	r.Unread = append(r.Unread, found.Unread...)
	return r
}
