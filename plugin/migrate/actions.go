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
		stays := false
		for _, f := range s.files {
			a := action{path: f.Path, mode: s.mode, new: f.data, isNew: f.Path != s.path}
			if !a.isNew {
				a.old, stays = s.data, true
			}
			actions = append(actions, a)
		}
		if !stays {
			actions = append(actions, action{path: s.path, mode: s.mode, old: s.data, isGone: true})
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
		actions = append(actions, action{path: file, mode: mode, old: old, new: data})
	}
	for _, a := range actions {
		if why := journal.BadPath(a.path); why != "" {
			p.refuse(a.path, 0, why)
		}
	}
	slices.SortFunc(actions, func(a, b action) int { return strings.Compare(a.path, b.path) })
	p.plan.actions = actions
	return nil
}
