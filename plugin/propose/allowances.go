package propose

import (
	"slices"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// mostRounds is the number of times that propose looks at what allowances leave unread:
// parts of what they name.
const mostRounds = 5

// allowances lets parts pass that cannot be resolved today, one part for each line, each for
// its one cause.
func (x *maker) allowances() error {
	tried := map[string]int{}
	for range mostRounds {
		if err := x.check(); err != nil {
			return err
		}
		more := false
		for _, u := range x.found.Unread {
			if !mayPass(u) || tried[u.File] > 1 || !utf8.ValidString(u.File) {
				continue
			}
			more = true
			if tried[u.File]++; tried[u.File] > 1 { // it has another cause, too
				anyCause(x.p.Lines, u.File)
			} else {
				x.p.Lines = append(x.p.Lines, allowance(u))
			}
		}
		if !more {
			break
		}
	}
	left := map[string]bool{}
	for _, u := range x.found.Unread {
		left[policy.Literal(u.File)] = true
	}
	x.p.Lines = slices.DeleteFunc(x.p.Lines, func(l Line) bool { return l.Field == AllowUnresolved && left[l.Value] })
	return nil
}

// anyCause lets a part pass for every cause.
func anyCause(lines []Line, file string) {
	for i := range lines {
		if l := &lines[i]; l.Field == AllowUnresolved && l.Value == policy.Literal(file) {
			l.Cause = ""
		}
	}
}

// mayPass says whether something unread is a part that is not resolved, and no file that
// needs a correction.
func mayPass(u dupcheck.Unread) bool {
	if u.File == "." { // which would be everything
		return false
	}
	switch u.Code {
	case "", dupcheck.Template, dupcheck.Encrypted:
		return false
	case dupcheck.Invalid:
		return u.Line == 0
	}
	return true
}

func allowance(u dupcheck.Unread) Line {
	l := Line{Field: AllowUnresolved, Value: policy.Literal(u.File), Reason: dupcheck.Quote(u.Reason), Cause: u.Code}
	if u.Code == checkout.NeedsHelm {
		l.Because = []string{"with a helm command kuniq renders these: then take the lines out"}
	}
	return l
}
