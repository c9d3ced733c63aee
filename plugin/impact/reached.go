package impact

import (
	"io/fs"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// places says how the files of both trees are reached from the working directory.
type places struct {
	base, head deploy.Reached
	tree       fs.FS // of head
	removed    map[dupcheck.Position]bool
}

// place is a position in head, or in base if it is that of a removed object or if head
// does not have the file.
func (p places) place(at dupcheck.Position) dupcheck.Position {
	if p.base == p.head {
		return p.head.Place(at)
	}
	if _, err := fs.Stat(p.tree, at.File); err != nil || p.removed[at] {
		return p.base.Place(at)
	}
	return p.head.Place(at)
}

// show makes the files of a result, which are from the tops of the trees, those that
// are reached from the working directory.
func (p places) show(r *Result) {
	p.removed = map[dupcheck.Position]bool{}
	for _, d := range r.Deployers {
		for _, o := range d.Removed {
			p.removed[o.At] = true
		}
	}
	for i := range r.Deployers {
		d := &r.Deployers[i]
		d.At = p.place(d.At)
		for k := range d.Fields {
			d.Fields[k].At = p.place(d.Fields[k].At)
		}
		for k := range d.Policy {
			d.Policy[k].At = p.place(d.Policy[k].At)
		}
		for k := range d.Removed {
			d.Removed[k].At = p.base.Place(d.Removed[k].At)
		}
		p.findings(d.Findings)
	}
	p.findings(r.General)
	for i := range r.Unexpanded {
		r.Unexpanded[i].At = p.place(r.Unexpanded[i].At)
	}
	for i := range r.Acknowledgements {
		r.Acknowledgements[i].At = p.place(r.Acknowledgements[i].At)
	}
	for i := range r.NotKnown {
		r.NotKnown[i].File = p.file(r.NotKnown[i].File)
	}
	for i := range r.Unread {
		r.Unread[i].File = p.file(r.Unread[i].File)
	}
}

func (p places) findings(all []Finding) {
	for i := range all {
		all[i].At = p.place(all[i].At)
	}
}

func (p places) file(name string) string { return p.place(dupcheck.Position{File: name}).File }
