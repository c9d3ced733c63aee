package migrate

import (
	"errors"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split/journal"
)

// buildChanges lists the changes of files.
func (p *planner) buildChanges() error {
	var changes []journal.Change
	for _, s := range p.sorted() {
		p.plan.Sources = append(p.plan.Sources, Source{Path: s.path, Files: s.files})
		for _, f := range s.files {
			var old []byte
			if f.Path == s.path {
				old = s.data
			}
			changes = append(changes, newChange(f.Path, s.mode, old, f.data))
		}
		if s.renames() {
			changes = append(changes, newChange(s.path, s.mode, s.data, nil))
		}
	}
	for file, data := range p.rewritten {
		old, mode, err := p.repo.readFile(file)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(p.documents, func(d *document) bool { return d.file == file }); string(p.documents[i].data) != string(old) {
			return errors.New("files were changed while the plan was made; run it again")
		}
		changes = append(changes, newChange(file, mode, old, data))
	}
	for _, c := range changes {
		if why := journal.BadPath(c.Path); why != "" {
			p.refuse(c.Path, 0, checkout.Text(why))
		}
	}
	slices.SortFunc(changes, func(a, b journal.Change) int { return strings.Compare(a.Path, b.Path) })
	p.plan.changes = changes
	return nil
}
