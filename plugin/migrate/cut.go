package migrate

import (
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/fold"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split"
)

// cutter splits files with several objects.
type cutter struct{ *planner }

// cut decides how to split every source.
//
// The files of one directory are split together, because no two of them may declare one
// object and no two new files may have one name. A patch has the identity of its target, so
// patches are split separately and their names end in ".patch.yaml".
func (p cutter) cut() error {
	groups := map[[2]string][]*source{}
	for _, s := range p.sorted() {
		switch {
		case p.isToolConfig(s):
			p.drop(s.path, "configuration of a tool, which reads it as one file")
		case s.isPatch() && s.whole():
			delete(p.sources, s.path) // only to be renamed, and has no name of its own
		case s.isPatch():
			p.cutPatches(s)
		default:
			key := [2]string{path.Dir(s.path), path.Ext(s.path)}
			groups[key] = append(groups[key], s)
		}
	}
	done := 0
	for _, group := range groups {
		p.cutGroup(group, path.Ext(group[0].path))
		done++
		p.options.progress("directories planned", done, len(groups))
	}
	p.separatePatches()
	p.leaveAsTheyAre()
	return p.ctx.Err()
}

// isToolConfig says whether a file holds only objects that no server would store and no
// kustomization reads.
func (p cutter) isToolConfig(s *source) bool {
	if s.used(checkout.AsManifest, checkout.AsConfig) {
		return false
	}
	checker := dupcheck.Checker{Rules: p.options.Split.Rules}
	for _, o := range s.objects {
		checker.Add(o)
	}
	return len(s.objects) > 0 && !slices.ContainsFunc(checker.IDs(), func(id dupcheck.ID) bool { return id.Kind != "" })
}

// cutGroup splits the files of a directory. Each of them is split by itself, so that no
// comment moves from one to the next. Their names are decided together.
func (p cutter) cutGroup(group []*source, extension string) {
	o := p.options.Split
	o.Extension = extension
	inputs := make([]split.Input, len(group))
	for i, s := range group {
		inputs[i] = split.Input{Name: s.path, Data: s.data}
	}
	joint := split.New(inputs, o)
	names := map[dupcheck.Position]string{}
	for _, f := range joint.Files {
		names[f.From] = f.Name
	}
	for i, s := range group {
		own := joint
		if len(group) > 1 {
			own = split.New(inputs[i:i+1], o)
		}
		p.takeRefusals(own)
		s.refused = len(own.Refusals) > 0
		p.plan.Notes = append(p.plan.Notes, own.Notes...)
		p.settle(s, own, names)
	}
	if len(group) > 1 {
		p.refuseTogether(group, joint)
	}
}

// takeRefusals takes over the refusals of a split. A document without a name must not be
// dropped here, and a file named by a hash tells a reader nothing.
func (p cutter) takeRefusals(from split.Plan) {
	for _, r := range from.Refusals {
		why := checkout.Text(r.Reason)
		if r.Unnameable {
			why += "; leave the file out"
		}
		p.plan.Refusals = append(p.plan.Refusals, Refusal{r.At, why})
	}
}

// pair is two files of one directory.
type pair struct{ first, second string }

// refuseTogether refuses files of a directory that only conflict with each other. Files that
// are alternatives, such as one for each environment, declare the same objects. Each of them
// gets one refusal for that.
func (p cutter) refuseTogether(group []*source, joint split.Plan) {
	shared := map[pair][]dupcheck.Declaration{}
	ids := map[pair]dupcheck.ID{}
	for _, d := range joint.Report.Diagnostics {
		if d.Rule != dupcheck.DuplicateObject && d.Rule != dupcheck.IdenticalObject || d.Severity != dupcheck.Error {
			continue
		}
		first := d.Declarations[0]
		for _, o := range d.Declarations[1:] {
			if both := (pair{first.File, o.File}); o.File != first.File {
				if len(shared[both]) == 0 {
					ids[both] = d.ID
				}
				shared[both] = append(shared[both], o)
			}
		}
	}
	if len(shared) == 0 {
		p.takeRefusals(joint)
		return
	}
	for files, there := range shared {
		p.refuse(files.second, there[0].Line, checkout.Reasonf(
			"%s that %s has, too, such as %s; one directory cannot hold both: leave files out, or move them to directories of their own first",
			report.Count(len(there), "object"), checkout.Named(files.first), ids[files]))
		for _, s := range group {
			s.refused = s.refused || s.path == files.first || s.path == files.second
		}
	}
}

// cutPatches splits a file of patches.
func (p cutter) cutPatches(s *source) {
	p.cutGroup([]*source{s}, ".patch"+path.Ext(s.path))
}

// settle takes over the files of one source.
func (p cutter) settle(s *source, own split.Plan, names map[dupcheck.Position]string) {
	order := map[dupcheck.Position]int{}
	for i, o := range s.objects {
		order[o.At] = i
	}
	s.files, s.sliced = nil, s.lines && !p.options.Split.CopyHeader
	seen := map[dupcheck.Position]bool{}
	files := slices.SortedStableFunc(slices.Values(own.Files), func(a, b split.File) int { return order[a.From] - order[b.From] })
	for _, f := range files {
		if seen[f.From] || names[f.From] == "" {
			p.refuse(s.path, f.From.Line, "several objects stand in one place, as aliases do; write them out first")
			continue
		}
		seen[f.From] = true
		s.sliced = s.sliced && f.How == split.Sliced
		if f.How == split.Reencoded && path.Ext(s.path) == ".json" {
			p.refuse(s.path, f.From.Line, "the item would no longer be JSON")
		}
		s.files = append(s.files, File{
			Path: path.Join(path.Dir(s.path), names[f.From]), ID: f.ID, Line: f.From.Line, How: f.How, data: f.Bytes(),
		})
	}
}

// separatePatches adds the stem of their own file to patches that would have the name of
// another file.
func (p cutter) separatePatches() {
	owners := map[string]map[string]bool{}
	claim := func(name, owner string) {
		key := fold.String(name)
		if owners[key] == nil {
			owners[key] = map[string]bool{}
		}
		owners[key][owner] = true
	}
	for _, file := range p.repo.tracked {
		claim(file, file)
	}
	for _, s := range p.sorted() {
		for _, f := range s.files {
			claim(f.Path, s.path)
		}
	}
	for _, s := range p.sorted() {
		shared := slices.ContainsFunc(s.files, func(f File) bool { return len(owners[fold.String(f.Path)]) > 1 })
		if !shared || !s.isPatch() {
			continue
		}
		extension := ".patch" + path.Ext(s.path)
		stem := plainName(strings.TrimSuffix(path.Base(s.path), path.Ext(s.path)))
		for i := range s.files {
			s.files[i].Path = strings.TrimSuffix(s.files[i].Path, extension) + "." + stem + extension
		}
	}
}

// plainName replaces characters that would need quotes in YAML.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, s)
}

// leaveAsTheyAre drops the sources that are already in their final state, and those whose
// only object has no identity for a name.
func (p cutter) leaveAsTheyAre() {
	for _, s := range p.sorted() {
		if len(s.files) != 1 || !s.whole() {
			continue
		}
		if f := s.files[0]; f.Path == s.path || f.ID.Name == "" {
			delete(p.sources, s.path)
			p.singles = append(p.singles, single{s.path, own(s.objects[0])})
		}
	}
}
