package krmfn

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// unique is what UniqueObjects does.
func (c *config) unique(l *list) (Outcome, error) {
	checked := c.check(l)
	out := Outcome{Log: logOf(checked.report, checked.left), Code: codeOf(checked.report)}
	switch {
	case out.Code == NoWork, c.emitNone:
	case out.Code == Clean:
		out.Output = l.text
	default:
		out.Output = l.failed(checked.report)
	}
	return out, nil
}

// checked is the result of checking a list.
type checked struct {
	report  dupcheck.Report
	left    int // objects that were left out
	objects []placed
	ids     []dupcheck.ID // of the objects
}

// placed is an object with the number of its item.
type placed struct {
	dupcheck.Object
	item    int
	movable bool // the item is this object and nothing else
}

// check looks for duplicates.
func (c *config) check(l *list) checked {
	checker := dupcheck.Checker{Rules: c.rules}
	var out checked
	var unread []dupcheck.Unread
	left := mostValues + len(l.text)
	for i, it := range l.items {
		unread = append(unread, it.unread...)
		for _, o := range it.objects {
			switch {
			case !ours(&o):
			case !c.checkLocal && local(&o):
				out.left++
			default:
				if o.Body != nil {
					o.Body = ownBody{o.Body, &left}
				}
				checker.Add(o)
				out.objects = append(out.objects, placed{o, i, it.single})
			}
		}
	}
	found := checker.Report()
	found.Unread = append(unread, found.Unread...)
	out.report, _ = found.Without(c.ignore)
	out.ids = checker.IDs()
	return out
}

func codeOf(r dupcheck.Report) int {
	switch {
	case len(r.Unread) > 0:
		return NoWork
	case r.Count(dupcheck.Error) > 0:
		return Findings
	}
	return Clean
}

// logOf returns the text for standard error. A pipeline can require its last line: an
// orchestrator that silently skips the function prints nothing.
func logOf(r dupcheck.Report, left int) string {
	return report.Details(r) + "kuniq: " + summary(r, left) + "\n"
}

func summary(r dupcheck.Report, left int) string {
	s := report.Count(r.Objects, "object")
	switch errors := r.Count(dupcheck.Error); {
	case len(r.Unread) > 0:
		s += fmt.Sprintf(", %d unread", len(r.Unread))
	case errors > 0:
		s += ", " + report.Count(errors, "error")
	case r.Objects == 0:
		s += ", nothing was checked"
	default:
		s += ", no duplicates"
	}
	if n := r.Count(dupcheck.Warning); n > 0 {
		s += ", " + report.Count(n, "warning")
	}
	if left > 0 {
		s += ", " + fmt.Sprintf("%d local-config left out", left)
	}
	return s
}
