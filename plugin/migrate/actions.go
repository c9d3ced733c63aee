package migrate

import (
	"errors"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/split/journal"
)

// buildActions lists the changes of files.
func (p *planner) buildActions() error {
	var actions []action
	for _, s := range p.sorted() {
		p.plan.Sources = append(p.plan.Sources, Source{Path: s.path, Files: s.files})
		for _, f := range s.files {
			var old []byte
			if f.Path == s.path {
				old = s.data
			}
			actions = append(actions, newAction(f.Path, s.mode, old, f.data))
		}
		if s.renames() {
			actions = append(actions, newAction(s.path, s.mode, s.data, nil))
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
		actions = append(actions, newAction(file, mode, old, data))
	}
	for _, a := range actions {
		if why := journal.BadPath(a.Path); why != "" {
			p.refuse(a.Path, 0, why)
		}
	}
	slices.SortFunc(actions, func(a, b action) int { return strings.Compare(a.Path, b.Path) })
	p.plan.actions = actions
	return nil
}
