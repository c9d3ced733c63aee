package impact

import (
	"io/fs"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

// places says how the files of both trees are reached from the working directory.
type places struct {
	base, head checkout.Reached
	tree       fs.FS // of head
}

// place is a position in head, or in base if head does not have the file.
func (p places) place(at dupcheck.Position) dupcheck.Position {
	if p.base == p.head {
		return p.head.Place(at)
	}
	if _, err := fs.Stat(p.tree, at.File); err != nil {
		return p.base.Place(at)
	}
	return p.head.Place(at)
}

// show names the files of a result as they are reached from the working directory. They
// were named from the tops of the trees.
func (p places) show(r *Result) {
	for i := range r.Deployers {
		d := &r.Deployers[i]
		d.At = p.place(d.At)
		p.findings(d.Findings, d.Removed)
		for k := range d.Fields {
			d.Fields[k].At = p.place(d.Fields[k].At)
		}
		for k := range d.Policy {
			d.Policy[k].At = p.place(d.Policy[k].At)
		}
		for k := range d.Removed {
			d.Removed[k].At = p.base.Place(d.Removed[k].At)
		}
	}
	p.findings(r.General, nil)
	for i := range r.Unexpanded {
		u := &r.Unexpanded[i]
		u.At, u.Reason = p.place(u.At), u.Reason.Told(p.file)
	}
	for i := range r.Acknowledgements {
		if a := &r.Acknowledgements[i]; a.Annotation == admission.AllowDelete { // the object is deleted
			a.At = p.base.Place(a.At)
		} else {
			a.At = p.place(a.At)
		}
	}
	for i := range r.NotKnown {
		r.NotKnown[i].File = p.file(r.NotKnown[i].File)
	}
	for i := range r.Unread {
		r.Unread[i].File = p.file(r.Unread[i].File)
	}
}

// findings renames the places of findings about one deployer, which may be about objects
// that it loses.
func (p places) findings(all []Finding, removed []RemovedObject) {
	for i := range all {
		if f := &all[i]; f.isAt(removed) {
			f.At = p.base.Place(f.At)
		} else {
			f.At = p.place(f.At)
		}
	}
}

// reason returns a reason with the files as they are reached.
func (p places) reason(why checkout.Reason) string { return why.Shown(p.file) }

func (p places) file(name string) string { return p.place(dupcheck.Position{File: name}).File }
