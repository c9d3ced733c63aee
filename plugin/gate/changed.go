package gate

import (
	"context"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// touches finds out which findings a change touches. It is a policy.Touched.
func (x *run) touches(ctx context.Context, since *revision.Revision, r dupcheck.Report) (func(dupcheck.Diagnostic) bool, error) {
	return x.touching(nil)(ctx, since, r)
}

// touching is touches for findings that depend on more files than they name.
func (x *run) touching(because func(dupcheck.Diagnostic) []string) policy.Touched {
	return func(ctx context.Context, since *revision.Revision, r dupcheck.Report) (func(dupcheck.Diagnostic) bool, error) {
		t := touched{since: since, set: x.paths.Set, uses: x.using(r), made: x.made(r), because: because}
		return t.finding, t.look(ctx, r)
	}
}

// Touched finds out which findings about files that are read as they are a change
// touches. set returns the deployable set of a file.
func Touched(set func(file string) string) policy.Touched {
	return func(ctx context.Context, since *revision.Revision, r dupcheck.Report) (func(dupcheck.Diagnostic) bool, error) {
		t := touched{since: since, set: set}
		return t.finding, t.look(ctx, r)
	}
}

// look finds the changed files.
func (t *touched) look(ctx context.Context, r dupcheck.Report) error {
	t.edits, t.redefined, t.lost = map[string]revision.Edit{}, map[string]bool{}, map[dupcheck.ID]map[string]bool{}
	defined := mayBeDefined(r)
	edits, err := t.since.Edits(ctx, func(p string) bool { return defined && manifest.HasExtension(p) })
	if err != nil {
		return err
	}
	for _, e := range edits {
		t.edits[e.Path] = e
	}
	ask := slices.Concat(declaring(r), slices.Concat(slices.Collect(maps.Values(t.uses))...))
	for _, root := range t.made {
		ask = append(ask, root.files...)
	}
	for _, d := range r.Diagnostics {
		if t.because != nil {
			ask = append(ask, t.because(d)...)
		}
	}
	if t.changed, err = t.since.Changed(ctx, ask); err != nil {
		return err
	}
	t.lose()
	return nil
}

// mayBeDefined says whether a definition could have decided any finding. Only then
// is the old content of files needed, which a shallow clone may not have.
func mayBeDefined(r dupcheck.Report) bool {
	return slices.ContainsFunc(r.Diagnostics, func(d dupcheck.Diagnostic) bool {
		return slices.ContainsFunc(d.Declarations, func(o dupcheck.Declaration) bool {
			return strings.Contains(dupcheck.GroupOf(o.APIVersion), ".")
		})
	})
}

// touched says whether a change touches a finding.
type touched struct {
	since   *revision.Revision
	set     func(file string) string
	edits   map[string]revision.Edit // by the path from the top of the repository
	changed map[string]bool          // of the files that were asked for
	uses    map[string][]string      // by the target of a declaration
	made    map[string]inputs        // by the file in the position of a rendered definition
	because func(dupcheck.Diagnostic) []string

	redefined map[string]bool                 // of changed files: whether their definitions have changed
	lost      map[dupcheck.ID]map[string]bool // kinds of definitions that are no longer where they were, with the sets there
}

// inputs are the files that a definition was rendered from. Plain resources matter
// only through the definitions in them.
type inputs struct {
	files     []string
	resources map[string]bool
}

func (t *touched) finding(d dupcheck.Diagnostic) bool {
	isChanged := func(file string) bool { return t.changed[file] }
	return slices.ContainsFunc(d.Declarations, t.declaration) || slices.ContainsFunc(d.Definitions, t.definition) || t.loses(d) ||
		t.because != nil && slices.ContainsFunc(t.because(d), isChanged)
}

// loses says whether a definition that decided a finding was removed. A definition
// in another set can only have decided it if the set of the finding has none.
func (t *touched) loses(d dupcheck.Diagnostic) bool {
	own := slices.ContainsFunc(d.Definitions, func(o dupcheck.Declaration) bool { return t.set(o.File) == d.Set })
	for _, o := range d.Declarations {
		for set := range t.lost[dupcheck.ID{Group: dupcheck.GroupOf(o.APIVersion), Kind: o.Kind}] {
			if set == "" || set == d.Set || !own {
				return true
			}
		}
	}
	return false
}

func (t *touched) declaration(o dupcheck.Declaration) bool {
	return t.changed[o.File] || t.reordered(o.File) ||
		slices.ContainsFunc(t.uses[o.Origin], func(file string) bool { return t.changed[file] })
}

func (t *touched) definition(o dupcheck.Declaration) bool {
	in, rendered := t.made[o.File]
	if !rendered {
		return t.redefines(o.File)
	}
	return slices.ContainsFunc(in.files, func(file string) bool {
		return t.changed[file] && (!in.resources[file] || t.redefines(file))
	})
}

// reordered says whether the change edits a file, such as a kustomization, that
// decides how a directory above the file is read.
func (t *touched) reordered(file string) bool {
	for p := range t.edits {
		if checkout.Arranges(p) && checkout.Below(file, path.Dir(t.since.Seen(p))) {
			return true
		}
	}
	return false
}

// redefines says whether a change to a file is one of the definitions in it.
func (t *touched) redefines(file string) bool {
	if !t.changed[file] {
		return false
	}
	answer, known := t.redefined[file]
	if !known {
		place, _ := t.since.Place(file)
		data, err := checkout.ReadRegular(filepath.FromSlash(file), manifest.MaxFound, true)
		answer = err != nil || !maps.Equal(definitionsIn(data), definitionsIn(t.edits[place].Was))
		t.redefined[file] = answer
	}
	return answer
}

// lose finds the kinds whose definition was removed or changed its scope.
func (t *touched) lose() {
	for _, e := range t.edits {
		was := definitionsIn(e.Was)
		if len(was) == 0 {
			continue
		}
		data, err := checkout.ReadRegular(t.since.Path(e.Path), manifest.MaxFound, true)
		if err != nil {
			data = nil
		}
		now := definitionsIn(data)
		for d := range was {
			if now[d] >= was[d] {
				continue
			}
			if t.lost[d.kind] == nil {
				t.lost[d.kind] = map[string]bool{}
			}
			t.lost[d.kind][t.set(t.since.Seen(e.Path))] = true
		}
	}
}

// definition is the kind and scope that a CustomResourceDefinition declares.
type definition struct {
	kind  dupcheck.ID
	scope string
}

// definitionsIn counts the definitions in a file.
func definitionsIn(data []byte) map[definition]int {
	all := map[definition]int{}
	for o, err := range manifest.Parse("", data) {
		if err == nil && o.CRD != nil {
			all[definition{dupcheck.ID{Group: o.CRD.Group, Kind: o.CRD.Kind}, o.CRD.ScopeName()}]++
		}
	}
	return all
}

// declaring returns the files of all findings and of the definitions that decided
// them.
func declaring(r dupcheck.Report) []string {
	seen := map[string]bool{}
	for _, diagnostic := range r.Diagnostics {
		for _, o := range slices.Concat(diagnostic.Declarations, diagnostic.Definitions) {
			seen[o.File] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// made returns the input files of the rendered definitions in a report.
func (x *targets) made(r dupcheck.Report) map[string]inputs {
	out := map[string]inputs{}
	for _, d := range r.Diagnostics {
		for _, o := range d.Definitions {
			root := x.rootOf(o.Position)
			if _, known := out[o.File]; root == nil || known {
				continue
			}
			in := inputs{resources: map[string]bool{}}
			for file, role := range root.inputs {
				name := root.display(file)
				in.files = append(in.files, name)
				in.resources[name] = role == render.Source
			}
			out[o.File] = in
		}
	}
	return out
}
