package propose

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// mostCollide limits the colliding objects of one cluster: one in so many.
const mostCollide = 50

// together proposes that everything is deployed to one cluster, if kustomizations have next
// to no object in common. Then copies from one to another are found.
func (x *maker) together() error {
	roots, objects := map[string]bool{}, 0
	for _, o := range x.objects {
		if o.Root != "" {
			roots[o.Root] = true
			objects++
		}
	}
	if len(roots) < 2 || len(x.p.values(Set)) > 0 {
		return nil
	}
	before, n := x.found, len(x.p.Lines)
	l := Line{Field: Together, Value: "true"}
	x.p.Lines = append(x.p.Lines, l)
	if err := x.check(); err != nil {
		return err
	}
	more := x.found.Count(dupcheck.Error) - before.Count(dupcheck.Error)
	l.Because = []string{fmt.Sprintf("%s render %s, of which %d collide: they look like those of one cluster. Take this out if there are several",
		report.Count(len(roots), "directory"), report.Count(objects, "object"), more)}
	l.Open = deployersIn(x.found) > deployersIn(before)
	if l.Open {
		l.Because = append(l.Because, "deployers are among these: decide")
	}
	x.p.Lines = x.p.Lines[:n]
	if mostCollide*more <= objects {
		x.p.Lines = append(x.p.Lines, l)
	}
	if l.Open || len(x.p.Lines) == n {
		x.found = before
	}
	return nil
}

// deployersIn returns the number of errors in a report that are about deployers.
func deployersIn(r dupcheck.Report) (n int) {
	for _, d := range r.Diagnostics {
		if d.Severity == dupcheck.Error && decides(d.ID) {
			n++
		}
	}
	return n
}
